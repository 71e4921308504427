package bpf4j.btf;

/**
 * Prints types in the notation of {@code bpftool btf dump ... format raw}: one line a type with everything the format
 * holds, one indented line for each member, enumerator, parameter or section variable. Stateless.
 */
public final class RawPrinter {

    private RawPrinter() {
    }

    /**
     * Prints all types that a BTF has of its own, so not those of its base.
     *
     * @param btf the types
     * @return the text, each line ended by a newline
     * @throws BtfFormatException if a type is malformed or of an unknown kind
     */
    public static String print(Btf btf) {
        StringBuilder out = new StringBuilder();
        for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
            type(out, btf, id);
            out.append('\n');
        }
        return out.toString();
    }

    /**
     * Prints one type.
     *
     * @param btf the types
     * @param id the id of one of them
     * @return its lines, without a newline at the end
     * @throws BtfFormatException if the type is malformed or of an unknown kind
     */
    public static String print(Btf btf, int id) {
        StringBuilder out = new StringBuilder();
        type(out, btf, id);
        return out.toString();
    }

    /** Without format strings: there are a hundred thousand types in a kernel. */
    private static void type(StringBuilder out, Btf btf, int id) {
        BtfType type = btf.type(id);
        out.append('[').append(id).append("] ").append(id == 0 ? "VOID" : kindName(type)).append(' ');
        quoted(out, type.name());
        switch (type) {
            case BtfType.Void _ -> { }
            case BtfType.Int t -> out.append(" size=").append(t.sizeBytes()).append(" bits_offset=")
                    .append(t.offsetBits()).append(" nr_bits=").append(t.bits()).append(" encoding=")
                    .append(encodingName(t.encoding()));
            case BtfType.Ptr t -> out.append(" type_id=").append(t.typeId());
            case BtfType.Array t -> out.append(" type_id=").append(t.elementTypeId()).append(" index_type_id=")
                    .append(t.indexTypeId()).append(" nr_elems=").append(t.count());
            case BtfType.Composite t -> {
                sizeAndVlen(out, t.sizeBytes(), t.members().size());
                t.members().forEach(m -> member(out, m));
            }
            case BtfType.Enumeration t -> {
                out.append(" encoding=").append(t.signed() ? "SIGNED" : "UNSIGNED");
                sizeAndVlen(out, t.sizeBytes(), t.values().size());
                t.values().forEach(v -> value(out, t, v));
            }
            case BtfType.Fwd t -> out.append(" fwd_kind=").append(t.union() ? "union" : "struct");
            case BtfType.Modifier t -> out.append(" type_id=").append(t.typeId());
            case BtfType.Func t ->
                out.append(" type_id=").append(t.typeId()).append(" linkage=").append(linkageName(t.linkage()));
            case BtfType.FuncProto t -> {
                out.append(" ret_type_id=").append(t.returnTypeId()).append(" vlen=").append(t.params().size());
                t.params().forEach(p -> parameter(out, p));
            }
            case BtfType.Var t ->
                out.append(" type_id=").append(t.typeId()).append(", linkage=").append(linkageName(t.linkage()));
            case BtfType.DataSec t -> {
                sizeAndVlen(out, t.sizeBytes(), t.variables().size());
                t.variables().forEach(v -> variable(out, btf, v));
            }
            case BtfType.Float t -> out.append(" size=").append(t.sizeBytes());
            case BtfType.DeclTag t ->
                out.append(" type_id=").append(t.typeId()).append(" component_idx=").append(t.componentIndex());
        }
    }

    private static void sizeAndVlen(StringBuilder out, long size, int vlen) {
        out.append(" size=").append(size).append(" vlen=").append(vlen);
    }

    private static void member(StringBuilder out, BtfType.Member member) {
        out.append("\n\t");
        quoted(out, member.name());
        out.append(" type_id=").append(member.typeId()).append(" bits_offset=").append(member.offsetBits());
        if (member.isBitfield()) {
            out.append(" bitfield_size=").append(member.bitfieldBits());
        }
    }

    private static void parameter(StringBuilder out, BtfType.Param parameter) {
        out.append("\n\t");
        quoted(out, parameter.name());
        out.append(" type_id=").append(parameter.typeId());
    }

    private static void variable(StringBuilder out, Btf btf, BtfType.SectionVar variable) {
        out.append("\n\ttype_id=").append(variable.typeId()).append(" offset=").append(variable.offsetBytes())
                .append(" size=").append(variable.sizeBytes());
        BtfType type = btf.type(variable.typeId());
        out.append(" (").append(kindName(type)).append(' ');
        quoted(out, type.name());
        out.append(')');
    }

    private static void value(StringBuilder out, BtfType.Enumeration type, BtfType.EnumValue value) {
        out.append("\n\t");
        quoted(out, value.name());
        out.append(" val=").append(type.signed() ? Long.toString(value.value()) : Long.toUnsignedString(value.value()));
        if (type instanceof BtfType.Enum64) {
            out.append(type.signed() ? "LL" : "ULL");
        }
    }

    private static String kindName(BtfType type) {
        return type.kind().name().substring("BTF_KIND_".length());
    }

    private static void quoted(StringBuilder out, String name) {
        out.append('\'').append(name.isEmpty() ? "(anon)" : name).append('\'');
    }

    /**
     * Names an integer's encoding.
     *
     * @param encoding {@link BtfType.Int#encoding()}
     * @return bpftool's word, {@code UNKN} for what is none of the encodings
     */
    public static String encodingName(int encoding) {
        return switch (encoding) {
            case 0 -> "(none)";
            case BtfType.Int.SIGNED -> "SIGNED";
            case BtfType.Int.CHAR -> "CHAR";
            case BtfType.Int.BOOL -> "BOOL";
            default -> "UNKN";
        };
    }

    /**
     * Names a linkage.
     *
     * @param linkage that of a function or a variable, which have the same numbers
     * @return bpftool's word, {@code (unknown)} for what is none of them
     */
    public static String linkageName(int linkage) {
        return switch (linkage) {
            case BtfType.Func.STATIC -> "static";
            case BtfType.Func.GLOBAL -> "global";
            case BtfType.Func.EXTERN -> "extern";
            default -> "(unknown)";
        };
    }
}
