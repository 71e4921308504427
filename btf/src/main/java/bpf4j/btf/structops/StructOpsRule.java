package bpf4j.btf.structops;

/** The rules by which a struct_ops variable fits a kernel, for the ones that can be broken. */
public enum StructOpsRule {
    /** Object and kernel have the same byte order, because values are copied as bytes. */
    SAME_BYTE_ORDER("object and kernel have the same byte order"),
    /** The kernel proper or a module has the value type {@code bpf_struct_ops_NAME}. */
    VALUE_TYPE_EXISTS("the kernel offers the struct for BPF, by a struct bpf_struct_ops_NAME"),
    /** The BTF that has the value type, or its base, has the struct itself. */
    OPS_TYPE_EXISTS("the struct is in the BTF that has its value type, or in that one's base"),
    /** The value type has a member of exactly the ops type. */
    VALUE_TYPE_HOLDS_OPS_TYPE("the value type has a member of the struct's type"),
    /** The kernel has every member that has a value. */
    MEMBER_EXISTS("the kernel has every member that has a value; one left zero may be missing"),
    /** Bitfields cannot be matched. */
    NO_BITFIELD("no member that both sides have is a bitfield"),
    /** A member is of the same kind on both sides. */
    SAME_KIND("a member is of one kind on both sides, typedefs and qualifiers apart"),
    /** A data member has the same size on both sides. */
    SAME_SIZE("a data member has one size on both sides"),
    /** A pointer is null or holds a program. */
    POINTER_HOLDS_PROGRAM("a pointer is null or holds a program"),
    /** A program fills a pointer to a function. */
    PROGRAM_FILLS_FUNCTION("a program stands where the kernel has a pointer to a function"),
    /** Two members of the object never fill one of the kernel's. */
    ONE_VALUE_PER_MEMBER("one member of the kernel gets its value from one member of the object"),
    /** A program serves one member of one kernel struct, in however many variables. */
    ONE_MEMBER_PER_PROGRAM("a program serves one member of one kernel struct, in however many variables");

    private final String text;

    StructOpsRule(String text) {
        this.text = text;
    }

    /** {@return the rule as a sentence, without a full stop} */
    public String text() {
        return text;
    }
}
