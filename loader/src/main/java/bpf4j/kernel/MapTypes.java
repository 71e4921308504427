package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.object.MapSpec;
import java.util.Optional;

/**
 * What the elements of a map are in C.
 *
 * @param btf the types
 * @param keyTypeId the key's type in them, 0 for unknown
 * @param valueTypeId the value's type in them, 0 for unknown
 */
public record MapTypes(Btf btf, int keyTypeId, int valueTypeId) {

    static Optional<MapTypes> of(Btf btf, MapSpec spec) {
        return spec.keyTypeId() == 0 && spec.valueTypeId() == 0 ? Optional.empty()
                : Optional.of(new MapTypes(btf, spec.keyTypeId(), spec.valueTypeId()));
    }
}
