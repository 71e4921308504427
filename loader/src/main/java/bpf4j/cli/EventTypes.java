package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.map.BtfCodec;
import bpf4j.object.BpfObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What the records of ring buffers are in C. A ring buffer has no type of value, so it is the user who says:
 * {@code TYPE} for all maps of an object, {@code MAP=TYPE} for one.
 */
final class EventTypes {

    private static final String ALL = "";

    private final Map<String, BtfCodec> byMap = new LinkedHashMap<>();

    /**
     * Looks the types up.
     *
     * @throws NoSuchElementException if the object has no such map or type
     */
    EventTypes(BpfObject object, List<String> given) {
        for (String each : given) {
            int equals = each.indexOf('=');
            String map = equals < 0 ? ALL : object.map(each.substring(0, equals)).name();
            byMap.put(map, codec(object, each.substring(equals + 1)));
        }
    }

    private static BtfCodec codec(BpfObject object, String name) {
        String plain = name.startsWith("struct ") ? name.substring("struct ".length()) : name;
        Btf btf = object.btf().orElseThrow(() -> new NoSuchElementException("--type " + name
                + ": the object has no types"));
        OptionalInt id = Stream.of(BtfKind.BTF_KIND_STRUCT, BtfKind.BTF_KIND_TYPEDEF, BtfKind.BTF_KIND_UNION,
                BtfKind.BTF_KIND_INT, BtfKind.BTF_KIND_ENUM, BtfKind.BTF_KIND_ENUM64).map(kind -> btf.find(plain, kind))
                .filter(OptionalInt::isPresent).findFirst().orElseThrow(() -> new NoSuchElementException(
                        "--type %s: the object has no type of this name; one that nothing refers to is not in its BTF"
                                .formatted(name)));
        try {
            return BtfCodec.of(btf, id.getAsInt());
        } catch (IllegalArgumentException e) {
            throw new NoSuchElementException("--type " + name + ": " + e.getMessage(), e);
        }
    }

    /** {@return the type of a map's records, empty if nobody has said it} */
    Optional<BtfCodec> of(String map) {
        return Optional.ofNullable(byMap.getOrDefault(map, byMap.get(ALL)));
    }
}
