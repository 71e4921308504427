package bpf4j.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A BTF and its bases as plain arrays, for who walks over all types: nothing is made for a type that is looked at.
 * Whoever wants one type asks {@link Btf#type} instead, which checks it and names its parts.
 *
 * <p>Ids and name offsets have been checked to be in range when this is made, so that a walk need not check again; that
 * the types make sense together has not. Not to be changed by those who are handed its arrays; safe for use by many
 * threads.
 */
public final class BtfWords {

    private static final int INFO = 1;
    private static final int SIZE_OR_TYPE = 2;
    private static final int BODY = 3;

    private final Btf btf;
    private final int[] words;
    private final int[] starts;
    private final byte[] strings;

    /**
     * Copies a BTF with its bases.
     *
     * @param btf the types
     * @throws BtfFormatException if a type is of an unknown kind, or refers to a type or a string that is not there
     */
    public BtfWords(Btf btf) {
        this.btf = btf;
        long typeBytes = 0;
        long stringBytes = 0;
        for (Btf at = btf; at != null; at = at.base().orElse(null)) {
            typeBytes += at.types().byteSize();
            stringBytes += at.strings().byteSize();
        }
        if (typeBytes > Integer.MAX_VALUE || stringBytes > Integer.MAX_VALUE) {
            throw new BtfFormatException(btf.name() + ": 0x0: with its bases it is larger than 2 GiB");
        }
        this.words = new int[(int) (typeBytes / 4)];
        this.starts = new int[btf.typeCount()];
        this.strings = new byte[(int) stringBytes];
        copy(btf);
        for (int id = 1; id < starts.length; id++) {
            check(id);
        }
    }

    /** Puts the words and strings of a BTF behind those of its base. {@return where its words end} */
    private int copy(Btf level) {
        int start = level.base().isPresent() ? copy(level.base().get()) : 0;
        int length = (int) (level.types().byteSize() / 4);
        MemorySegment.copy(level.types(), ValueLayout.JAVA_INT_UNALIGNED.withOrder(level.order()), 0, words, start,
                length);
        MemorySegment.copy(level.strings(), ValueLayout.JAVA_BYTE, 0, strings, (int) level.stringsStart(),
                (int) level.strings().byteSize());
        int first = level.firstOwnId();
        for (int i = 0; i < level.ownTypeCount(); i++) {
            starts[first + i] = start + (level.ownOffset(i) >> 2);
        }
        return start + length;
    }

    private void check(int id) {
        int kind = words[starts[id] + INFO] >>> 24 & 0x7f;
        if (kind >= BtfKind.count()) {
            throw btf.fail(id, "kind " + kind + " is not known");
        }
        checkName(id, nameOffset(id));
        int body = body(id);
        int vlen = vlen(id);
        switch (BtfKind.of(kind)) {
            case BTF_KIND_PTR, BTF_KIND_TYPEDEF, BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT,
                    BTF_KIND_TYPE_TAG, BTF_KIND_FUNC, BTF_KIND_VAR, BTF_KIND_DECL_TAG -> checkId(id, typeId(id));
            case BTF_KIND_ARRAY -> {
                checkId(id, words[body]);
                checkId(id, words[body + 1]);
            }
            case BTF_KIND_STRUCT, BTF_KIND_UNION -> {
                for (int i = 0; i < vlen; i++) {
                    checkName(id, words[body + i * 3]);
                    checkId(id, words[body + i * 3 + 1]);
                }
            }
            case BTF_KIND_FUNC_PROTO -> {
                checkId(id, typeId(id));
                for (int i = 0; i < vlen; i++) {
                    checkName(id, words[body + i * 2]);
                    checkId(id, words[body + i * 2 + 1]);
                }
            }
            case BTF_KIND_ENUM -> checkNames(id, body, vlen, 2);
            case BTF_KIND_ENUM64 -> checkNames(id, body, vlen, 3);
            case BTF_KIND_DATASEC -> {
                for (int i = 0; i < vlen; i++) {
                    checkId(id, words[body + i * 3]);
                }
            }
            case BTF_KIND_UNKN, BTF_KIND_INT, BTF_KIND_FWD, BTF_KIND_FLOAT -> { }
        }
    }

    private void checkNames(int id, int body, int vlen, int stride) {
        for (int i = 0; i < vlen; i++) {
            checkName(id, words[body + i * stride]);
        }
    }

    private void checkName(int id, int offset) {
        if (offset < 0 || offset >= strings.length && offset > 0) {
            throw btf.fail(id, "a name at 0x%x lies outside the strings, which end at 0x%x"
                    .formatted(offset, strings.length));
        }
    }

    private void checkId(int id, int typeId) {
        if (typeId < 0 || typeId >= starts.length) {
            throw btf.fail(id, "refers to type [%d] of %d".formatted(Integer.toUnsignedLong(typeId), starts.length));
        }
    }

    /** {@return the BTF that this was made from} */
    public Btf btf() {
        return btf;
    }

    /** {@return how many bytes the types and strings have, those of the bases included} */
    public long dataBytes() {
        return words.length * 4L + strings.length;
    }

    /** {@return the number of ids, {@code void} and the bases' included} */
    public int typeCount() {
        return starts.length;
    }

    /**
     * Gets a type's kind.
     *
     * @param id any id
     * @return the kind
     */
    public BtfKind kind(int id) {
        return id == 0 ? BtfKind.BTF_KIND_UNKN : BtfKind.of(words[starts[id] + INFO] >>> 24 & 0x7f);
    }

    /**
     * Gets how many members, enumerators, parameters or variables a type has.
     *
     * @param id an id that is not 0
     * @return the count; of a function the linkage
     */
    public int vlen(int id) {
        return words[starts[id] + INFO] & 0xffffff;
    }

    /**
     * Gets a type's kind flag.
     *
     * @param id an id that is not 0
     * @return whether it is set
     */
    public boolean flag(int id) {
        return words[starts[id] + INFO] < 0;
    }

    /**
     * Gets where a type's name is.
     *
     * @param id an id that is not 0
     * @return its offset in {@link #strings()}, 0 if it has none
     */
    public int nameOffset(int id) {
        return words[starts[id]];
    }

    /**
     * Gets the size that a type states.
     *
     * @param id the id of an integer, struct, union, enumeration, section or floating point number
     * @return the size in bytes
     */
    public long sizeBytes(int id) {
        return Integer.toUnsignedLong(words[starts[id] + SIZE_OR_TYPE]);
    }

    /**
     * Gets the type that a type refers to.
     *
     * @param id the id of a pointer, typedef, qualifier, tag, function, variable, or prototype
     * @return the other type; of a prototype that which it returns
     */
    public int typeId(int id) {
        return words[starts[id] + SIZE_OR_TYPE];
    }

    /**
     * Gets where a type's own words start, as the format lays them out for its kind.
     *
     * @param id an id that is not 0
     * @return an index for {@link #word}
     */
    public int body(int id) {
        return starts[id] + BODY;
    }

    /**
     * Gets one word.
     *
     * @param index {@link #body} of a type and on
     * @return the word
     */
    public int word(int index) {
        return words[index];
    }

    /** {@return the strings, those of the bases first: each ends in NUL} */
    public byte[] strings() {
        return strings;
    }

    /**
     * Gets a string.
     *
     * @param offset its offset in {@link #strings()}
     * @return the string
     * @throws BtfFormatException if it is longer than 8192 bytes
     */
    public String string(int offset) {
        return offset == 0 ? "" : btf.typeName(offset);
    }
}
