package bpf4j.sys;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The layout of a kernel struct, and where to find the struct in the kernel's BTF so that the two can be compared.
 *
 * @param type the kernel's type, with its keyword: {@code union bpf_attr}
 * @param member the member of that type that the layout describes, as {@code link_create}; empty for the type itself
 *     and for its anonymous members
 * @param layout the struct, padding explicit, ending with its last field; a dot in a field's name leads into a named
 *     member
 * @param aliases other names of fields, where the kernel has a union: alias to name in the layout
 */
public record KernelStruct(String type, String member, StructLayout layout, Map<String, String> aliases) {

    /**
     * Makes a struct without aliases.
     *
     * @param type the kernel's type
     * @param member the member of that type, or empty
     * @param fields the fields and padding
     * @return the struct
     */
    static KernelStruct of(String type, String member, MemoryLayout... fields) {
        return new KernelStruct(type, member, MemoryLayout.structLayout(fields), Map.of());
    }

    /** {@return this struct with one more name for a field} */
    KernelStruct alias(String alias, String name) {
        Map<String, String> more = new HashMap<>(aliases);
        more.put(alias, name);
        return new KernelStruct(type, member, layout, Map.copyOf(more));
    }

    /** {@return a 32-bit field for a layout} */
    static ValueLayout.OfInt u32Of(String name) {
        return ValueLayout.JAVA_INT.withName(name);
    }

    /** {@return a 64-bit field for a layout} */
    static ValueLayout.OfLong u64Of(String name) {
        return ValueLayout.JAVA_LONG.withName(name);
    }

    /** {@return a byte array for a layout} */
    static SequenceLayout bytesOf(String name, long sizeBytes) {
        return MemoryLayout.sequenceLayout(sizeBytes, ValueLayout.JAVA_BYTE).withName(name);
    }

    /** {@return four bytes without a name} */
    static MemoryLayout padding() {
        return MemoryLayout.paddingLayout(Integer.BYTES);
    }

    /** {@return the size up to the end of the last field, in bytes} */
    public int sizeBytes() {
        return Math.toIntExact(layout.byteSize());
    }

    /**
     * Allocates the struct.
     *
     * @param allocator gives zeroed memory, as an arena or a {@link CallBuffer} does
     * @return the struct, all zero
     */
    public MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(layout.byteSize(), Long.BYTES);
    }

    /** {@return the 32-bit field of this name or alias} */
    Field.U32 u32(String name) {
        return (Field.U32) field(name);
    }

    /** {@return the 64-bit field of this name or alias} */
    Field.U64 u64(String name) {
        return (Field.U64) field(name);
    }

    /** {@return the byte array of this name or alias} */
    Field.Bytes bytes(String name) {
        return (Field.Bytes) field(name);
    }

    /** {@return all fields in the order of the layout, then the aliases} */
    public List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        layout.memberLayouts().forEach(each -> each.name().ifPresent(name -> fields.add(field(name))));
        aliases.keySet().stream().sorted().forEach(alias -> fields.add(field(alias)));
        return fields;
    }

    private Field field(String name) {
        PathElement path = PathElement.groupElement(aliases.getOrDefault(name, name));
        MemoryLayout field = layout.select(path);
        long offsetBytes = layout.byteOffset(path);
        return switch (field) {
            case ValueLayout.OfInt _ -> new Field.U32(name, offsetBytes);
            case ValueLayout.OfLong _ -> new Field.U64(name, offsetBytes);
            case SequenceLayout bytes -> new Field.Bytes(name, offsetBytes, bytes.byteSize());
            default -> throw new IllegalArgumentException(name + ": no field has the layout " + field);
        };
    }
}
