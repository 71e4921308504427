package bpf4j.object;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A map as an object declares it, or as {@link #of} makes it for an object built in code. Immutable; the {@code with}
 * methods make changed copies.
 *
 * @param name the name that programs refer to it by; data sections have their section's name behind a prefix of the
 *     object's
 * @param kernelName the name for the kernel, at most 15 bytes
 * @param type number of the map type, {@link MapType}
 * @param keySize size of a key in bytes
 * @param valueSize size of a value in bytes
 * @param maxEntries capacity; 0 where the kernel's or the loader's default applies
 * @param flags {@code BPF_F_*} flags of map creation
 * @param mapExtra type-specific extra, {@code map_extra}
 * @param numaNode NUMA node for the memory, used with {@code BPF_F_NUMA_NODE} in the flags
 * @param keyTypeId the key's type in the object's BTF, 0 for none
 * @param valueTypeId the value's type in the object's BTF, 0 for none
 * @param pinByName whether the map asks to be pinned under its name
 * @param pinPath where the loader is to pin it, or find it pinned
 * @param inner the template of the inner maps of a map-in-map
 * @param contents what it holds at creation
 * @param create whether the loader creates it; if not, instructions that use it are poisoned
 */
public record MapSpec(String name, String kernelName, int type, int keySize, int valueSize, int maxEntries, int flags,
        long mapExtra, int numaNode, int keyTypeId, int valueTypeId, boolean pinByName, Optional<Path> pinPath,
        Optional<MapSpec> inner, MapContents contents, boolean create) {

    /** {@code BPF_F_NO_PREALLOC}: elements take memory when they are there. */
    public static final int BPF_F_NO_PREALLOC = 1;
    /** {@code BPF_F_RDONLY}: user space only reads, through this descriptor. */
    public static final int BPF_F_RDONLY = 1 << 3;
    /** {@code BPF_F_WRONLY}: user space only writes, through this descriptor. */
    public static final int BPF_F_WRONLY = 1 << 4;
    /** {@code BPF_F_RDONLY_PROG}: programs only read. */
    public static final int BPF_F_RDONLY_PROG = 1 << 7;
    /** {@code BPF_F_MMAPABLE}: values can be mapped into user space. */
    public static final int BPF_F_MMAPABLE = 1 << 10;
    /** {@code BPF_F_NUMA_NODE}: the NUMA node is to be used. */
    public static final int BPF_F_NUMA_NODE = 1 << 2;
    /** {@code BPF_F_LINK}: a struct_ops map that is attached by a link. */
    public static final int BPF_F_LINK = 1 << 13;

    /** Checks that nothing is null. */
    public MapSpec {
        Objects.requireNonNull(name);
        Objects.requireNonNull(kernelName);
        Objects.requireNonNull(pinPath);
        Objects.requireNonNull(inner);
        Objects.requireNonNull(contents);
    }

    /**
     * Makes a map without flags and types that starts empty.
     *
     * @param name the name that programs refer to it by; the kernel's is its start, with underscores for what the
     *     kernel does not allow in names
     * @param type the map type
     * @param keySize size of a key in bytes, 0 for types without keys
     * @param valueSize size of a value in bytes, 0 for types without values
     * @param maxEntries capacity; for ring buffers and arenas as their types take it
     * @return the map
     */
    public static MapSpec of(String name, MapType type, int keySize, int valueSize, int maxEntries) {
        String start = name.substring(0, Math.min(name.length(), DataSections.MAX_KERNEL_NAME));
        return new MapSpec(name, DataSections.sanitize(start), type.number(), keySize, valueSize, maxEntries, 0, 0, 0,
                0, 0, false, Optional.empty(), Optional.empty(), new MapContents.Empty(), true);
    }

    /**
     * Tests the type.
     *
     * @param mapType a type
     * @return whether the map is of that type
     */
    public boolean is(MapType mapType) {
        return type == mapType.number();
    }

    /** {@return whether its values are maps} */
    public boolean holdsMaps() {
        return is(MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS) || is(MapType.BPF_MAP_TYPE_HASH_OF_MAPS);
    }

    /** {@return whether it is the only value of an array that programs address inside: a data section, or options} */
    public boolean isData() {
        return contents instanceof MapContents.Data || contents instanceof MapContents.Kconfig;
    }

    /**
     * Changes the type. Size and types of key and value stay: what the new type takes is for the kernel to say.
     *
     * @param newType the new type
     * @return the changed copy
     */
    public MapSpec withType(MapType newType) {
        return new MapSpec(name, kernelName, newType.number(), keySize, valueSize, maxEntries, flags, mapExtra,
                numaNode, keyTypeId, valueTypeId, pinByName, pinPath, inner, contents, create);
    }

    /**
     * Changes the size of keys. Their type, which was for the old size, is dropped where this is another.
     *
     * @param bytes the new size in bytes
     * @return the changed copy
     */
    public MapSpec withKeySize(int bytes) {
        return new MapSpec(name, kernelName, type, bytes, valueSize, maxEntries, flags, mapExtra, numaNode,
                bytes == keySize ? keyTypeId : 0, valueTypeId, pinByName, pinPath, inner, contents, create);
    }

    /**
     * Changes the size of values. Their type, which was for the old size, is dropped where this is another.
     *
     * @param bytes the new size in bytes
     * @return the changed copy
     * @throws IllegalArgumentException if the map's contents say the size, as those of a data section do: these are
     *     changed with {@link #withContents}
     */
    public MapSpec withValueSize(int bytes) {
        if (!(contents instanceof MapContents.Empty)) {
            throw new IllegalArgumentException("map '%s': its contents say how large its values are".formatted(name));
        }
        return new MapSpec(name, kernelName, type, keySize, bytes, maxEntries, flags, mapExtra, numaNode, keyTypeId,
                bytes == valueSize ? valueTypeId : 0, pinByName, pinPath, inner, contents, create);
    }

    /**
     * Changes the capacity.
     *
     * @param entries the new {@code max_entries}
     * @return the changed copy
     */
    public MapSpec withMaxEntries(int entries) {
        return new MapSpec(name, kernelName, type, keySize, valueSize, entries, flags, mapExtra, numaNode, keyTypeId,
                valueTypeId, pinByName, pinPath, inner, contents, create);
    }

    /**
     * Changes the flags.
     *
     * @param newFlags the new {@code map_flags}
     * @return the changed copy
     */
    public MapSpec withFlags(int newFlags) {
        return new MapSpec(name, kernelName, type, keySize, valueSize, maxEntries, newFlags, mapExtra, numaNode,
                keyTypeId, valueTypeId, pinByName, pinPath, inner, contents, create);
    }

    /**
     * Changes what only maps of some types have: how many hash functions a Bloom filter has, where an arena is.
     *
     * @param extra the new {@code map_extra}
     * @return the changed copy
     */
    public MapSpec withMapExtra(long extra) {
        return new MapSpec(name, kernelName, type, keySize, valueSize, maxEntries, flags, extra, numaNode, keyTypeId,
                valueTypeId, pinByName, pinPath, inner, contents, create);
    }

    /**
     * Changes where the memory is, and sets {@link #BPF_F_NUMA_NODE}, without which the kernel does not look at it.
     *
     * @param node the NUMA node
     * @return the changed copy
     */
    public MapSpec withNumaNode(int node) {
        return new MapSpec(name, kernelName, type, keySize, valueSize, maxEntries, flags | BPF_F_NUMA_NODE, mapExtra,
                node, keyTypeId, valueTypeId, pinByName, pinPath, inner, contents, create);
    }

    /**
     * Changes the template of the inner maps.
     *
     * @param template what the maps inside a map-in-map are like
     * @return the changed copy
     */
    public MapSpec withInner(MapSpec template) {
        return new MapSpec(name, kernelName, type, keySize, valueSize, maxEntries, flags, mapExtra, numaNode, keyTypeId,
                valueTypeId, pinByName, pinPath, Optional.of(template), contents, create);
    }

    /**
     * Changes where the map is pinned, or found pinned.
     *
     * @param path a file in a BPF file system
     * @return the changed copy
     */
    public MapSpec withPinPath(Path path) {
        return new MapSpec(name, kernelName, type, keySize, valueSize, maxEntries, flags, mapExtra, numaNode, keyTypeId,
                valueTypeId, pinByName, Optional.of(path), inner, contents, create);
    }

    /**
     * Changes what the map holds at creation. For a data section the value size follows the new contents, and the
     * value's type is dropped where it does not fit any more; {@link BpfObject#withMap} fits it where that is possible.
     *
     * @param newContents the new contents
     * @return the changed copy
     */
    public MapSpec withContents(MapContents newContents) {
        int size = newContents instanceof MapContents.Data data ? data.sizeBytes() : valueSize;
        return new MapSpec(name, kernelName, type, keySize, size, maxEntries, flags, mapExtra, numaNode, keyTypeId,
                size == valueSize ? valueTypeId : 0, pinByName, pinPath, inner, newContents, create);
    }

    /**
     * Changes whether the loader creates the map.
     *
     * @param newCreate false to leave it out; reached instructions that use it then fail verification
     * @return the changed copy
     */
    public MapSpec withCreate(boolean newCreate) {
        return new MapSpec(name, kernelName, type, keySize, valueSize, maxEntries, flags, mapExtra, numaNode, keyTypeId,
                valueTypeId, pinByName, pinPath, inner, contents, newCreate);
    }

    /**
     * Changes what keys and values are, for those who read the map by its types.
     *
     * @param newKeyTypeId the key's type in the object's BTF, of the key's size; 0 for none
     * @param newValueTypeId the value's type in the object's BTF, of the value's size; 0 for none
     * @return the changed copy
     */
    public MapSpec withTypes(int newKeyTypeId, int newValueTypeId) {
        return new MapSpec(name, kernelName, type, keySize, valueSize, maxEntries, flags, mapExtra, numaNode,
                newKeyTypeId, newValueTypeId, pinByName, pinPath, inner, contents, create);
    }

    MapSpec withValueType(int typeId) {
        return new MapSpec(name, kernelName, type, keySize, valueSize, maxEntries, flags, mapExtra, numaNode, keyTypeId,
                typeId, pinByName, pinPath, inner, contents, create);
    }
}
