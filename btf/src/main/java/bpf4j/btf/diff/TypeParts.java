package bpf4j.btf.diff;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import bpf4j.btf.diff.TypeDifference.Change;
import bpf4j.btf.diff.TypeDifference.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What makes one type what it is, for comparison.
 *
 * @param sizeBytes its size, if it is a struct, union or enumeration
 * @param text what it stands for, if it is a typedef, function or variable; else empty
 * @param members members by their names, with those of structs without a type's name by their paths
 * @param values enumerators with their values
 */
record TypeParts(OptionalLong sizeBytes, String text, Map<String, Member> members, Map<String, String> values) {

    /** Structs without names in each other; compilers do not get near. */
    private static final int MAX_DEPTH = 64;

    /**
     * A member.
     *
     * @param offsetBits its place from the start of the outermost struct
     * @param bitfieldBits its width, 0 if it is no bitfield
     * @param sizeBytes the size of its type, -1 if it has none
     * @param type its type, in C
     */
    record Member(long offsetBits, int bitfieldBits, long sizeBytes, String type) {

        String place() {
            return offsetBits / 8 + (bitfieldBits != 0 || offsetBits % 8 != 0 ? " bit " + offsetBits % 8 : "");
        }

        String size() {
            return bitfieldBits != 0 ? bitfieldBits + " bits" : sizeBytes + " bytes";
        }

        @Override
        public String toString() {
            return type + (bitfieldBits != 0 ? " : " + bitfieldBits : "") + " at " + place();
        }
    }

    static TypeParts of(Btf btf, int id) {
        return switch (btf.type(id)) {
            case BtfType.Composite t -> new TypeParts(OptionalLong.of(t.sizeBytes()), "", members(btf, t), Map.of());
            case BtfType.Enumeration t -> {
                Map<String, String> values = new LinkedHashMap<>();
                values(t, values);
                yield new TypeParts(OptionalLong.of(t.sizeBytes()), "", Map.of(), values);
            }
            case BtfType.Typedef t -> typedef(btf, t);
            case BtfType.Func t -> ofText(prototype(btf, t.typeId()));
            case BtfType.Var t -> ofText(CPrinter.typeName(btf, t.typeId()));
            case BtfType other -> throw new IllegalArgumentException("not compared: " + other.kind());
        };
    }

    static TypeParts ofConstants(Map<String, String> values) {
        return new TypeParts(OptionalLong.empty(), "", Map.of(), values);
    }

    static void values(BtfType.Enumeration type, Map<String, String> values) {
        type.values().forEach(v -> values.put(v.name(),
                type.signed() ? Long.toString(v.value()) : Long.toUnsignedString(v.value())));
    }

    private static TypeParts ofText(String text) {
        return new TypeParts(OptionalLong.empty(), text, Map.of(), Map.of());
    }

    /** What is behind a typedef without a name of its own is the typedef's. */
    private static TypeParts typedef(Btf btf, BtfType.Typedef typedef) {
        if (typedef.typeId() != 0 && btf.nameOf(typedef.typeId()).isEmpty()
                && btf.type(typedef.typeId()) instanceof BtfType target) {
            if (target instanceof BtfType.Composite || target instanceof BtfType.Enumeration) {
                TypeParts parts = of(btf, typedef.typeId());
                return new TypeParts(parts.sizeBytes, CPrinter.typeName(btf, typedef.typeId()), parts.members,
                        parts.values);
            }
        }
        return ofText(CPrinter.typeName(btf, typedef.typeId()));
    }

    private static String prototype(Btf btf, int id) {
        return btf.type(id) instanceof BtfType.FuncProto proto
                ? CPrinter.typeName(btf, proto.returnTypeId()) + proto.params().stream()
                        .map(p -> p.typeId() == 0 ? "..." : CPrinter.typeName(btf, p.typeId()))
                        .collect(Collectors.joining(", ", " (", ")"))
                : CPrinter.typeName(btf, id);
    }

    private static Map<String, Member> members(Btf btf, BtfType.Composite type) {
        Map<String, Member> result = new LinkedHashMap<>();
        members(btf, type, "", 0, 0, result);
        return result;
    }

    private static void members(Btf btf, BtfType.Composite type, String path, long startBits, int depth,
            Map<String, Member> result) {
        for (BtfType.Member member : type.members()) {
            long offset = startBits + member.offsetBits();
            String name = path + member.name();
            if (!member.name().isEmpty()) {
                result.put(name, new Member(offset, member.bitfieldBits(), size(btf, member.typeId()),
                        CPrinter.typeName(btf, member.typeId())));
            }
            if (btf.type(member.typeId()) instanceof BtfType.Composite inner && inner.name().isEmpty()
                    && depth < MAX_DEPTH) {
                members(btf, inner, member.name().isEmpty() ? path : name + ".", offset, depth + 1, result);
            }
        }
    }

    private static long size(Btf btf, int id) {
        try {
            return btf.sizeBytes(id);
        } catch (BtfFormatException _) {
            return -1;
        }
    }

    /** {@return what is different on the other side} */
    List<Part> differencesTo(TypeParts other) {
        List<Part> parts = new ArrayList<>();
        if (!sizeBytes.equals(other.sizeBytes)) {
            parts.add(new Part("", Change.RESIZED, bytes(sizeBytes), bytes(other.sizeBytes)));
        }
        if (!text.equals(other.text)) {
            parts.add(new Part("", Change.RETYPED, text, other.text));
        }
        members.forEach((name, member) -> compare(name, member, other.members.get(name), parts));
        other.members.forEach((name, member) -> {
            if (!members.containsKey(name)) {
                parts.add(new Part(name, Change.ADDED, "", member.toString()));
            }
        });
        values.forEach((name, value) -> {
            String now = other.values.getOrDefault(name, "");
            if (!now.equals(value)) {
                parts.add(new Part(name, now.isEmpty() ? Change.REMOVED : Change.CHANGED, value, now));
            }
        });
        other.values.forEach((name, value) -> {
            if (!values.containsKey(name)) {
                parts.add(new Part(name, Change.ADDED, "", value));
            }
        });
        return parts;
    }

    private static void compare(String name, Member before, Member after, List<Part> parts) {
        if (after == null) {
            parts.add(new Part(name, Change.REMOVED, before.toString(), ""));
            return;
        }
        if (before.offsetBits != after.offsetBits) {
            parts.add(new Part(name, Change.MOVED, before.place(), after.place()));
        }
        if (!before.type.equals(after.type)) {
            parts.add(new Part(name, Change.RETYPED, before.type, after.type));
        }
        if (before.bitfieldBits != after.bitfieldBits || before.sizeBytes != after.sizeBytes) {
            parts.add(new Part(name, Change.RESIZED, before.size(), after.size()));
        }
    }

    private static String bytes(OptionalLong size) {
        return size.isPresent() ? size.getAsLong() + " bytes" : "";
    }
}
