package bpf4j.gen;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The C types that get a class: those of maps, variables and events, and what is inside of them. */
final class BoundTypes {

    /**
     * A struct or union with a class.
     *
     * @param root where {@link bpf4j.object.LayoutCheck} finds it, or the type around it that has a name
     * @param path what stands before its members' names there, empty if the root is the type itself
     * @param javaName its class
     * @param cName how C calls it
     * @param fields its members, with those of anonymous members
     * @param isRecord whether all of a value fits a Java record
     */
    record Composite(String root, String path, String javaName, String cName, long sizeBytes, long baseBits,
            List<Field> fields, boolean isRecord) {

        private Composite asRecord() {
            return new Composite(root, path, javaName, cName, sizeBytes, baseBits, fields, true);
        }
    }

    /** An enumeration with a class. */
    record Enumeration(String javaName, String cName, BtfType.Enumeration type) {
    }

    /**
     * A member.
     *
     * @param javaName its name in Java
     * @param bits the width of a bitfield, 0 for others
     */
    record Field(String cName, String javaName, int typeId, long offsetBits, int bits, Shape shape) {

        long sizeBits() {
            return bits != 0 ? bits : shape.sizeBytes() * Byte.SIZE;
        }
    }

    /** A place that a type without a name of its own is called after. */
    private record Owner(String root, String path, String name, long baseBits) {
    }

    private static final int MAX_DEPTH = 32;
    /** A constructor takes 255 words, and a long is two. */
    private static final int MAX_COMPONENTS = 120;

    private final Btf btf;
    private final JavaNames names;
    private final Map<Integer, Composite> composites = new LinkedHashMap<>();
    private final Map<Integer, Enumeration> enumerations = new LinkedHashMap<>();

    BoundTypes(Btf btf, JavaNames names) {
        this.btf = btf;
        this.names = names;
    }

    Collection<Composite> composites() {
        return composites.values();
    }

    Collection<Enumeration> enumerations() {
        return enumerations.values();
    }

    Composite composite(Shape.Composite shape) {
        return composites.get(shape.typeId());
    }

    String declaration(Field field) {
        String text = CPrinter.declare(btf, field.typeId(), field.cName());
        return field.bits() == 0 ? text : text + " : " + field.bits();
    }

    /**
     * Adds a type and what is inside of it.
     *
     * @param root what it is the type of, as {@link bpf4j.object.LayoutCheck#of} takes it
     * @param name what it is called if it has no name
     */
    void add(int typeId, String root, String name) {
        add(typeId, new Owner(root, "", name, 0), 0);
    }

    private void add(int typeId, Owner owner, int depth) {
        if (depth > MAX_DEPTH) {
            return;
        }
        String typedef = "";
        for (int at = typeId, steps = 0; steps < MAX_DEPTH; steps++) {
            switch (btf.type(at)) {
                case BtfType.Typedef t -> {
                    typedef = typedef.isEmpty() ? t.name() : typedef;
                    at = t.typeId();
                }
                case BtfType.Modifier t -> at = t.typeId();
                case BtfType.Array t -> at = t.elementTypeId();
                case BtfType.Composite t -> {
                    if (!composites.containsKey(at)) {
                        addComposite(at, t, typedef, owner, depth);
                    }
                    return;
                }
                case BtfType.Enumeration t -> {
                    String name = t.name().isEmpty() ? typedef : t.name();
                    if (!name.isEmpty() && !enumerations.containsKey(at)) {
                        String cName = t.name().isEmpty() ? typedef : "enum " + name;
                        enumerations.put(at, new Enumeration(names.type(name), cName, t));
                    }
                    return;
                }
                default -> {
                    return;
                }
            }
        }
    }

    private void addComposite(int id, BtfType.Composite type, String typedef, Owner owner, int depth) {
        BtfKind kind = type.kind();
        String keyword = kind == BtfKind.BTF_KIND_UNION ? "union " : "struct ";
        Owner place = owner;
        String cName = keyword + "of " + owner.root + (owner.path.isEmpty() ? "" : ", " + owner.path + owner.name);
        if (isFoundBy(type.name(), kind, id)) {
            place = new Owner(keyword + type.name(), "", type.name(), 0);
            cName = place.root;
        } else if (btf.find(typedef, BtfKind.BTF_KIND_TYPEDEF) instanceof OptionalInt found && found.isPresent()
                && btf.strip(found.getAsInt()) == id) {
            place = new Owner("typedef " + typedef, "", typedef, 0);
            cName = typedef;
        }
        // Its name is taken before those of its members' types are.
        String javaName = names.type(place.name);
        List<Field> fields = new ArrayList<>();
        boolean plain = flatten(type, 0, new JavaNames(), fields, 0) && kind == BtfKind.BTF_KIND_STRUCT;
        Composite composite = new Composite(place.root, place.path, javaName, cName, type.sizeBytes(), place.baseBits,
                fields, false);
        composites.put(id, composite);
        for (Field field : fields) {
            add(field.typeId(), new Owner(place.root, place.path + field.cName() + ".",
                    type.name().isEmpty() ? place.name + "_" + field.cName() : type.name() + "_" + field.cName(),
                    place.baseBits + field.offsetBits()), depth + 1);
        }
        // Only now is it known of the members' types.
        if (plain && !fields.isEmpty() && fields.size() <= MAX_COMPONENTS
                && fields.stream().allMatch(field -> hasValue(field.shape()))) {
            composites.put(id, composite.asRecord());
        }
    }

    private boolean isFoundBy(String name, BtfKind kind, int id) {
        OptionalInt found = name.isEmpty() ? OptionalInt.empty() : btf.find(name, kind);
        return found.isPresent() && found.getAsInt() == id;
    }

    /** {@return whether there is no union among the members} */
    private boolean flatten(BtfType.Composite type, long fromBits, JavaNames scope, List<Field> fields, int depth) {
        boolean plain = true;
        for (BtfType.Member member : type.members()) {
            long offsetBits = fromBits + member.offsetBits();
            if (member.bitfieldBits() != 0 && !(Shape.of(btf, member.typeId()) instanceof Shape.Scalar)) {
                plain = false; // an integer of 128 bits
            } else if (!member.name().isEmpty()) {
                fields.add(new Field(member.name(), scope.member(member.name()), member.typeId(), offsetBits,
                        member.bitfieldBits(), Shape.of(btf, member.typeId())));
            } else if (btf.stripped(member.typeId()) instanceof BtfType.Composite inner && depth < MAX_DEPTH) {
                plain &= inner.kind() == BtfKind.BTF_KIND_STRUCT & flatten(inner, offsetBits, scope, fields, depth + 1);
            }
        }
        return plain;
    }

    /** {@return whether a value of this shape fits an object of Java} */
    boolean hasValue(Shape shape) {
        return shape.sizeBytes() > 0 && shape.sizeBytes() <= Integer.MAX_VALUE && switch (shape) {
            case Shape.Scalar _, Shape.Text _, Shape.Bytes _ -> true;
            case Shape.Array array -> array.element() instanceof Shape.Scalar(Shape.Kind kind, int _, boolean _)
                    ? !kind.codec.isEmpty() : hasValue(array.element());
            case Shape.Composite inner -> composites.containsKey(inner.typeId()) && composite(inner).isRecord();
        };
    }
}
