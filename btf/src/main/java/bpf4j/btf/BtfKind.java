package bpf4j.btf;

/** The kinds of BTF types, under the names of {@code <linux/btf.h>}; the ordinal is the number in the format. */
public enum BtfKind {
    /** The void type, id 0; it is implied and never stands in the data. */
    BTF_KIND_UNKN(0, 0),
    /** Integer. */
    BTF_KIND_INT(4, 0),
    /** Pointer. */
    BTF_KIND_PTR(0, 0),
    /** Array. */
    BTF_KIND_ARRAY(12, 0),
    /** Struct. */
    BTF_KIND_STRUCT(0, 12),
    /** Union. */
    BTF_KIND_UNION(0, 12),
    /** Enumeration of up to 32-bit values. */
    BTF_KIND_ENUM(0, 8),
    /** Forward declaration. */
    BTF_KIND_FWD(0, 0),
    /** Typedef. */
    BTF_KIND_TYPEDEF(0, 0),
    /** Volatile qualifier. */
    BTF_KIND_VOLATILE(0, 0),
    /** Const qualifier. */
    BTF_KIND_CONST(0, 0),
    /** Restrict qualifier. */
    BTF_KIND_RESTRICT(0, 0),
    /** Function; {@code vlen} is its linkage. */
    BTF_KIND_FUNC(0, 0),
    /** Function prototype. */
    BTF_KIND_FUNC_PROTO(0, 8),
    /** Variable. */
    BTF_KIND_VAR(4, 0),
    /** Section of variables. */
    BTF_KIND_DATASEC(0, 12),
    /** Floating point number. */
    BTF_KIND_FLOAT(0, 0),
    /** Tag on a declaration. */
    BTF_KIND_DECL_TAG(4, 0),
    /** Tag on a type. */
    BTF_KIND_TYPE_TAG(0, 0),
    /** Enumeration of 64-bit values. */
    BTF_KIND_ENUM64(0, 12);

    private static final BtfKind[] BY_NUMBER = values();

    private final int infoBytes;
    private final int elementBytes;

    BtfKind(int infoBytes, int elementBytes) {
        this.infoBytes = infoBytes;
        this.elementBytes = elementBytes;
    }

    /** {@return how many bytes follow the 12 common ones, whatever {@code vlen} says} */
    public int infoBytes() {
        return infoBytes;
    }

    /** {@return how many bytes each of the {@code vlen} elements takes, 0 where {@code vlen} counts none} */
    public int elementBytes() {
        return elementBytes;
    }

    /** {@return the number of kinds that this version knows; unknown ones are numbered from here} */
    public static int count() {
        return BY_NUMBER.length;
    }

    static BtfKind of(int number) {
        return BY_NUMBER[number];
    }
}
