package bpf4j.elf;

import java.util.Map;
import java.util.Optional;

/**
 * The versions of the symbols of {@link Elf#SHT_DYNSYM}, as in {@code memcpy@GLIBC_2.2.5}. Source: the Linux Standard
 * Base's chapter on symbol versioning. Immutable; safe for use by many threads.
 */
public final class ElfSymbolVersions {

    static final ElfSymbolVersions NONE = new ElfSymbolVersions(null, Map.of());

    private static final int HIDDEN = 0x8000;

    private final ElfBytes indices;
    private final Map<Integer, String> names;

    ElfSymbolVersions(ElfBytes indices, Map<Integer, String> names) {
        this.indices = indices;
        this.names = names;
    }

    /**
     * A version.
     *
     * @param name its name
     * @param isDefault whether a program that asks for the symbol without a version is linked with this one; written as
     *     {@code symbol@@version}, others as {@code symbol@version}
     */
    public record Version(String name, boolean isDefault) {

        /** {@return the version as it is written behind a symbol's name: with one {@code @} or two} */
        @Override
        public String toString() {
            return (isDefault ? "@@" : "@") + name;
        }
    }

    /**
     * Finds a symbol's version.
     *
     * @param symbol a symbol of {@link Elf#SHT_DYNSYM}
     * @return its version; empty if it has none
     * @throws ElfFormatException if the table of versions is shorter than that of symbols, or names a version that
     *     neither is defined nor needed
     */
    public Optional<Version> of(ElfSymbol symbol) {
        if (indices == null) {
            return Optional.empty();
        }
        int word = indices.u16((long) symbol.index() * Short.BYTES);
        int index = word & ~HIDDEN;
        // 0 is for local symbols, 1 for global ones without a version.
        if (index <= 1) {
            return Optional.empty();
        }
        String name = names.get(index);
        if (name == null) {
            throw indices.fail("symbol [" + symbol.index() + "]", "there is no version " + index);
        }
        return Optional.of(new Version(name, symbol.sectionIndex() != Elf.SHN_UNDEF && (word & HIDDEN) == 0));
    }
}
