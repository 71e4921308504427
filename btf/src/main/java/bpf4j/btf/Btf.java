package bpf4j.btf;

import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.elf.ElfSection;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A type table: raw BTF of either byte order, read in one pass that records where types start. Types are made on
 * demand, so a malformed type is an error of whoever reaches it and any accessor may throw {@link BtfFormatException}.
 *
 * <p>Ids run from 0, which is {@code void}, to {@link #typeCount()} - 1. A split BTF sits on a base: it has the base's
 * ids and strings below its own. Immutable and safe for use by many threads; the bytes given must stay alive and
 * unchanged.
 */
public final class Btf {

    /** A chain of typedefs and qualifiers longer than this is a cycle or an attack; compilers stay below 20. */
    private static final int MAX_MODIFIERS = 128;
    /** Nesting of arrays and modifiers that size resolution follows; the kernel's own limit is 32. */
    private static final int MAX_NESTING = 128;
    /** The kernel takes names of up to 511 bytes; without a limit, many types could share one name of megabytes. */
    static final int MAX_NAME_BYTES = 8192;
    /** What {@link #read} takes into memory at most: an array's limit. */
    private static final long MAX_READ_BYTES = Integer.MAX_VALUE - 8;

    private final String name;
    private final MemorySegment data;
    private final Btf base;
    private final BtfHeader header;
    private final int firstId;
    private final long stringsStart;
    private final int[] offsets;
    private final Words words;
    private final BtfTypeReader reader;
    private final BtfNames names;

    private Btf(MemorySegment data, Btf base, String name) {
        this.name = name;
        this.data = data.asReadOnly();
        this.base = base;
        this.header = BtfHeader.parse(this.data, base != null, name);
        this.firstId = base == null ? 1 : base.typeCount();
        this.stringsStart = base == null ? 0 : base.stringsStart + base.header.strings().byteSize();
        if (base != null && base.order() != header.order()) {
            throw new BtfFormatException(name + ": 0x0: byte order differs from the base's");
        }
        BtfIndex index = BtfIndex.of(header, firstId, name);
        this.offsets = index.offsets();
        this.words = new Words(header.types(), header.order());
        this.names = new BtfNames(this, index.named());
        this.reader = new BtfTypeReader(this);
    }

    /**
     * Parses raw BTF without copying it.
     *
     * @param data the whole BTF; must stay alive and unchanged while the model is used
     * @param name what to call it in messages, for instance {@code vmlinux} or {@code .BTF}
     * @return the model
     * @throws BtfFormatException if header or type boundaries are malformed
     */
    public static Btf parse(MemorySegment data, String name) {
        return new Btf(data, null, name);
    }

    /**
     * Parses raw BTF in memory.
     *
     * @param data the whole BTF; must not be changed while the model is used
     * @return the model, called {@code .BTF} in messages
     * @throws BtfFormatException if header or type boundaries are malformed
     */
    public static Btf parse(byte[] data) {
        return parse(MemorySegment.ofArray(data), ".BTF");
    }

    /**
     * Parses split BTF, as kernel modules have it.
     *
     * @param data the whole split BTF; must stay alive and unchanged while the model is used
     * @param base the BTF that it was split from; may be split itself
     * @param name what to call it in messages, for instance the module's name
     * @return the model, which includes the base's ids
     * @throws BtfFormatException if header or type boundaries are malformed, or the byte orders differ
     */
    public static Btf parseSplit(MemorySegment data, Btf base, String name) {
        return new Btf(data, Objects.requireNonNull(base), name);
    }

    /**
     * Reads a file that is raw BTF, or an ELF file with a {@code .BTF} section such as an uncompressed {@code vmlinux}.
     * Split BTF has to be parsed with its base, by {@link #parseSplit}.
     *
     * @param path the file
     * @return the model over a heap copy
     * @throws IOException if the file cannot be read
     * @throws BtfFormatException if it is neither, or malformed, or has 2 GiB or more
     * @throws ElfFormatException if it is a malformed ELF file
     */
    public static Btf read(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        long size = Files.size(path);
        if (size > MAX_READ_BYTES) {
            throw new BtfFormatException("%s: 0x0: 0x%x bytes are more than is read into memory".formatted(name, size));
        }
        MemorySegment data = MemorySegment.ofArray(Files.readAllBytes(path));
        if (!ElfFile.hasMagic(data)) {
            return parse(data, name);
        }
        return parse(ElfFile.parse(data, name).section(".BTF").map(ElfSection::data)
                .orElseThrow(() -> new BtfFormatException(name + ": .BTF: the ELF file has no such section")), name);
    }

    /** {@return what messages call this BTF} */
    public String name() {
        return name;
    }

    /** {@return the base of a split BTF} */
    public Optional<Btf> base() {
        return Optional.ofNullable(base);
    }

    /** {@return the byte order of the data} */
    public ByteOrder order() {
        return header.order();
    }

    /** {@return the whole raw BTF, read-only; without the base's part} */
    public MemorySegment data() {
        return data;
    }

    /** {@return the number of ids, {@code void} and the base's included; every id is below it} */
    public int typeCount() {
        return firstId + offsets.length;
    }

    /** {@return the first id that is not {@code void} or the base's} */
    public int firstOwnId() {
        return firstId;
    }

    /**
     * Gets a type.
     *
     * @param id its id, 0 for {@code void}
     * @return the type
     * @throws BtfFormatException if there is no such id, or the type is malformed or of an unknown kind
     */
    public BtfType type(int id) {
        if (id == 0) {
            return BtfTypeReader.VOID;
        }
        if (id > 0 && id < firstId) {
            return base.type(id);
        }
        return reader.read(id, ownIndex(id));
    }

    /**
     * Gets the number of a type's kind without making the type, also for kinds that this version does not know.
     *
     * @param id its id
     * @return the kind's number, 0 for {@code void}
     * @throws BtfFormatException if there is no such id
     */
    public int kindNumber(int id) {
        if (id == 0) {
            return 0;
        }
        if (id > 0 && id < firstId) {
            return base.kindNumber(id);
        }
        return word(offsets[ownIndex(id)] + 4) >>> 24 & 0x7f;
    }

    /**
     * Gets a type's name without making the type.
     *
     * @param id its id
     * @return the name, empty if it has none
     * @throws BtfFormatException if there is no such id, or the name lies outside the strings or is longer than 8192
     *     bytes
     */
    public String nameOf(int id) {
        if (id == 0) {
            return "";
        }
        if (id > 0 && id < firstId) {
            return base.nameOf(id);
        }
        return typeName(Integer.toUnsignedLong(word(offsets[ownIndex(id)])));
    }

    /**
     * Gets a string of the string section, the base's included.
     *
     * @param offset its offset, as it stands in the format
     * @return the string
     * @throws BtfFormatException if the offset lies outside
     */
    public String stringAt(long offset) {
        if (offset < stringsStart && offset >= 0) {
            return base.stringAt(offset);
        }
        long own = offset - stringsStart;
        if (own < 0 || own >= header.strings().byteSize()) {
            throw new BtfFormatException("%s: string at 0x%x: outside the strings, which end at 0x%x"
                    .formatted(name, offset, stringsStart + header.strings().byteSize()));
        }
        return header.strings().getString(own);
    }

    /** A string that names a type, member, parameter or section: {@link #stringAt} with a limit on the length. */
    String typeName(long offset) {
        if (offset < stringsStart) {
            return base.typeName(offset);
        }
        MemorySegment strings = header.strings();
        long own = offset - stringsStart;
        if (own >= strings.byteSize() - MAX_NAME_BYTES) {
            return stringAt(offset);
        }
        try {
            return strings.asSlice(own, MAX_NAME_BYTES + 1).getString(0);
        } catch (IndexOutOfBoundsException noTerminator) {
            throw new BtfFormatException("%s: string at 0x%x: a name of more than %d bytes"
                    .formatted(name, offset, MAX_NAME_BYTES));
        }
    }

    /**
     * Finds the first type of a kind by its exact name, the base's types before this BTF's own.
     *
     * @param typeName the exact name, flavor included
     * @param kind the kind
     * @return its id
     */
    public OptionalInt find(String typeName, BtfKind kind) {
        if (base != null) {
            OptionalInt found = base.find(typeName, kind);
            if (found.isPresent()) {
                return found;
            }
        }
        return findOwn(typeName, kind);
    }

    /**
     * Finds the first of this BTF's own types, so not the base's, of a kind by its exact name.
     *
     * @param typeName the exact name, flavor included
     * @param kind the kind
     * @return its id
     */
    public OptionalInt findOwn(String typeName, BtfKind kind) {
        String essentialName = EssentialName.of(typeName);
        IntStream candidates = kind == BtfKind.BTF_KIND_FUNC ? ownFunctionsByEssentialName(essentialName)
                : ownByEssentialName(essentialName);
        return candidates.filter(id -> kindNumber(id) == kind.ordinal() && nameOf(id).equals(typeName)).findFirst();
    }

    /**
     * Finds this BTF's own types, so not the base's, by essential name: the name without a flavor like {@code ___v2}.
     * Functions are not among them.
     *
     * @param essentialName the name, without flavor
     * @return the ids in ascending order; malformed names are passed over
     */
    public IntStream ownByEssentialName(String essentialName) {
        return essentialName.isEmpty() ? IntStream.empty() : named(names.firstType(essentialName), essentialName);
    }

    /**
     * Finds this BTF's own functions, so not the base's, by essential name.
     *
     * @param essentialName the name, without flavor
     * @return the ids in ascending order; malformed names are passed over
     */
    public IntStream ownFunctionsByEssentialName(String essentialName) {
        return essentialName.isEmpty() ? IntStream.empty() : named(names.firstFunction(essentialName), essentialName);
    }

    private IntStream named(int first, String essentialName) {
        return IntStream.iterate(first, i -> i >= 0, names::nextCandidate).map(i -> i + firstId)
                .filter(id -> EssentialName.of(nameOf(id)).equals(essentialName));
    }

    /**
     * Looks through typedefs, qualifiers and type tags.
     *
     * @param id any id
     * @return the id of the first type below it that is none of those
     * @throws BtfFormatException if the chain does not end
     */
    public int strip(int id) {
        int at = id;
        for (int i = 0; i < MAX_MODIFIERS; i++) {
            if (!(type(at) instanceof BtfType.Modifier modifier)) {
                return at;
            }
            at = modifier.typeId();
        }
        throw fail(id, "typedefs and qualifiers nest deeper than " + MAX_MODIFIERS);
    }

    /**
     * Gets a type after {@link #strip(int)}.
     *
     * @param id any id
     * @return the type
     * @throws BtfFormatException if the chain does not end
     */
    public BtfType stripped(int id) {
        return type(strip(id));
    }

    /**
     * Computes a type's size. Pointers have 8 bytes, on whatever machine this runs: BPF is a 64-bit machine.
     *
     * @param id any id
     * @return the size in bytes
     * @throws BtfFormatException if the type has none (void, functions, forward declarations), or arrays overflow
     */
    public long sizeBytes(int id) {
        long count = 1;
        int at = id;
        for (int i = 0; i < MAX_NESTING; i++) {
            long size;
            switch (type(at)) {
                case BtfType.Int t -> size = t.sizeBytes();
                case BtfType.Ptr _ -> size = 8;
                case BtfType.Composite t -> size = t.sizeBytes();
                case BtfType.Enumeration t -> size = t.sizeBytes();
                case BtfType.Float t -> size = t.sizeBytes();
                case BtfType.DataSec t -> size = t.sizeBytes();
                case BtfType.Array t -> {
                    count = multiply(id, count, t.count());
                    at = t.elementTypeId();
                    continue;
                }
                case BtfType.Modifier t -> {
                    at = t.typeId();
                    continue;
                }
                case BtfType.Var t -> {
                    at = t.typeId();
                    continue;
                }
                case BtfType.DeclTag t -> {
                    at = t.typeId();
                    continue;
                }
                case BtfType.Void _ -> throw fail(id, "void has no size");
                case BtfType.Fwd t -> throw fail(id, "forward declaration '" + t.name() + "' has no size");
                case BtfType.Func t -> throw fail(id, "function '" + t.name() + "' has no size");
                case BtfType.FuncProto _ -> throw fail(id, "a function prototype has no size");
            }
            return multiply(id, count, size);
        }
        throw fail(id, "types nest deeper than " + MAX_NESTING);
    }

    /**
     * Makes an exception about one type of this BTF.
     *
     * @param id the type
     * @param problem what is wrong with it
     * @return the exception, to be thrown
     */
    public BtfFormatException fail(int id, String problem) {
        return new BtfFormatException(place(id) + ": " + problem);
    }

    String place(int id) {
        String at = id >= firstId && id < typeCount() ? " at 0x%x".formatted(offsets[id - firstId]) : "";
        return "%s: type [%d]%s".formatted(name, id, at);
    }

    int ownTypeCount() {
        return offsets.length;
    }

    int ownOffset(int index) {
        return offsets[index];
    }

    /** How long a type's record is. */
    int ownBytes(int index) {
        int end = index + 1 < offsets.length ? offsets[index + 1] : (int) header.types().byteSize();
        return end - offsets[index];
    }

    int ownNameOffset(int index) {
        return word(offsets[index]);
    }

    long stringsStart() {
        return stringsStart;
    }

    /** How many bytes this BTF and its bases have, to hold what is made of them in proportion. */
    long totalBytes() {
        return data.byteSize() + (base == null ? 0 : base.totalBytes());
    }

    Words words() {
        return words;
    }

    MemorySegment types() {
        return header.types();
    }

    MemorySegment strings() {
        return header.strings();
    }

    private int word(int offset) {
        return words.at(offset);
    }

    private int ownIndex(int id) {
        int index = id - firstId;
        if (id < 0 || index >= offsets.length) {
            throw new BtfFormatException("%s: type [%d]: there are %d types".formatted(name, id, typeCount()));
        }
        return index;
    }

    private long multiply(int id, long count, long size) {
        try {
            return Math.multiplyExact(count, size);
        } catch (ArithmeticException e) {
            throw fail(id, "the array's size overflows");
        }
    }

    @Override
    public String toString() {
        return "%s: BTF, %d types".formatted(name, typeCount());
    }
}
