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
            out.append(print(btf, id)).append('\n');
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
        BtfType type = btf.type(id);
        StringBuilder out = new StringBuilder();
        out.append('[').append(id).append("] ")
                .append(id == 0 ? "VOID" : kindName(type)).append(' ').append(quoted(type.name()));
        switch (type) {
            case BtfType.Void _ -> { }
            case BtfType.Int t -> out.append(" size=%d bits_offset=%d nr_bits=%d encoding=%s"
                    .formatted(t.sizeBytes(), t.offsetBits(), t.bits(), encoding(t.encoding())));
            case BtfType.Ptr t -> out.append(" type_id=").append(t.typeId());
            case BtfType.Array t -> out.append(" type_id=%d index_type_id=%d nr_elems=%d"
                    .formatted(t.elementTypeId(), t.indexTypeId(), t.count()));
            case BtfType.Composite t -> {
                out.append(" size=%d vlen=%d".formatted(t.sizeBytes(), t.members().size()));
                t.members().forEach(m -> member(out, m));
            }
            case BtfType.Enumeration t -> {
                out.append(" encoding=%s size=%d vlen=%d"
                        .formatted(t.signed() ? "SIGNED" : "UNSIGNED", t.sizeBytes(), t.values().size()));
                t.values().forEach(v -> out.append("\n\t%s val=%s".formatted(quoted(v.name()), value(t, v))));
            }
            case BtfType.Fwd t -> out.append(" fwd_kind=").append(t.union() ? "union" : "struct");
            case BtfType.Modifier t -> out.append(" type_id=").append(t.typeId());
            case BtfType.Func t -> out.append(" type_id=%d linkage=%s".formatted(t.typeId(), linkage(t.linkage())));
            case BtfType.FuncProto t -> {
                out.append(" ret_type_id=%d vlen=%d".formatted(t.returnTypeId(), t.params().size()));
                t.params().forEach(p -> out.append("\n\t%s type_id=%d".formatted(quoted(p.name()), p.typeId())));
            }
            case BtfType.Var t -> out.append(" type_id=%d, linkage=%s".formatted(t.typeId(), linkage(t.linkage())));
            case BtfType.DataSec t -> {
                out.append(" size=%d vlen=%d".formatted(t.sizeBytes(), t.variables().size()));
                t.variables().forEach(v -> variable(out, btf, v));
            }
            case BtfType.Float t -> out.append(" size=").append(t.sizeBytes());
            case BtfType.DeclTag t ->
                out.append(" type_id=%d component_idx=%d".formatted(t.typeId(), t.componentIndex()));
        }
        return out.toString();
    }

    private static void member(StringBuilder out, BtfType.Member member) {
        out.append("\n\t%s type_id=%d bits_offset=%d"
                .formatted(quoted(member.name()), member.typeId(), member.offsetBits()));
        if (member.isBitfield()) {
            out.append(" bitfield_size=").append(member.bitfieldBits());
        }
    }

    private static void variable(StringBuilder out, Btf btf, BtfType.SectionVar variable) {
        out.append("\n\ttype_id=%d offset=%d size=%d"
                .formatted(variable.typeId(), variable.offsetBytes(), variable.sizeBytes()));
        BtfType type = btf.type(variable.typeId());
        out.append(" (").append(kindName(type)).append(' ').append(quoted(type.name())).append(')');
    }

    private static String value(BtfType.Enumeration type, BtfType.EnumValue value) {
        String number = type.signed() ? Long.toString(value.value()) : Long.toUnsignedString(value.value());
        return switch (type) {
            case BtfType.Enum _ -> number;
            case BtfType.Enum64 t -> number + (t.signed() ? "LL" : "ULL");
        };
    }

    private static String kindName(BtfType type) {
        return type.kind().name().substring("BTF_KIND_".length());
    }

    private static String quoted(String name) {
        return name.isEmpty() ? "'(anon)'" : "'" + name + "'";
    }

    private static String encoding(int encoding) {
        return switch (encoding) {
            case 0 -> "(none)";
            case BtfType.Int.SIGNED -> "SIGNED";
            case BtfType.Int.CHAR -> "CHAR";
            case BtfType.Int.BOOL -> "BOOL";
            default -> "UNKN";
        };
    }

    /** Functions and variables have the same numbers. */
    private static String linkage(int linkage) {
        return switch (linkage) {
            case BtfType.Func.STATIC -> "static";
            case BtfType.Func.GLOBAL -> "global";
            case BtfType.Func.EXTERN -> "extern";
            default -> "(unknown)";
        };
    }
}
