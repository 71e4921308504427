package bpf4j.elf;

/**
 * One entry of a symbol table. Fields are those of {@code Elf64_Sym}.
 *
 * @param index the symbol's index in its table
 * @param name its name; empty for section symbols of BPF objects
 * @param value {@code st_value}: in a relocatable object the offset in bytes in its section
 * @param size {@code st_size} in bytes
 * @param binding {@link Elf#STB_LOCAL}, {@link Elf#STB_GLOBAL} or {@link Elf#STB_WEAK}
 * @param type {@code STT_*}
 * @param visibility {@code STV_*}
 * @param sectionIndex {@code st_shndx}: a section, which {@link ElfFile#section(int)} checks, or {@link Elf#SHN_UNDEF}
 *     or another of the reserved ones from {@link Elf#SHN_LORESERVE} to {@link Elf#SHN_XINDEX}, such as {@link
 *     Elf#SHN_ABS}
 */
public record ElfSymbol(int index, String name, long value, long size, int binding, int type, int visibility,
        int sectionIndex) {

    /**
     * {@return whether the symbol claims a section, so is neither undefined nor absolute, common or otherwise special}
     */
    public boolean isDefined() {
        return sectionIndex != Elf.SHN_UNDEF && (sectionIndex < Elf.SHN_LORESERVE || sectionIndex > Elf.SHN_XINDEX);
    }

    /** {@return whether the symbol is visible outside its object, weakly or not} */
    public boolean isGlobal() {
        return binding == Elf.STB_GLOBAL || binding == Elf.STB_WEAK;
    }

    /** {@return whether the symbol's binding is {@link Elf#STB_WEAK}} */
    public boolean isWeak() {
        return binding == Elf.STB_WEAK;
    }

    /** {@return whether other objects cannot see the symbol although its binding is global} */
    public boolean isHidden() {
        return visibility == Elf.STV_HIDDEN || visibility == Elf.STV_INTERNAL;
    }
}
