package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Replaces the types of an object that a kernel does not know by older ones of the same size. Ids and string offsets
 * stay what they are, as programs, maps and line info refer to them.
 */
final class BtfSanitizer {

    /**
     * What came of it.
     *
     * @param btf the types that the kernel knows; the original where nothing had to be changed
     * @param changes what was changed and why, one line for each missing feature
     */
    record Sanitized(Btf btf, List<String> changes) {
    }

    /** A byte: no variable, and no value of an enumeration, is smaller than what stands in for it. */
    private static final int PLACEHOLDER_BYTES = 1;
    private static final int ENUM_BYTES = 4;

    private final Btf original;
    private final Predicate<KernelFeature> supported;
    private final Map<KernelFeature, Boolean> asked = new EnumMap<>(KernelFeature.class);
    private final Map<KernelFeature, Integer> changed = new EnumMap<>(KernelFeature.class);
    private BtfBuilder copy;
    private int placeholder;

    private BtfSanitizer(Btf original, Predicate<KernelFeature> supported) {
        this.original = original;
        this.supported = supported;
    }

    /**
     * Fits types to a kernel.
     *
     * @param btf an object's types
     * @param supported tells what the kernel has; asked at most once for each feature, and only if a type needs it
     */
    static Sanitized sanitize(Btf btf, Predicate<KernelFeature> supported) {
        return new BtfSanitizer(btf, supported).sanitize();
    }

    private Sanitized sanitize() {
        for (int id = original.firstOwnId(); id < original.typeCount(); id++) {
            Optional<BtfType> replacement = replacement(original.type(id));
            if (replacement.isPresent()) {
                copy().set(id, replacement.get());
            }
        }
        if (copy == null) {
            return new Sanitized(original, List.of());
        }
        List<String> changes = new ArrayList<>();
        changed.forEach((feature, count) -> changes.add("%d type(s) replaced: the kernel has no %s, which came in %s"
                .formatted(count, feature.text(), feature.since())));
        return new Sanitized(copy.build(original.order(), original.name()), changes);
    }

    private Optional<BtfType> replacement(BtfType type) {
        return switch (type) {
            case BtfType.Var t when lacks(KernelFeature.BTF_DATASEC) ->
                    instead(KernelFeature.BTF_DATASEC, byteSized(t.name()));
            case BtfType.DeclTag t when lacks(KernelFeature.BTF_DECL_TAG) ->
                    instead(KernelFeature.BTF_DECL_TAG, byteSized(t.name()));
            case BtfType.DataSec t when lacks(KernelFeature.BTF_DATASEC) ->
                    instead(KernelFeature.BTF_DATASEC, struct(t));
            case BtfType.DataSec t when t.name().startsWith("?") && lacks(KernelFeature.BTF_QMARK_DATASEC) ->
                    instead(KernelFeature.BTF_QMARK_DATASEC,
                            new BtfType.DataSec("_" + t.name().substring(1), t.sizeBytes(), t.variables()));
            case BtfType.FuncProto t when lacks(KernelFeature.BTF_FUNC) ->
                    instead(KernelFeature.BTF_FUNC, enumeration(t));
            case BtfType.Func t when lacks(KernelFeature.BTF_FUNC) ->
                    instead(KernelFeature.BTF_FUNC, new BtfType.Typedef(t.name(), t.typeId()));
            case BtfType.Func t when t.linkage() != BtfType.Func.STATIC && lacks(KernelFeature.BTF_GLOBAL_FUNC) ->
                    instead(KernelFeature.BTF_GLOBAL_FUNC,
                            new BtfType.Func(t.name(), t.typeId(), BtfType.Func.STATIC));
            case BtfType.Float t when lacks(KernelFeature.BTF_FLOAT) ->
                    instead(KernelFeature.BTF_FLOAT, new BtfType.Struct("", t.sizeBytes(), false, List.of()));
            case BtfType.TypeTag t when lacks(KernelFeature.BTF_TYPE_TAG) ->
                    instead(KernelFeature.BTF_TYPE_TAG, new BtfType.Const(t.typeId()));
            case BtfType.Enum t when t.signed() && lacks(KernelFeature.BTF_ENUM64) ->
                    instead(KernelFeature.BTF_ENUM64, unsigned(t));
            case BtfType.Enum64 t when lacks(KernelFeature.BTF_ENUM64) ->
                    instead(KernelFeature.BTF_ENUM64, union(t));
            case BtfType.Void _, BtfType.Int _, BtfType.Ptr _, BtfType.Array _, BtfType.Composite _,
                    BtfType.Enumeration _, BtfType.Fwd _, BtfType.Modifier _, BtfType.Func _, BtfType.FuncProto _,
                    BtfType.Var _, BtfType.DataSec _, BtfType.Float _, BtfType.DeclTag _ -> Optional.empty();
        };
    }

    private boolean lacks(KernelFeature feature) {
        return !asked.computeIfAbsent(feature, supported::test);
    }

    private Optional<BtfType> instead(KernelFeature missing, BtfType type) {
        changed.merge(missing, 1, Integer::sum);
        return Optional.of(type);
    }

    private BtfBuilder copy() {
        if (copy == null) {
            copy = BtfBuilder.copyOf(original);
        }
        return copy;
    }

    private static BtfType.Int byteSized(String name) {
        return new BtfType.Int(name, PLACEHOLDER_BYTES, 0, 0, PLACEHOLDER_BYTES * Byte.SIZE);
    }

    private BtfType struct(BtfType.DataSec section) {
        return new BtfType.Struct(identifier(section.name()), section.sizeBytes(), false,
                section.variables().stream().map(v -> new BtfType.Member(original.nameOf(v.typeId()), v.typeId(),
                        v.offsetBytes() * Byte.SIZE, 0)).toList());
    }

    /** A section's name as a struct can have it. */
    private static String identifier(String name) {
        return name.replaceAll("[^A-Za-z0-9_]", "_");
    }

    /** Enumerators need names, parameters do not. */
    private static BtfType enumeration(BtfType.FuncProto prototype) {
        List<BtfType.EnumValue> values = new ArrayList<>();
        for (BtfType.Param param : prototype.params()) {
            String name = param.name().isEmpty() ? "param" + values.size() : param.name();
            values.add(new BtfType.EnumValue(name, Integer.toUnsignedLong(param.typeId())));
        }
        return new BtfType.Enum("", ENUM_BYTES, false, values);
    }

    private static BtfType unsigned(BtfType.Enum type) {
        return new BtfType.Enum(type.name(), type.sizeBytes(), false, type.values().stream()
                .map(v -> new BtfType.EnumValue(v.name(), v.value() & 0xffff_ffffL)).toList());
    }

    private BtfType union(BtfType.Enum64 type) {
        if (placeholder == 0) {
            placeholder = copy().add(byteSized("enum64_placeholder"));
        }
        return new BtfType.Union(type.name(), type.sizeBytes(), false, type.values().stream()
                .map(v -> new BtfType.Member(v.name(), placeholder, 0, 0)).toList());
    }
}
