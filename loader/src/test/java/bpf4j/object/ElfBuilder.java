package bpf4j.object;

import bpf4j.btf.BtfBuilder;
import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.insn.Insn;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes BPF object files of any content, sound or not, for what no compiler would write. */
public final class ElfBuilder {

    private static final int SHF_ALLOC = 2;
    private static final int SHF_EXECINSTR = 4;
    private static final int HEADER_BYTES = 64;
    private static final int SECTION_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;
    private static final int REL_BYTES = 16;

    private record Section(String name, int type, long flags, byte[] data, long size, int link, int info,
            int entryBytes) {
    }

    private record Symbol(String name, int section, long value, long size, int type, int binding, int visibility) {
    }

    private record Entry(long offset, int symbol) {
    }

    private final ByteOrder order;
    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final Map<Integer, List<Entry>> relocations = new LinkedHashMap<>();

    /** Starts an object of the given byte order. */
    public ElfBuilder(ByteOrder order) {
        this.order = order;
        sections.add(new Section("", Elf.SHT_NULL, 0, new byte[0], 0, 0, 0, 0));
        symbols.add(new Symbol("", 0, 0, 0, 0, 0, 0));
    }

    /** Starts a little-endian object. */
    public ElfBuilder() {
        this(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return the index of a new section with data} */
    public int data(String name, byte[] data) {
        return add(new Section(name, Elf.SHT_PROGBITS, SHF_ALLOC, data, data.length, 0, 0, 0));
    }

    /** {@return the index of a new section without file bytes} */
    public int zeroed(String name, long sizeBytes) {
        return add(new Section(name, Elf.SHT_NOBITS, SHF_ALLOC, new byte[0], sizeBytes, 0, 0, 0));
    }

    /** {@return the index of a new section of instructions} */
    public int code(String name, long... slots) {
        return bytesOfCode(name, Insn.encode(slots, order));
    }

    /** {@return the index of a new executable section of any bytes} */
    public int bytesOfCode(String name, byte[] bytes) {
        return add(new Section(name, Elf.SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, bytes, bytes.length, 0, 0, 0));
    }

    /** Adds the types. */
    public ElfBuilder types(BtfBuilder types) {
        data(".BTF", types.toBytes(order));
        return this;
    }

    /** {@return the index of a new symbol} */
    public int symbol(String name, int section, long value, long size, int type, int binding, int visibility) {
        symbols.add(new Symbol(name, section, value, size, type, binding, visibility));
        return symbols.size() - 1;
    }

    /** {@return the index of a new symbol of a global function, measured in instructions} */
    public int function(String name, int section, long firstInsn, long insnCount) {
        return symbol(name, section, firstInsn * 8, insnCount * 8, Elf.STT_FUNC, Elf.STB_GLOBAL, Elf.STV_DEFAULT);
    }

    /** {@return the index of a new symbol of a static function, measured in instructions} */
    public int staticFunction(String name, int section, long firstInsn, long insnCount) {
        return symbol(name, section, firstInsn * 8, insnCount * 8, Elf.STT_FUNC, Elf.STB_LOCAL, Elf.STV_DEFAULT);
    }

    /** {@return the index of a new symbol of a global variable} */
    public int variable(String name, int section, long offsetBytes, long sizeBytes) {
        return symbol(name, section, offsetBytes, sizeBytes, Elf.STT_OBJECT, Elf.STB_GLOBAL, Elf.STV_DEFAULT);
    }

    /** {@return the index of a new symbol that stands for a section} */
    public int sectionSymbol(int section) {
        return symbol("", section, 0, 0, Elf.STT_SECTION, Elf.STB_LOCAL, Elf.STV_DEFAULT);
    }

    /** {@return the index of a new undefined symbol} */
    public int undefined(String name, int binding) {
        return symbol(name, Elf.SHN_UNDEF, 0, 0, Elf.STT_NOTYPE, binding, Elf.STV_DEFAULT);
    }

    /** Adds a relocation without addend. */
    public ElfBuilder relocation(int section, long offsetBytes, int symbol) {
        relocations.computeIfAbsent(section, _ -> new ArrayList<>()).add(new Entry(offsetBytes, symbol));
        return this;
    }

    /** {@return the file, called {@code test.o}} */
    public ElfFile file() {
        return ElfFile.parse(MemorySegment.ofArray(bytes()), "test.o");
    }

    /** {@return the object that is read from the file} */
    public BpfObject read() {
        return BpfObject.parse(file());
    }

    /** {@return the file's bytes} */
    public byte[] bytes() {
        List<Section> all = new ArrayList<>(sections);
        int symtab = all.size() + relocations.size();
        relocations.forEach((target, entries) -> {
            ByteBuffer data = buffer(entries.size() * REL_BYTES);
            entries.forEach(e -> data.putLong(e.offset).putLong((long) e.symbol << 32 | Elf.R_BPF_64_64));
            all.add(new Section(".rel" + sections.get(target).name, Elf.SHT_REL, 0, data.array(), data.capacity(),
                    symtab,
                    target, REL_BYTES));
        });
        Strings strings = new Strings();
        ByteBuffer table = buffer(symbols.size() * SYMBOL_BYTES);
        symbols.forEach(s -> table.putInt(strings.add(s.name)).put((byte) (s.binding << 4 | s.type))
                .put((byte) s.visibility).putShort((short) s.section).putLong(s.value).putLong(s.size));
        all.add(new Section(".symtab", Elf.SHT_SYMTAB, 0, table.array(), table.capacity(), symtab + 1, 1,
                SYMBOL_BYTES));
        List<Integer> names = new ArrayList<>(all.stream().map(s -> strings.add(s.name)).toList());
        names.add(strings.add(".strtab"));
        byte[] text = strings.bytes.toByteArray();
        all.add(new Section(".strtab", Elf.SHT_STRTAB, 0, text, text.length, 0, 0, 0));
        return bytes(all, names);
    }

    private byte[] bytes(List<Section> all, List<Integer> names) {
        int dataBytes = all.stream().mapToInt(s -> aligned(s.data.length)).sum();
        ByteBuffer out = buffer(HEADER_BYTES + dataBytes + all.size() * SECTION_BYTES);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1}).position(16);
        out.putShort((short) Elf.ET_REL).putShort((short) Elf.EM_BPF).putInt(1).putLong(0).putLong(0)
                .putLong(HEADER_BYTES + dataBytes).putInt(0).putShort((short) HEADER_BYTES).putShort((short) 0)
                .putShort((short) 0).putShort((short) SECTION_BYTES).putShort((short) all.size())
                .putShort((short) (all.size() - 1));
        int at = HEADER_BYTES;
        for (int i = 0; i < all.size(); i++) {
            Section s = all.get(i);
            out.put(at, s.data);
            out.position(HEADER_BYTES + dataBytes + i * SECTION_BYTES);
            out.putInt(names.get(i)).putInt(s.type).putLong(s.flags).putLong(0).putLong(at).putLong(s.size)
                    .putInt(s.link).putInt(s.info).putLong(1).putLong(s.entryBytes);
            at += aligned(s.data.length);
        }
        return out.array();
    }

    private int add(Section section) {
        sections.add(section);
        return sections.size() - 1;
    }

    private ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(order);
    }

    private static int aligned(int size) {
        return size + 7 & -8;
    }

    private static final class Strings {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Strings() {
            bytes.write(0);
        }

        int add(String text) {
            int offset = text.isEmpty() ? 0 : bytes.size();
            if (!text.isEmpty()) {
                bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
                bytes.write(0);
            }
            return offset;
        }
    }
}
