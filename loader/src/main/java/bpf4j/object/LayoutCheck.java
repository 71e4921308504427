package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import java.util.OptionalInt;

/**
 * Requires that a C type of an object has the layout that Java code was written for. Generated bindings call it when
 * their classes are initialized and for each other build of the object that they are given: an offset that has moved is
 * an error with a name, not a wrong value. For one thread.
 */
public final class LayoutCheck {

    /** Where a member was found. */
    private record Place(long offsetBits, int typeId, int bitfieldBits) {
    }

    private static final int MAX_DEPTH = 32;

    private final String subject;
    private final Btf btf;
    private final int typeId;

    private LayoutCheck(String subject, Btf btf, int typeId) {
        this.subject = subject;
        this.btf = btf;
        this.typeId = typeId;
    }

    /**
     * Starts at one type.
     *
     * @param object the object
     * @param root the type: {@code struct NAME}, {@code union NAME} or {@code typedef NAME}; where the type has no name
     *     {@code key NAME} or {@code value NAME} of a map, or {@code variable NAME}
     * @return the check
     * @throws ObjectFormatException if the object has no such type
     * @throws IllegalArgumentException if the root has no such form
     */
    public static LayoutCheck of(BpfObject object, String root) {
        String subject = object.name() + ": " + root;
        int space = root.indexOf(' ');
        String name = root.substring(space + 1);
        Btf btf = object.btf().orElseThrow(() -> fail(subject, "the object has no types"));
        OptionalInt id = switch (root.substring(0, Math.max(space, 0))) {
            case "struct" -> btf.find(name, BtfKind.BTF_KIND_STRUCT);
            case "union" -> btf.find(name, BtfKind.BTF_KIND_UNION);
            case "typedef" -> btf.find(name, BtfKind.BTF_KIND_TYPEDEF);
            case "key" -> object.maps().stream().filter(map -> map.name().equals(name))
                    .mapToInt(MapSpec::keyTypeId).findFirst();
            case "value" -> object.maps().stream().filter(map -> map.name().equals(name))
                    .mapToInt(MapSpec::valueTypeId).findFirst();
            case "variable" -> object.variables().stream().filter(variable -> variable.name().equals(name))
                    .mapToInt(Variable::typeId).findFirst();
            default -> throw new IllegalArgumentException(root + ": neither a type nor a map nor a variable");
        };
        return new LayoutCheck(subject, btf, id.orElseThrow(() -> fail(subject, "the object has no such type")));
    }

    /**
     * Requires a size.
     *
     * @param sizeBytes the type's size, in bytes
     * @return this
     * @throws ObjectFormatException if it is another
     */
    public LayoutCheck size(long sizeBytes) {
        long found = btf.sizeBytes(typeId);
        if (found != sizeBytes) {
            throw fail(subject, "has %d bytes, and the Java code was made for %d".formatted(found, sizeBytes));
        }
        return this;
    }

    /**
     * Requires a member.
     *
     * @param path the member's name; behind a dot a member of that member, where that is a struct or union without a
     *     name. Members of anonymous members are members.
     * @param offsetBits where it starts in the type, in bits as BTF counts them
     * @param sizeBits its size, in bits
     * @return this
     * @throws ObjectFormatException if it is missing, elsewhere, or of another size
     */
    public LayoutCheck member(String path, long offsetBits, long sizeBits) {
        long offset = 0;
        long bits = 0;
        int at = typeId;
        for (String name : path.split("\\.")) {
            Place place = find(name, element(at), 0, 0);
            if (place == null) {
                throw fail(subject, "has no member '%s'".formatted(path));
            }
            offset += place.offsetBits;
            at = place.typeId;
            bits = place.bitfieldBits != 0 ? place.bitfieldBits : btf.sizeBytes(at) * Byte.SIZE;
        }
        if (offset != offsetBits || bits != sizeBits) {
            throw fail(subject, "'%s' has %d bits at bit %d, and the Java code was made for %d at %d"
                    .formatted(path, bits, offset, sizeBits, offsetBits));
        }
        return this;
    }

    /** The members of an array's elements are asked for in the first of them. */
    private int element(int id) {
        int at = id;
        for (int depth = 0; depth < MAX_DEPTH && btf.stripped(at) instanceof BtfType.Array array; depth++) {
            at = array.elementTypeId();
        }
        return at;
    }

    private Place find(String name, int id, long fromBits, int depth) {
        if (depth > MAX_DEPTH || !(btf.stripped(id) instanceof BtfType.Composite composite)) {
            return null;
        }
        for (BtfType.Member member : composite.members()) {
            if (member.name().equals(name)) {
                return new Place(fromBits + member.offsetBits(), member.typeId(), member.bitfieldBits());
            }
            Place inner = member.name().isEmpty()
                    ? find(name, member.typeId(), fromBits + member.offsetBits(), depth + 1) : null;
            if (inner != null) {
                return inner;
            }
        }
        return null;
    }

    private static ObjectFormatException fail(String subject, String problem) {
        return new ObjectFormatException(subject + ": " + problem + "; the bindings have to be generated again");
    }
}
