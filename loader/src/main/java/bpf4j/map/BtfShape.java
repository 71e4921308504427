package bpf4j.map;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import bpf4j.map.BtfValue.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A type in BTF, prepared for reading and writing values. Types that several members have are shared. */
sealed interface BtfShape {

    /** An integer of up to 64 bits, or a pointer, or a bitfield of one. */
    record Integer(IntegerPlace place, Form form) implements BtfShape {
    }

    /** An enumeration, with the first name for each value. */
    record Enumeration(IntegerPlace place, Map<Long, String> names) implements BtfShape {
    }

    /** An integer of more than 64 bits. */
    record Wide(int bytes, boolean signed) implements BtfShape {
    }

    /** A floating point number of 4 or 8 bytes. */
    record Real(int bytes) implements BtfShape {
    }

    /** An array. */
    record Array(BtfShape element, int count, long strideBytes) implements BtfShape {
    }

    /** A struct or union. */
    record Composite(List<Member> members, boolean union) implements BtfShape {
    }

    /** A member; that of a bitfield is at its first byte. */
    record Member(String name, BtfShape shape, long offsetBytes) {
    }

    static BtfShape of(Btf btf, int typeId) {
        return new Builder(btf).shape(typeId, 0);
    }

    /** Walks the types of one value. */
    final class Builder {

        /** The depth to which the kernel resolves types. */
        private static final int MAX_DEPTH = 32;

        private final Btf btf;
        private final Map<java.lang.Integer, BtfShape> known = new HashMap<>();

        private Builder(Btf btf) {
            this.btf = btf;
        }

        private BtfShape shape(int typeId, int depth) {
            int id = btf.strip(typeId);
            BtfShape shape = known.get(id);
            if (shape == null) {
                if (depth > MAX_DEPTH) {
                    throw btf.fail(typeId, "types nest deeper than " + MAX_DEPTH);
                }
                shape = make(id, depth);
                known.put(id, shape);
            }
            return shape;
        }

        private BtfShape make(int id, int depth) {
            return switch (btf.type(id)) {
                case BtfType.Int type when type.sizeBytes() > Long.BYTES -> new Wide(type.sizeBytes(), type.signed());
                case BtfType.Int type -> integer(id, type);
                case BtfType.Enumeration type -> enumeration(type);
                case BtfType.Ptr _ -> new Integer(new IntegerPlace("pointer", 0, Long.SIZE, false), Form.POINTER);
                case BtfType.Float type when type.sizeBytes() == Float.BYTES || type.sizeBytes() == Double.BYTES ->
                    new Real(type.sizeBytes());
                case BtfType.Array type -> array(id, type, depth);
                case BtfType.Composite type -> new Composite(
                        type.members().stream().map(member -> member(id, type.sizeBytes(), member, depth)).toList(),
                        type instanceof BtfType.Union);
                case BtfType.DataSec type -> section(id, type, depth);
                case BtfType.Float _, BtfType.Void _, BtfType.Fwd _, BtfType.Modifier _, BtfType.Func _,
                        BtfType.FuncProto _, BtfType.Var _, BtfType.DeclTag _ ->
                    throw new IllegalArgumentException("%s is no type of a value"
                            .formatted(CPrinter.typeName(btf, id)));
            };
        }

        private BtfShape integer(int id, BtfType.Int type) {
            int bits = type.bits();
            if (bits < 1 || type.offsetBits() + bits > type.sizeBytes() * 8) {
                throw btf.fail(id, "an integer of %d bits in %d bytes".formatted(bits, type.sizeBytes()));
            }
            Form form = (type.encoding() & BtfType.Int.BOOL) != 0 ? Form.BOOLEAN
                    : type.sizeBytes() == 1 && bits == Byte.SIZE && isCharacter(type) ? Form.CHARACTER
                    : type.signed() ? Form.SIGNED : Form.UNSIGNED;
            return new Integer(new IntegerPlace(type.name(), type.offsetBits(), bits, type.signed()), form);
        }

        /** No compiler sets the encoding; the name tells. */
        private static boolean isCharacter(BtfType.Int type) {
            return (type.encoding() & BtfType.Int.CHAR) != 0 || type.name().equals("char");
        }

        private static BtfShape enumeration(BtfType.Enumeration type) {
            Map<Long, String> names = new HashMap<>();
            type.values().forEach(each -> names.putIfAbsent(each.value(), each.name()));
            return new Enumeration(new IntegerPlace(type.name(), 0, type.sizeBytes() * 8, type.signed()), names);
        }

        private BtfShape array(int id, BtfType.Array type, int depth) {
            BtfShape element = shape(type.elementTypeId(), depth + 1);
            long stride = btf.sizeBytes(type.elementTypeId());
            if (stride == 0 && type.count() > 0) {
                throw btf.fail(id, "an array of elements without size");
            }
            return new Array(element, Math.toIntExact(type.count()), stride);
        }

        private Member member(int id, long structBytes, BtfType.Member member, int depth) {
            if (!member.isBitfield()) {
                long offset = member.offsetBits() / 8;
                if (member.offsetBits() % 8 != 0 || btf.sizeBytes(member.typeId()) > structBytes - offset) {
                    throw btf.fail(id, "member '%s' is not inside of the struct".formatted(member.name()));
                }
                return new Member(member.name(), shape(member.typeId(), depth + 1), offset);
            }
            if (member.offsetBits() + member.bitfieldBits() > structBytes * 8 || member.bitfieldBits() > Long.SIZE) {
                throw btf.fail(id, "bitfield '%s' is not inside of the struct".formatted(member.name()));
            }
            long inByte = member.offsetBits() % 8;
            BtfShape shape = switch (shape(member.typeId(), depth + 1)) {
                case Integer(IntegerPlace place, Form form) -> new Integer(
                        new IntegerPlace(member.name(), inByte, member.bitfieldBits(), place.signed()),
                        form == Form.CHARACTER ? place.signed() ? Form.SIGNED : Form.UNSIGNED : form);
                case Enumeration(IntegerPlace place, var names) -> new Enumeration(
                        new IntegerPlace(member.name(), inByte, member.bitfieldBits(), place.signed()), names);
                case Wide _, Real _, Array _, Composite _ ->
                    throw btf.fail(id, "bitfield '%s' is no integer".formatted(member.name()));
            };
            return new Member(member.name(), shape, member.offsetBits() / 8);
        }

        private BtfShape section(int id, BtfType.DataSec type, int depth) {
            List<Member> members = new ArrayList<>();
            for (BtfType.SectionVar each : type.variables()) {
                if (btf.type(each.typeId()) instanceof BtfType.Var variable) {
                    if (btf.sizeBytes(variable.typeId()) > type.sizeBytes() - each.offsetBytes()) {
                        throw btf.fail(id, "variable '%s' is not inside of the section".formatted(variable.name()));
                    }
                    members.add(new Member(variable.name(), shape(variable.typeId(), depth + 1), each.offsetBytes()));
                }
            }
            return new Composite(members, false);
        }
    }
}
