package bpf4j.elf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A 64-bit ELF file of either byte order: section headers are read at once, contents, symbols and relocations on demand
 * as windows over the bytes given.
 *
 * <p>Any machine and file type is accepted here, so that {@code vmlinux} images and shared libraries can be read too;
 * {@link #requireBpfObject()} is the check for BPF objects. Immutable and thread-safe. Source: System V ABI, chapter 4.
 */
public final class ElfFile {

    private static final int HEADER_SIZE = 64;
    private static final int SYMBOL_SIZE = 24;
    private static final int MAGIC = 0x7f454c46;

    /** What {@link #read} takes into memory at most: an array's limit. */
    private static final long MAX_READ_BYTES = Integer.MAX_VALUE - 8;

    private final String name;
    private final MemorySegment segment;
    private final ElfBytes bytes;
    private final ByteOrder order;
    private final int type;
    private final int machine;
    private final List<ElfSection> sections;
    private final Map<String, ElfSection> byName;

    private ElfFile(MemorySegment segment, String name) {
        this.name = name;
        this.segment = segment.asReadOnly();
        this.order = identify(this.segment, name);
        this.bytes = new ElfBytes(this.segment, order, name);
        this.type = bytes.u16(16);
        this.machine = bytes.u16(18);
        this.sections = new SectionHeaders(bytes).read();
        this.byName = new HashMap<>();
        for (ElfSection section : sections) {
            byName.putIfAbsent(section.name(), section);
        }
    }

    /**
     * Reads a file into memory and parses it.
     *
     * @param path the file
     * @return the model over a heap copy of the file
     * @throws IOException if the file cannot be read
     * @throws ElfFormatException if it is no 64-bit ELF file, its headers contradict themselves, or it has 2 GiB or
     *     more; such a file can be mapped and given to {@link #parse(MemorySegment, String)}
     */
    public static ElfFile read(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        long size = Files.size(path);
        if (size > MAX_READ_BYTES) {
            throw new ElfFormatException("%s: 0x0: 0x%x bytes are more than is read into memory".formatted(name, size));
        }
        return parse(MemorySegment.ofArray(Files.readAllBytes(path)), name);
    }

    /**
     * Maps a file into memory and parses it, for files of any size: only the pages that are looked at are read.
     *
     * @param path the file; must not shrink while the model is used, which would end in an {@link InternalError}
     * @param arena how long the file stays mapped, and with it the model and every window of it usable
     * @return the model
     * @throws IOException if the file cannot be opened or mapped
     * @throws ElfFormatException if it is no 64-bit ELF file or its headers contradict themselves
     */
    public static ElfFile map(Path path, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return parse(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena),
                    String.valueOf(path.getFileName()));
        }
    }

    /**
     * Parses bytes in memory, without copying them.
     *
     * @param bytes the whole file; must not be changed while the model is used
     * @return the model
     * @throws ElfFormatException if it is no 64-bit ELF file or its headers contradict themselves
     */
    public static ElfFile parse(byte[] bytes) {
        return parse(MemorySegment.ofArray(bytes), "ELF");
    }

    /**
     * Parses a segment, without copying it.
     *
     * @param segment the whole file; must stay alive and unchanged while the model is used
     * @param name what to call the file in messages
     * @return the model
     * @throws ElfFormatException if it is no 64-bit ELF file or its headers contradict themselves
     */
    public static ElfFile parse(MemorySegment segment, String name) {
        return new ElfFile(segment, name);
    }

    /**
     * Looks at the first four bytes.
     *
     * @param segment any bytes
     * @return whether they start with the ELF magic number
     */
    public static boolean hasMagic(MemorySegment segment) {
        return segment.byteSize() >= 4
                && segment.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 0) == MAGIC;
    }

    /** {@return what messages call this file} */
    public String name() {
        return name;
    }

    /** {@return the byte order of the file and of the machine it is for} */
    public ByteOrder order() {
        return order;
    }

    /** {@return {@code e_type}, for instance {@link Elf#ET_REL}} */
    public int type() {
        return type;
    }

    /** {@return {@code e_machine}, for instance {@link Elf#EM_BPF}} */
    public int machine() {
        return machine;
    }

    /** {@return all sections in file order; the list's index is the section index, so the first is the null section} */
    public List<ElfSection> sections() {
        return sections;
    }

    /**
     * Finds a section by name.
     *
     * @param sectionName the exact name
     * @return the first section with that name
     */
    public Optional<ElfSection> section(String sectionName) {
        return Optional.ofNullable(byName.get(sectionName));
    }

    /**
     * Finds a section by index.
     *
     * @param index a section index as it stands in the file
     * @return the section
     * @throws ElfFormatException if there is none
     */
    public ElfSection section(int index) {
        if (index < 0 || index >= sections.size()) {
            throw bytes.fail("section index " + index, "the file has " + sections.size() + " sections");
        }
        return sections.get(index);
    }

    /**
     * Finds where in the file an address of the loaded image stands: its distance from the start of the loaded segment
     * that it is in, counted from where the segment starts in the file.
     *
     * @param address a virtual address as the file has it, such as the value of a symbol
     * @return the offset in bytes from the start of the file; empty if no loaded segment has the address in the file
     * @throws ElfFormatException if the program headers cannot be read
     */
    public OptionalLong fileOffset(long address) {
        return segments().stream().filter(segment -> segment.holds(address)).findFirst()
                .map(segment -> OptionalLong.of(segment.fileOffset(address))).orElseGet(OptionalLong::empty);
    }

    /**
     * Checks that this is a relocatable BPF object.
     *
     * @return this file
     * @throws ElfFormatException if the type is not {@code ET_REL} or the machine neither {@code EM_BPF} nor
     *     {@code EM_NONE}, which compilers wrote before the number was assigned
     */
    public ElfFile requireBpfObject() {
        if (machine != Elf.EM_BPF && machine != Elf.EM_NONE) {
            throw bytes.fail("e_machine", "%d is not EM_BPF (247): not an object for BPF".formatted(machine));
        }
        if (type != Elf.ET_REL) {
            throw bytes.fail("e_type", "%d is not ET_REL (1): not a relocatable object".formatted(type));
        }
        return this;
    }

    /**
     * Reads the symbol table: {@code SHT_SYMTAB}, or {@code SHT_DYNSYM} where that is missing.
     *
     * @return all symbols, the null symbol included, so that the list's index is the symbol index; empty without a
     *     table
     * @throws ElfFormatException if a symbol or its name lies outside its table
     */
    public List<ElfSymbol> symbols() {
        return symbols(Elf.SHT_SYMTAB).or(() -> symbols(Elf.SHT_DYNSYM)).orElse(List.of());
    }

    /**
     * Reads one kind of symbol table.
     *
     * @param sectionType {@link Elf#SHT_SYMTAB} or {@link Elf#SHT_DYNSYM}
     * @return all its symbols, the null symbol included; empty when the file has no such section
     * @throws ElfFormatException if a symbol or its name lies outside its table
     */
    public Optional<List<ElfSymbol>> symbols(int sectionType) {
        return symbolTable(sectionType).map(SymbolTable::all);
    }

    /**
     * Reads one kind of symbol table, one symbol at a time: for tables too large to have as a list.
     *
     * @param sectionType {@link Elf#SHT_SYMTAB} or {@link Elf#SHT_DYNSYM}
     * @return all its symbols, the null symbol included; empty when the file has no such section. A symbol or a name
     *     that lies outside its table ends the stream with an {@link ElfFormatException}
     */
    public Stream<ElfSymbol> symbolStream(int sectionType) {
        return symbolTable(sectionType).stream().flatMap(SymbolTable::stream);
    }

    private Optional<SymbolTable> symbolTable(int sectionType) {
        return sections.stream().filter(s -> s.type() == sectionType).findFirst().map(section -> {
            ElfBytes table = table(section, SYMBOL_SIZE);
            ElfBytes extended = sections.stream()
                    .filter(s -> s.type() == Elf.SHT_SYMTAB_SHNDX && s.link() == section.index()).findFirst()
                    .map(this::contents).orElse(null);
            return new SymbolTable(bytes, table, new ElfNames(bytes, section(section.link()).data()), extended,
                    count(table, SYMBOL_SIZE));
        });
    }

    /**
     * Reads the versions of the symbols of {@link Elf#SHT_DYNSYM}.
     *
     * @return the versions; without any where the file has none
     * @throws ElfFormatException if a table of versions contradicts itself
     */
    public ElfSymbolVersions symbolVersions() {
        Optional<ElfSection> versym = sections.stream().filter(s -> s.type() == Elf.SHT_GNU_VERSYM).findFirst();
        if (versym.isEmpty()) {
            return ElfSymbolVersions.NONE;
        }
        VersionNames names = new VersionNames(bytes);
        for (ElfSection section : sections) {
            if (section.type() == Elf.SHT_GNU_VERDEF) {
                names.addDefined(contents(section), section(section.link()).data());
            } else if (section.type() == Elf.SHT_GNU_VERNEED) {
                names.addNeeded(contents(section), section(section.link()).data());
            }
        }
        return new ElfSymbolVersions(table(versym.get(), Short.BYTES), names.byIndex());
    }

    /**
     * Reads the notes of a section.
     *
     * @param section a section of type {@link Elf#SHT_NOTE}
     * @return its notes in file order
     * @throws ElfFormatException if a note runs past the section's end, or the section is compressed
     */
    public List<ElfNote> notes(ElfSection section) {
        // Only two values are in use: 8 for .note.gnu.property, 4 for all others, whatever the header says.
        return ElfNote.readAll(contents(section), section.alignment() == 8 ? 8 : 4);
    }

    /**
     * Reads the program headers.
     *
     * @return all segments in file order; empty for a relocatable object. Where a segment's bytes lie is as the file
     *     says, and may be outside of it
     * @throws ElfFormatException if the headers are of another size than the format's, or outside of the file
     */
    public List<ElfSegment> segments() {
        return new ProgramHeaders(bytes, sections).read();
    }

    /**
     * Reads the entries of a relocation section.
     *
     * @param section a section of type {@code SHT_REL} or {@code SHT_RELA}
     * @return its entries in file order; a symbol index other than 0 lies inside the symbol table that the section
     *     links to
     * @throws ElfFormatException if the section is of another type, its size is no multiple of the entry size, or an
     *     entry names a symbol outside the table
     */
    public List<Relocation> relocations(ElfSection section) {
        boolean rela = section.type() == Elf.SHT_RELA;
        if (!rela && section.type() != Elf.SHT_REL) {
            throw bytes.fail(section.name(), "holds no relocations (sh_type " + section.type() + ")");
        }
        int entrySize = rela ? 24 : 16;
        ElfBytes table = table(section, entrySize);
        int count = count(table, entrySize);
        long symbolCount = section(section.link()).data().byteSize() / SYMBOL_SIZE;
        List<Relocation> result = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long at = (long) i * entrySize;
            long info = table.i64(at + 8);
            long symbolIndex = info >>> 32;
            if (symbolIndex != 0 && symbolIndex >= symbolCount) {
                throw table.fail("0x%x".formatted(at), "symbol %d of %d".formatted(symbolIndex, symbolCount));
            }
            result.add(new Relocation(table.i64(at), (int) info, (int) symbolIndex, rela ? table.i64(at + 16) : 0));
        }
        return List.copyOf(result);
    }

    private static ByteOrder identify(MemorySegment segment, String name) {
        if (!hasMagic(segment)) {
            throw new ElfFormatException(name + ": 0x0: not an ELF file (the magic number is missing)");
        }
        if (segment.byteSize() < HEADER_SIZE) {
            throw new ElfFormatException(
                    "%s: 0x0: the file ends at 0x%x, inside the ELF header".formatted(name, segment.byteSize()));
        }
        int elfClass = segment.get(ValueLayout.JAVA_BYTE, 4);
        if (elfClass != 2) {
            throw new ElfFormatException(name + ": EI_CLASS: " + elfClass + " is not ELFCLASS64 (2)"
                    + (elfClass == 1 ? ": 32-bit files are not read" : ""));
        }
        return switch (segment.get(ValueLayout.JAVA_BYTE, 5)) {
            case 1 -> ByteOrder.LITTLE_ENDIAN;
            case 2 -> ByteOrder.BIG_ENDIAN;
            default -> throw new ElfFormatException(
                    name + ": EI_DATA: " + segment.get(ValueLayout.JAVA_BYTE, 5) + " names no byte order");
        };
    }

    private static int count(ElfBytes table, int entrySize) {
        long count = table.size() / entrySize;
        if (count > Integer.MAX_VALUE) {
            throw table.fail("0x0", count + " entries are more than any linker writes");
        }
        return (int) count;
    }

    private ElfBytes contents(ElfSection section) {
        if ((section.flags() & Elf.SHF_COMPRESSED) != 0) {
            throw bytes.fail(section.name(), "is compressed");
        }
        return new ElfBytes(section.data(), order, name + ": " + section.name());
    }

    private ElfBytes table(ElfSection section, int entrySize) {
        ElfBytes contents = contents(section);
        if (section.entrySize() != entrySize) {
            throw bytes.fail(section.name(), "sh_entsize 0x%x is not %d".formatted(section.entrySize(), entrySize));
        }
        if (section.data().byteSize() % entrySize != 0) {
            throw bytes.fail(section.name(),
                    "size 0x%x is no multiple of %d".formatted(section.data().byteSize(), entrySize));
        }
        return contents;
    }

    @Override
    public String toString() {
        return "%s: ELF64 %s, machine %d, %d sections, 0x%x bytes".formatted(name,
                order == ByteOrder.LITTLE_ENDIAN ? "little endian" : "big endian", machine, sections.size(),
                segment.byteSize());
    }
}
