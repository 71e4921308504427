package bpf4j.btf;

import java.util.List;

/**
 * One BTF type. References to other types are ids in the same {@link Btf}; sizes are in bytes and offsets in bits where
 * the name says so. Names are empty, never null, where the type has none. Immutable.
 *
 * <p>Each record is one kind of {@code Documentation/bpf/btf.rst}, section 2.
 */
public sealed interface BtfType {

    /** {@return the kind} */
    BtfKind kind();

    /** {@return the type's name, empty if it has none} */
    default String name() {
        return "";
    }

    /** A struct or a union. */
    sealed interface Composite extends BtfType permits Struct, Union {

        /** {@return the size in bytes} */
        long sizeBytes();

        /** {@return the members in declaration order} */
        List<Member> members();

        /** {@return the type's kind flag: whether member offsets are encoded together with bitfield sizes} */
        boolean bitfieldEncoding();
    }

    /** An enumeration of either width. */
    sealed interface Enumeration extends BtfType permits Enum, Enum64 {

        /** {@return the size in bytes: 1, 2, 4 or 8} */
        int sizeBytes();

        /** {@return whether the values are signed} */
        boolean signed();

        /** {@return the enumerators in declaration order} */
        List<EnumValue> values();
    }

    /** A typedef, qualifier or type tag: what name look-through ("strip") takes away. */
    sealed interface Modifier extends BtfType permits Typedef, Volatile, Const, Restrict, TypeTag {

        /** {@return the id of the type that this one wraps} */
        int typeId();
    }

    /** The void type, id 0. */
    record Void() implements BtfType {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_UNKN;
        }
    }

    /**
     * An integer.
     *
     * @param name the type's name
     * @param sizeBytes size in bytes
     * @param encoding {@link #SIGNED}, {@link #CHAR} or {@link #BOOL}, or 0; a number and no set of flags in practice
     * @param offsetBits obsolete in-int bit offset, 0 in anything that current compilers write
     * @param bits how many bits are used
     */
    record Int(String name, int sizeBytes, int encoding, int offsetBits, int bits) implements BtfType {

        /** {@code BTF_INT_SIGNED}. */
        public static final int SIGNED = 1;
        /** {@code BTF_INT_CHAR}. */
        public static final int CHAR = 2;
        /** {@code BTF_INT_BOOL}. */
        public static final int BOOL = 4;

        /** {@return whether the signed bit of the encoding is set} */
        public boolean signed() {
            return (encoding & SIGNED) != 0;
        }

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_INT;
        }
    }

    /**
     * A pointer.
     *
     * @param typeId what it points to, 0 for {@code void *}
     */
    record Ptr(int typeId) implements BtfType {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_PTR;
        }
    }

    /**
     * An array.
     *
     * @param elementTypeId the element's type
     * @param indexTypeId the index's type
     * @param count number of elements, 0 for a flexible array
     */
    record Array(int elementTypeId, int indexTypeId, long count) implements BtfType {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_ARRAY;
        }
    }

    /**
     * A member of a struct or union.
     *
     * @param name the member's name, empty for an anonymous struct or union
     * @param typeId its type
     * @param offsetBits where it starts, in bits from the start of the struct
     * @param bitfieldBits its width in bits if it is a bitfield, else 0
     */
    record Member(String name, int typeId, long offsetBits, int bitfieldBits) {

        /** {@return whether the member is a bitfield} */
        public boolean isBitfield() {
            return bitfieldBits != 0;
        }
    }

    /**
     * A struct.
     *
     * @param name the tag, empty for an anonymous struct
     * @param sizeBytes size in bytes
     * @param bitfieldEncoding the kind flag
     * @param members the members in order
     */
    record Struct(String name, long sizeBytes, boolean bitfieldEncoding, List<Member> members) implements Composite {

        /** Copies the member list. */
        public Struct {
            members = List.copyOf(members);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_STRUCT;
        }
    }

    /**
     * A union.
     *
     * @param name the tag, empty for an anonymous union
     * @param sizeBytes size in bytes
     * @param bitfieldEncoding the kind flag
     * @param members the members in order
     */
    record Union(String name, long sizeBytes, boolean bitfieldEncoding, List<Member> members) implements Composite {

        /** Copies the member list. */
        public Union {
            members = List.copyOf(members);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_UNION;
        }
    }

    /**
     * An enumerator.
     *
     * @param name its name
     * @param value its value, sign-extended where the enumeration is signed and zero-extended where it is not
     */
    record EnumValue(String name, long value) {
    }

    /**
     * An enumeration whose values fit 32 bits.
     *
     * @param name the tag, empty for an anonymous one
     * @param sizeBytes 1, 2, 4 or 8
     * @param signed the kind flag: whether the values are signed
     * @param values the enumerators in order
     */
    record Enum(String name, int sizeBytes, boolean signed, List<EnumValue> values) implements Enumeration {

        /** Copies the list of values. */
        public Enum {
            values = List.copyOf(values);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_ENUM;
        }
    }

    /**
     * A forward declaration.
     *
     * @param name the tag
     * @param union the kind flag: whether a union is declared and not a struct
     */
    record Fwd(String name, boolean union) implements BtfType {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_FWD;
        }
    }

    /**
     * A typedef.
     *
     * @param name the new name
     * @param typeId the type that it stands for
     */
    record Typedef(String name, int typeId) implements Modifier {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_TYPEDEF;
        }
    }

    /**
     * The {@code volatile} qualifier.
     *
     * @param typeId the type that it qualifies
     */
    record Volatile(int typeId) implements Modifier {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_VOLATILE;
        }
    }

    /**
     * The {@code const} qualifier.
     *
     * @param typeId the type that it qualifies
     */
    record Const(int typeId) implements Modifier {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_CONST;
        }
    }

    /**
     * The {@code restrict} qualifier.
     *
     * @param typeId the type that it qualifies
     */
    record Restrict(int typeId) implements Modifier {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_RESTRICT;
        }
    }

    /**
     * A function.
     *
     * @param name its name
     * @param typeId its {@link FuncProto}
     * @param linkage {@link #STATIC}, {@link #GLOBAL} or {@link #EXTERN}
     */
    record Func(String name, int typeId, int linkage) implements BtfType {

        /** {@code BTF_FUNC_STATIC}. */
        public static final int STATIC = 0;
        /** {@code BTF_FUNC_GLOBAL}. */
        public static final int GLOBAL = 1;
        /** {@code BTF_FUNC_EXTERN}. */
        public static final int EXTERN = 2;

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_FUNC;
        }
    }

    /**
     * A parameter of a function prototype.
     *
     * @param name its name, empty where the prototype has none
     * @param typeId its type; name empty and type 0 stand for {@code ...}
     */
    record Param(String name, int typeId) {
    }

    /**
     * A function prototype.
     *
     * @param returnTypeId the return type
     * @param params the parameters in order
     */
    record FuncProto(int returnTypeId, List<Param> params) implements BtfType {

        /** Copies the parameter list. */
        public FuncProto {
            params = List.copyOf(params);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_FUNC_PROTO;
        }
    }

    /**
     * A variable.
     *
     * @param name its name
     * @param typeId its type
     * @param linkage {@link #STATIC}, {@link #GLOBAL} or {@link #EXTERN}
     */
    record Var(String name, int typeId, int linkage) implements BtfType {

        /** {@code BTF_VAR_STATIC}. */
        public static final int STATIC = 0;
        /** {@code BTF_VAR_GLOBAL_ALLOCATED}. */
        public static final int GLOBAL = 1;
        /** {@code BTF_VAR_GLOBAL_EXTERN}. */
        public static final int EXTERN = 2;

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_VAR;
        }
    }

    /**
     * The place of a variable, or of an extern function, in its section.
     *
     * @param typeId its {@link Var} or {@link Func}
     * @param offsetBytes offset in the section; compilers leave it 0 and the ELF symbol has the truth
     * @param sizeBytes size of the variable
     */
    record SectionVar(int typeId, long offsetBytes, long sizeBytes) {
    }

    /**
     * A section of variables.
     *
     * @param name the section's name
     * @param sizeBytes its size; compilers leave it 0 and the ELF section header has the truth
     * @param variables its variables
     */
    record DataSec(String name, long sizeBytes, List<SectionVar> variables) implements BtfType {

        /** Copies the list of variables. */
        public DataSec {
            variables = List.copyOf(variables);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_DATASEC;
        }
    }

    /**
     * A floating point number.
     *
     * @param name its name
     * @param sizeBytes 2, 4, 8, 12 or 16
     */
    record Float(String name, int sizeBytes) implements BtfType {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_FLOAT;
        }
    }

    /**
     * A tag on a declaration, {@code btf_decl_tag}, or with the kind flag any attribute.
     *
     * @param name the tag's text
     * @param typeId the struct, union, function, variable or typedef that is tagged
     * @param componentIndex which member or parameter is tagged, -1 for the type itself
     * @param attribute the kind flag: the text is an attribute of its own and not an argument of {@code btf_decl_tag}
     */
    record DeclTag(String name, int typeId, int componentIndex, boolean attribute) implements BtfType {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_DECL_TAG;
        }
    }

    /**
     * A tag on a type, {@code btf_type_tag}, or with the kind flag any attribute.
     *
     * @param name the tag's text
     * @param typeId the type that is tagged
     * @param attribute the kind flag: the text is an attribute of its own and not an argument of {@code btf_type_tag}
     */
    record TypeTag(String name, int typeId, boolean attribute) implements Modifier {

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_TYPE_TAG;
        }
    }

    /**
     * An enumeration of 64-bit values.
     *
     * @param name the tag, empty for an anonymous one
     * @param sizeBytes 1, 2, 4 or 8
     * @param signed the kind flag: whether the values are signed
     * @param values the enumerators in order
     */
    record Enum64(String name, int sizeBytes, boolean signed, List<EnumValue> values) implements Enumeration {

        /** Copies the list of values. */
        public Enum64 {
            values = List.copyOf(values);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.BTF_KIND_ENUM64;
        }
    }
}
