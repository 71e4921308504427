package bpf4j.map;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import bpf4j.map.RecordClass.Component;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Matches the components of a record with the members of a struct in BTF, by name. */
final class BtfRecords {

    /** What the kernel keeps in values for itself: user space reads zeros there, and what it writes is dropped. */
    private static final Set<String> OF_THE_KERNEL = Set.of("bpf_spin_lock", "bpf_res_spin_lock", "bpf_timer", "bpf_wq",
            "bpf_list_head", "bpf_list_node", "bpf_rb_root", "bpf_rb_node", "bpf_refcount", "bpf_task_work");
    /** The depth to which the kernel resolves types. */
    private static final int MAX_DEPTH = 32;

    /** A member, with where it is in the outermost struct. */
    private record Place(BtfType.Member member, long offsetBits) {
    }

    private final Btf btf;
    private final RecordClass<?> shape;
    private final String subject;
    private final Map<String, Component> byName = new HashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final int depth;

    private BtfRecords(Btf btf, RecordClass<?> shape, String struct, int depth) {
        this.btf = btf;
        this.shape = shape;
        this.subject = shape.type().getSimpleName() + " for " + struct;
        this.depth = depth;
        for (Component component : shape.components()) {
            byName.put(component.name(), component);
            byName.putIfAbsent(underscored(component.name()), component);
        }
    }

    static <R extends Record> Codec<R> match(RecordClass<R> shape, Btf btf, int typeId) {
        return match(shape, btf, typeId, 0);
    }

    private static <R extends Record> Codec<R> match(RecordClass<R> shape, Btf btf, int typeId, int depth) {
        if (!(btf.stripped(typeId) instanceof BtfType.Composite composite)) {
            throw new IllegalArgumentException("%s: the map's type is no struct but %s: give a codec of that"
                    .formatted(shape.type().getSimpleName(), CPrinter.typeName(btf, typeId)));
        }
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(shape.type().getSimpleName() + ": nests too deeply");
        }
        BtfRecords match = new BtfRecords(btf, shape, CPrinter.typeName(btf, typeId), depth);
        List<String> missing = new ArrayList<>();
        match.collect(composite, 0, missing, 0);
        match.requireComplete(missing);
        List<RecordMember> members = new ArrayList<>();
        for (Component component : shape.components()) {
            Place place = match.places.get(component.name());
            members.add(match.member(component, place));
        }
        return new RecordCodec<>(shape, members, Math.toIntExact(composite.sizeBytes()), 1);
    }

    /**
     * Finds the components of all members; returns whether there were any, and adds to the names of those that have
     * none.
     */
    private boolean collect(BtfType.Composite composite, long offsetBits, List<String> missing, int nesting) {
        boolean any = false;
        List<String> alternatives = new ArrayList<>();
        for (BtfType.Member member : composite.members()) {
            List<String> lost = new ArrayList<>();
            boolean found = collect(member, offsetBits + member.offsetBits(), lost, nesting);
            any |= found;
            if (composite instanceof BtfType.Union && !found) {
                alternatives.addAll(lost);
            } else {
                missing.addAll(lost);
            }
        }
        if (!any && !alternatives.isEmpty()) {
            missing.add("one of " + String.join(", ", alternatives));
        }
        return any;
    }

    private boolean collect(BtfType.Member member, long offsetBits, List<String> missing, int nesting) {
        if (member.name().isEmpty()) {
            return btf.stripped(member.typeId()) instanceof BtfType.Composite inner && nesting < MAX_DEPTH
                    && collect(inner, offsetBits, missing, nesting + 1);
        }
        Component component = byName.get(member.name());
        // Two members may be of one component, such as fooBar and foo_bar; one of them would be lost.
        if (component != null && places.putIfAbsent(component.name(), new Place(member, offsetBits)) == null) {
            return true;
        }
        if (!(btf.stripped(member.typeId()) instanceof BtfType.Composite inner
                && OF_THE_KERNEL.contains(inner.name()))) {
            missing.add("'" + member.name() + "'");
        }
        return false;
    }

    private void requireComplete(List<String> missing) {
        for (Component component : shape.components()) {
            if (!places.containsKey(component.name())) {
                throw new IllegalArgumentException("%s: the struct has no member for component '%s'%s".formatted(
                        subject, component.name(), missing.isEmpty() ? "" : "; it has " + String.join(", ", missing)));
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("%s: no component for %s, which a write would lose".formatted(subject,
                    String.join(", ", missing)));
        }
        List<Map.Entry<String, Place>> sorted = new ArrayList<>(places.entrySet());
        sorted.sort((a, b) -> Long.compare(a.getValue().offsetBits(), b.getValue().offsetBits()));
        for (int i = 1; i < sorted.size(); i++) {
            Place before = sorted.get(i - 1).getValue();
            if (before.offsetBits() + bits(before.member()) > sorted.get(i).getValue().offsetBits()) {
                throw new IllegalArgumentException("%s: components '%s' and '%s' are at the same place: keep one"
                        .formatted(subject, sorted.get(i - 1).getKey(), sorted.get(i).getKey()));
            }
        }
    }

    private long bits(BtfType.Member member) {
        return member.isBitfield() ? member.bitfieldBits() : btf.sizeBytes(member.typeId()) * 8;
    }

    private RecordMember member(Component component, Place place) {
        int width = RecordCodec.integerBits(component.type());
        if (width != 0) {
            return integer(component, width, place);
        }
        if (place.member().isBitfield()) {
            throw mismatch(component, place);
        }
        return RecordMember.object(component.type(), codec(component, place), place.offsetBits() / 8);
    }

    private RecordMember integer(Component component, int width, Place place) {
        BtfType type = btf.stripped(place.member().typeId());
        boolean signed = type instanceof BtfType.Int number && number.signed()
                || type instanceof BtfType.Enumeration enumeration && enumeration.signed();
        boolean integer = type instanceof BtfType.Int || type instanceof BtfType.Enumeration
                || type instanceof BtfType.Ptr;
        long bits = integer ? bits(place.member()) : 0;
        boolean truth = type instanceof BtfType.Int number && (number.encoding() & BtfType.Int.BOOL) != 0 || bits == 1;
        if (!integer || bits == 0 || component.type() == boolean.class && !truth) {
            throw mismatch(component, place);
        }
        if (bits > width && component.type() != boolean.class) {
            throw new IllegalArgumentException("%s: component '%s' is %s of %d bits, and the member has %d"
                    .formatted(subject, component.name(), component.type(), width, bits));
        }
        return RecordMember.integer(component.type(), width, new IntegerPlace(
                shape.type().getSimpleName() + "." + component.name(), place.offsetBits(), (int) bits, signed));
    }

    private Codec<?> codec(Component component, Place place) {
        Class<?> type = component.type();
        int typeId = place.member().typeId();
        if (type.isRecord()) {
            return match(shape.nested(type), btf, typeId, depth + 1);
        }
        if (type == byte[].class) {
            return new BytesCodec(Math.toIntExact(btf.sizeBytes(typeId)));
        }
        int count = 1;
        int element = typeId;
        while (btf.stripped(element) instanceof BtfType.Array array) {
            count = Math.toIntExact(Math.multiplyExact(count, array.count()));
            element = array.elementTypeId();
        }
        BtfType elementType = btf.stripped(element);
        if (elementType == btf.stripped(typeId) && btf.strip(element) == btf.strip(typeId)) {
            throw mismatch(component, place);
        }
        long size = elementType instanceof BtfType.Void ? 0 : btf.sizeBytes(element);
        boolean numbers = elementType instanceof BtfType.Int || elementType instanceof BtfType.Enumeration
                || elementType instanceof BtfType.Ptr;
        if (component.length().isPresent() && component.length().getAsInt() != count) {
            throw new IllegalArgumentException("%s: component '%s' says @Length(%d), and the array has %d"
                    .formatted(subject, component.name(), component.length().getAsInt(), count));
        }
        if (type == String.class && numbers && size == 1 && count > 0) {
            return new TextCodec(count);
        }
        if (ArrayCodec.holdsNumbers(type) && numbers && size * 8 == RecordCodec.integerBits(type.componentType())) {
            return ArrayCodec.ofNumbers(type, count);
        }
        if (type.isArray() && type.componentType().isRecord() && elementType instanceof BtfType.Composite) {
            return ArrayCodec.ofRecords(type.componentType(),
                    match(shape.nested(type.componentType()), btf, element, depth + 1), count);
        }
        throw mismatch(component, place);
    }

    private IllegalArgumentException mismatch(Component component, Place place) {
        return new IllegalArgumentException("%s: component '%s' is %s, and the member is %s%s".formatted(subject,
                component.name(), component.type().getSimpleName(), CPrinter.typeName(btf, place.member().typeId()),
                place.member().isBitfield() ? " : " + place.member().bitfieldBits() : ""));
    }

    private static String underscored(String name) {
        StringBuilder result = new StringBuilder();
        for (char c : name.toCharArray()) {
            if (Character.isUpperCase(c)) {
                result.append('_').append(Character.toLowerCase(c));
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }
}
