package bpf4j.btf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Builds BTF: from nothing, on a base, or as an edited copy that keeps every id and every string offset. Not
 * thread-safe.
 */
public final class BtfBuilder {

    private static final int MAX_VLEN = 0xffffff;

    private final Btf base;
    /** What this is a copy of, or null. */
    private final Btf original;
    /** Null stands for a type of the original that was not touched: it is copied without being made. */
    private final List<BtfType> types = new ArrayList<>();
    private final int firstId;
    private final long stringsStart;
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    /** Of a copy, filled when the first string is asked for. */
    private Map<String, Integer> stringOffsets;

    /** Starts an empty BTF. */
    public BtfBuilder() {
        this(null, null);
    }

    private BtfBuilder(Btf base, Btf original) {
        this.base = base;
        this.original = original;
        this.firstId = base == null ? 1 : base.typeCount();
        this.stringsStart = base == null ? 0 : base.stringsStart() + base.strings().byteSize();
        if (original != null) {
            strings.writeBytes(original.strings().toArray(ValueLayout.JAVA_BYTE));
        } else if (base == null) {
            strings.write(0);
        }
    }

    /**
     * Starts a split BTF.
     *
     * @param base what it sits on; names that the base has are stored again
     * @return an empty builder whose first id follows the base's last
     */
    public static BtfBuilder onBase(Btf base) {
        return new BtfBuilder(Objects.requireNonNull(base), null);
    }

    /**
     * Starts an edited copy. All ids stay what they are, and so do all string offsets, on which line info relies.
     *
     * @param original what to copy; a split BTF's copy has the same base. A layout section is not copied, as the types
     *     are all of known kinds
     * @return a builder with the original's own types
     * @throws BtfFormatException if the original has a type of an unknown kind. Other malformed types are copied as
     *     they are
     */
    public static BtfBuilder copyOf(Btf original) {
        BtfBuilder copy = new BtfBuilder(original.base().orElse(null), original);
        for (int id = original.firstOwnId(); id < original.typeCount(); id++) {
            if (original.kindNumber(id) >= BtfKind.count()) {
                throw original.fail(id, "kind " + original.kindNumber(id) + " is not known");
            }
            copy.types.add(null);
        }
        return copy;
    }

    /**
     * Appends a type.
     *
     * @param type the type; it may refer to ids that come later
     * @return its id
     */
    public int add(BtfType type) {
        types.add(type);
        return firstId + types.size() - 1;
    }

    /**
     * Replaces a type.
     *
     * @param id an id that {@link #add} returned or that the copied BTF has of its own
     * @param type what it becomes
     * @throws IndexOutOfBoundsException if the id is none of those
     */
    public void set(int id, BtfType type) {
        types.set(id - firstId, type);
    }

    /**
     * Gets a type as it stands now.
     *
     * @param id an own id
     * @return the type
     * @throws IndexOutOfBoundsException if the id is the base's or was not added yet
     */
    public BtfType get(int id) {
        return typeAt(id - firstId);
    }

    private BtfType typeAt(int index) {
        BtfType type = types.get(index);
        return type != null ? type : original.type(firstId + index);
    }

    /** {@return the id that the next {@link #add} will return} */
    public int nextId() {
        return firstId + types.size();
    }

    /**
     * Stores a string, or finds it where it is stored already.
     *
     * @param text the string, without NUL
     * @return its offset in the strings, those of the base counted
     * @throws IllegalArgumentException if the string contains NUL
     */
    public int string(String text) {
        if (stringOffsets == null) {
            stringOffsets = stringOffsets();
        }
        Integer known = stringOffsets.get(text);
        if (known != null) {
            return known;
        }
        if (text.indexOf(0) >= 0) {
            throw new IllegalArgumentException("a string of BTF ends at NUL and cannot contain one: " + text);
        }
        int offset = Math.toIntExact(stringsStart + strings.size());
        strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        strings.write(0);
        stringOffsets.put(text, offset);
        return offset;
    }

    private Map<String, Integer> stringOffsets() {
        Map<String, Integer> result = new HashMap<>();
        result.put("", 0);
        byte[] bytes = strings.toByteArray();
        for (int start = 0, i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                result.putIfAbsent(new String(bytes, start, i - start, StandardCharsets.UTF_8),
                        (int) (stringsStart + start));
                start = i + 1;
            }
        }
        return result;
    }

    /**
     * Encodes what was built. The header is the 24-byte one that every kernel accepts.
     *
     * @param order byte order of the result
     * @return raw BTF
     * @throws IllegalArgumentException if a type holds a number that does not fit its field in the format
     */
    public byte[] toBytes(ByteOrder order) {
        boolean sameOrder = original != null && order == original.order();
        long bytes = 0;
        for (int i = 0; i < types.size(); i++) {
            bytes += sameOrder && types.get(i) == null ? original.ownBytes(i) : 4 * words(typeAt(i));
        }
        ByteBuffer body = ByteBuffer.allocate(Math.toIntExact(bytes)).order(order);
        for (int i = 0; i < types.size(); i++) {
            if (sameOrder && types.get(i) == null) {
                i = copyUntouched(i, body);
            } else {
                write(i, typeAt(i), body);
            }
        }
        ByteBuffer result = ByteBuffer.allocate(Math.addExact(BtfHeader.MIN_BYTES + body.capacity(), strings.size()))
                .order(order);
        result.putShort((short) BtfHeader.MAGIC).put((byte) 1).put((byte) 0).putInt(BtfHeader.MIN_BYTES);
        result.putInt(0).putInt(body.capacity()).putInt(body.capacity()).putInt(strings.size());
        return result.put(body.array()).put(strings.toByteArray()).array();
    }

    /**
     * Encodes and parses again.
     *
     * @param order byte order of the result
     * @param name what messages call it
     * @return the finished BTF
     * @throws IllegalArgumentException if a type holds a number that does not fit its field in the format
     * @throws BtfFormatException if the order is not that of the base
     */
    public Btf build(ByteOrder order, String name) {
        MemorySegment data = MemorySegment.ofArray(toBytes(order));
        return base == null ? Btf.parse(data, name) : Btf.parseSplit(data, base, name);
    }

    /** Copies an untouched type and those that follow it; returns the last one's index. */
    private int copyUntouched(int first, ByteBuffer out) {
        int last = first;
        int bytes = original.ownBytes(first);
        while (last + 1 < types.size() && types.get(last + 1) == null) {
            last++;
            bytes += original.ownBytes(last);
        }
        out.put(original.types().asSlice(original.ownOffset(first), bytes).asByteBuffer());
        return last;
    }

    private static int elements(BtfType type) {
        return switch (type) {
            case BtfType.Composite t -> t.members().size();
            case BtfType.Enumeration t -> t.values().size();
            case BtfType.FuncProto t -> t.params().size();
            case BtfType.DataSec t -> t.variables().size();
            case BtfType.Func t -> t.linkage();
            case BtfType.Void _, BtfType.Int _, BtfType.Ptr _, BtfType.Array _, BtfType.Fwd _, BtfType.Modifier _,
                    BtfType.Var _, BtfType.Float _, BtfType.DeclTag _ -> 0;
        };
    }

    private static long words(BtfType type) {
        return 3 + type.kind().infoBytes() / 4 + (long) elements(type) * (type.kind().elementBytes() / 4);
    }

    /** A name that stays need not be looked for. */
    private int nameOffset(int index, BtfType type) {
        boolean stays = original != null && index < original.ownTypeCount()
                && original.nameOf(firstId + index).equals(type.name());
        return stays ? original.ownNameOffset(index) : string(type.name());
    }

    private void write(int index, BtfType type, ByteBuffer out) {
        int vlen = (int) fit(elements(type), MAX_VLEN, type, "vlen");
        out.putInt(nameOffset(index, type));
        switch (type) {
            case BtfType.Void _ -> throw new IllegalArgumentException("void is implied and cannot be declared");
            case BtfType.Int t -> {
                head(out, t, vlen, false, t.sizeBytes());
                out.putInt((int) (fit(t.encoding(), 0xf, t, "encoding") << 24
                        | fit(t.offsetBits(), 0xff, t, "offset") << 16 | fit(t.bits(), 0xff, t, "bits")));
            }
            case BtfType.Ptr t -> head(out, t, vlen, false, t.typeId());
            case BtfType.Array t -> {
                head(out, t, vlen, false, 0);
                out.putInt(t.elementTypeId()).putInt(t.indexTypeId()).putInt(u32(t.count(), t, "count"));
            }
            case BtfType.Composite t -> {
                head(out, t, vlen, t.bitfieldEncoding(), u32(t.sizeBytes(), t, "size"));
                for (BtfType.Member m : t.members()) {
                    out.putInt(string(m.name())).putInt(m.typeId()).putInt(place(t, m));
                }
            }
            case BtfType.Enum t -> {
                head(out, t, vlen, t.signed(), t.sizeBytes());
                for (BtfType.EnumValue v : t.values()) {
                    if (t.signed() ? v.value() != (int) v.value() : v.value() >>> 32 != 0) {
                        throw unfit(v.value(), t, v.name());
                    }
                    out.putInt(string(v.name())).putInt((int) v.value());
                }
            }
            case BtfType.Enum64 t -> {
                head(out, t, vlen, t.signed(), t.sizeBytes());
                t.values().forEach(v ->
                        out.putInt(string(v.name())).putInt((int) v.value()).putInt((int) (v.value() >>> 32)));
            }
            case BtfType.Fwd t -> head(out, t, vlen, t.union(), 0);
            case BtfType.TypeTag t -> head(out, t, vlen, t.attribute(), t.typeId());
            case BtfType.Modifier t -> head(out, t, vlen, false, t.typeId());
            case BtfType.Func t -> head(out, t, vlen, false, t.typeId());
            case BtfType.FuncProto t -> {
                head(out, t, vlen, false, t.returnTypeId());
                t.params().forEach(p -> out.putInt(string(p.name())).putInt(p.typeId()));
            }
            case BtfType.Var t -> {
                head(out, t, vlen, false, t.typeId());
                out.putInt(t.linkage());
            }
            case BtfType.DataSec t -> {
                head(out, t, vlen, false, u32(t.sizeBytes(), t, "size"));
                t.variables().forEach(v -> out.putInt(v.typeId())
                        .putInt(u32(v.offsetBytes(), t, "offset")).putInt(u32(v.sizeBytes(), t, "size")));
            }
            case BtfType.Float t -> head(out, t, vlen, false, t.sizeBytes());
            case BtfType.DeclTag t -> {
                head(out, t, vlen, t.attribute(), t.typeId());
                out.putInt(t.componentIndex());
            }
        }
    }

    /**
     * Where a member is: with the kind flag 24 bits of offset below 8 bits of bitfield width, else the offset alone.
     */
    private static int place(BtfType.Composite type, BtfType.Member m) {
        if (type.bitfieldEncoding()) {
            return (int) (fit(m.bitfieldBits(), 0xff, type, m.name()) << 24
                    | fit(m.offsetBits(), 0xffffff, type, m.name()));
        }
        if (m.isBitfield()) {
            throw new IllegalArgumentException(
                    type.name() + ": " + m.name() + ": a bitfield in a struct without the kind flag");
        }
        return u32(m.offsetBits(), type, m.name());
    }

    private static int u32(long value, BtfType type, String field) {
        return (int) fit(value, 0xffff_ffffL, type, field);
    }

    private static long fit(long value, long max, BtfType type, String field) {
        if (value < 0 || value > max) {
            throw unfit(value, type, field);
        }
        return value;
    }

    private static IllegalArgumentException unfit(long value, BtfType type, String field) {
        return new IllegalArgumentException(
                "%s '%s': %s: 0x%x does not fit the format".formatted(type.kind(), type.name(), field, value));
    }

    private static void head(ByteBuffer out, BtfType type, int vlen, boolean flag, int sizeOrType) {
        out.putInt((flag ? 1 << 31 : 0) | type.kind().ordinal() << 24 | vlen).putInt(sizeOrType);
    }
}
