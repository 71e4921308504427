package bpf4j.kernel;

import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A map in the kernel, with its elements as bytes. One of a {@link LoadedObject} is closed with that at the latest;
 * programs that use a map keep it alive beyond that. Safe for use by several threads; once it is closed, every method
 * that asks the kernel throws {@link IllegalStateException}.
 */
public final class LoadedMap implements AutoCloseable {

    /** {@code BPF_ANY}: an update makes a new element or replaces one. */
    public static final long BPF_ANY = 0;
    /** {@code BPF_NOEXIST}: an update makes a new element only. */
    public static final long BPF_NOEXIST = 1;
    /** {@code BPF_EXIST}: an update replaces an element only. */
    public static final long BPF_EXIST = 2;
    /** {@code BPF_F_LOCK}: a read or write holds the spin lock in the value. */
    public static final long BPF_F_LOCK = 4;

    private final MapSpec spec;
    private final Fd fd;
    private final int valueSize;
    private final BpfCalls calls;
    private final long dataOffsetBytes;
    private final Optional<MemorySegment> memory;
    /** Null as long as nobody has asked for those of a map that was opened. */
    private Optional<MapTypes> types;

    /**
     * @param valueSize size of a value as the kernel has it, which for struct_ops is the kernel's struct and not the
     *     object's
     * @param dataOffsetBytes where the variables of an arena begin, 0 for other maps
     * @param types the object's types of key and value, null to ask the kernel
     */
    LoadedMap(MapSpec spec, Fd fd, int valueSize, BpfCalls calls, long dataOffsetBytes,
            Optional<MemorySegment> memory, Optional<MapTypes> types) {
        this.spec = spec;
        this.fd = fd;
        this.valueSize = valueSize;
        this.calls = calls;
        this.dataOffsetBytes = dataOffsetBytes;
        this.memory = memory;
        this.types = types;
    }

    /** Takes what was opened by id or pin; the types of key and value are known by the map's info only. */
    static LoadedMap opened(MapInfo info, Fd fd, BpfCalls calls) {
        MapSpec spec = new MapSpec(info.name(), info.name(), info.type(), info.keySize(), info.valueSize(),
                info.maxEntries(), info.flags(), info.mapExtra(), 0, 0, 0, false, Optional.empty(), Optional.empty(),
                new MapContents.Empty(), true);
        return new LoadedMap(spec, fd, info.valueSize(), calls, 0, Optional.empty(), null);
    }

    /**
     * Makes a map in the running kernel that belongs to no object, such as one to go into a map of maps. It has no
     * types of key and value, and is pinned by {@link #pin} only.
     *
     * @param spec what it is like; a data section's is filled and frozen as when an object is loaded
     * @return the map, the caller's to close
     * @throws IllegalArgumentException if it can be made with an object only: arenas, struct_ops, options of the
     *     kernel's configuration, and lists of other maps or programs
     * @throws KernelException if the kernel refuses
     */
    public static LoadedMap create(MapSpec spec) {
        return MapCreator.createAlone(spec, Kernel.RUNNING);
    }

    /**
     * Opens a map of the running kernel, whoever made it. Needs {@code CAP_SYS_ADMIN}.
     *
     * @param id the kernel's id of it
     * @return the map, the caller's to close
     * @throws KernelException if there is none of that id, or the kernel refuses
     */
    public static LoadedMap ofId(int id) {
        return KernelObjects.running().map(id);
    }

    /**
     * Opens a pinned map of the running kernel.
     *
     * @param pin its file in a BPF file system
     * @return the map, the caller's to close
     * @throws KernelException if no map is pinned there, or the kernel refuses
     */
    public static LoadedMap open(Path pin) {
        return KernelObjects.running().map(pin);
    }

    /**
     * Opens a pinned map of the running kernel for some kinds of access only: who may only read the file can have a map
     * to read.
     *
     * @param pin its file in a BPF file system
     * @param flags {@link MapSpec#BPF_F_RDONLY} or {@link MapSpec#BPF_F_WRONLY}: what is not asked for is refused by
     *     the kernel with EPERM; 0 for all
     * @return the map, the caller's to close
     * @throws KernelException if no map is pinned there, or the kernel refuses
     */
    public static LoadedMap open(Path pin, int flags) {
        return KernelObjects.running().map(pin, flags);
    }

    /**
     * Takes a map that somebody else has opened, such as another process that sent the descriptor.
     *
     * @param number its descriptor, which stays the caller's: the map has a duplicate
     * @return the map, the caller's to close
     * @throws KernelException if that is no map, or the kernel refuses
     */
    public static LoadedMap ofDescriptor(int number) {
        return KernelObjects.running().mapOfDescriptor(number);
    }

    /**
     * Makes another object for the same map, which does not end with this one or the object that it was loaded with.
     *
     * @return the map, the caller's to close; it does not have the memory of an arena
     * @throws KernelException if the process may not open more files
     */
    public synchronized LoadedMap duplicate() {
        int copy = fd.call(Fd::duplicate);
        check(copy);
        return new LoadedMap(spec, Fd.owning(copy, subject(), calls.kernel()), valueSize, calls, dataOffsetBytes,
                Optional.empty(), types);
    }

    /** {@return the object's name for the map; of one that was opened by id or pin, the kernel's} */
    public String name() {
        return spec.name();
    }

    /** {@return what the object declares; of a map that was opened by id or pin, what the kernel tells} */
    public MapSpec spec() {
        return spec;
    }

    /**
     * Returns the descriptor, which stays this map's: good until it is closed.
     *
     * @return the number
     */
    public int fd() {
        return fd.number();
    }

    /**
     * Asks the kernel about the map.
     *
     * @return what it says
     * @throws KernelException if it refuses
     */
    public MapInfo info() {
        return fd.use(number -> MapInfo.query(calls, number, subject()));
    }

    /**
     * Returns the memory of an arena, shared with the programs, which is unmapped when the object is closed. A pointer
     * that a program stored there is an address of this process.
     *
     * @return all of the arena; empty for maps of other types, and where the arena was another's before
     */
    public Optional<MemorySegment> memory() {
        return memory;
    }

    /** What is to be added to a variable's offset in its section. */
    long dataOffsetBytes() {
        return dataOffsetBytes;
    }

    /** {@return the size of a key in bytes; 0 for queues, stacks and other maps without keys} */
    public int keySize() {
        return spec.keySize();
    }

    /** {@return the size of a value in bytes, in a per-CPU map of that of one CPU} */
    public int valueSize() {
        return valueSize;
    }

    /**
     * Tells how much a read or write moves: the size of a value, or in a per-CPU map a value for each of {@link
     * CpuList#possible()}, each padded to a multiple of 8 bytes.
     *
     * @return the size in bytes
     * @throws UnsupportedOperationException if this version does not know the type of the map and so not the size
     */
    public int transferSize() {
        MapType type = MapType.of(spec.type()).orElseThrow(() -> new UnsupportedOperationException(
                "%s: how large its values are is not known, as it has the unknown type %d"
                        .formatted(subject(), spec.type())));
        return type.isPerCpu()
                ? Math.multiplyExact(Math.ceilDiv(valueSize, Long.BYTES) * Long.BYTES, CpuList.possible().count())
                : valueSize;
    }

    /**
     * Reads an element.
     *
     * @param key the key, as many bytes as the map's keys have
     * @return a copy of the value, {@link #transferSize()} bytes; empty if there is no such element
     * @throws KernelException if the kernel refuses
     * @throws IllegalArgumentException if the key has another size
     * @throws IllegalStateException if it is closed
     */
    public Optional<byte[]> lookup(byte[] key) {
        return lookup(key, 0);
    }

    /**
     * Reads an element.
     *
     * @param key the key, as many bytes as the map's keys have
     * @param flags {@link #BPF_F_LOCK} or 0
     * @return a copy of the value, {@link #transferSize()} bytes; empty if there is no such element
     * @throws KernelException if the kernel refuses
     * @throws IllegalArgumentException if the key has another size
     * @throws IllegalStateException if it is closed
     */
    public Optional<byte[]> lookup(byte[] key, long flags) {
        checkKey(key);
        byte[] value = new byte[transferSize()];
        int status = fd.call(number -> calls.maps().lookup(number, MemorySegment.ofArray(key),
                MemorySegment.ofArray(value), flags));
        return found(status) ? Optional.of(value) : Optional.empty();
    }

    /**
     * Reads an element and deletes it: of queues and stacks since Linux 4.20, of hash tables since 5.14.
     *
     * @param key the key, as many bytes as the map's keys have: none for queues and stacks
     * @param flags {@link #BPF_F_LOCK} or 0
     * @return a copy of the value, {@link #transferSize()} bytes; empty if there is no such element
     * @throws KernelException if the kernel refuses
     * @throws IllegalArgumentException if the key has another size
     * @throws IllegalStateException if it is closed
     */
    public Optional<byte[]> lookupAndDelete(byte[] key, long flags) {
        checkKey(key);
        byte[] value = new byte[transferSize()];
        int status = fd.call(number -> calls.maps().lookupAndDelete(number, MemorySegment.ofArray(key),
                MemorySegment.ofArray(value), flags));
        return found(status) ? Optional.of(value) : Optional.empty();
    }

    /**
     * Writes an element.
     *
     * @param key the key, as many bytes as the map's keys have
     * @param value the value, {@link #transferSize()} bytes
     * @param flags {@link #BPF_ANY}, {@link #BPF_NOEXIST} or {@link #BPF_EXIST}, with {@link #BPF_F_LOCK} or without
     * @throws KernelException if the kernel refuses
     * @throws IllegalArgumentException if key or value have another size
     * @throws IllegalStateException if it is closed
     */
    public void update(byte[] key, byte[] value, long flags) {
        checkKey(key);
        int size = transferSize();
        if (value.length != size) {
            throw new IllegalArgumentException(
                    "%s: a value of %d bytes, not %d".formatted(subject(), value.length, size));
        }
        check(fd.call(number -> calls.maps().update(number, MemorySegment.ofArray(key), MemorySegment.ofArray(value),
                flags)));
    }

    /**
     * Deletes an element.
     *
     * @param key the key, as many bytes as the map's keys have
     * @return whether there was one
     * @throws KernelException if the kernel refuses
     * @throws IllegalArgumentException if the key has another size
     * @throws IllegalStateException if it is closed
     */
    public boolean delete(byte[] key) {
        checkKey(key);
        return found(fd.call(number -> calls.maps().delete(number, MemorySegment.ofArray(key))));
    }

    /**
     * Finds the key that follows another.
     *
     * @param key the key before, or null for the first
     * @return the key after it, empty at the end; after a key that is gone, the first
     * @throws KernelException if the kernel refuses
     * @throws IllegalArgumentException if the key has another size
     * @throws IllegalStateException if it is closed
     */
    public Optional<byte[]> nextKey(byte[] key) {
        if (key != null) {
            checkKey(key);
        }
        byte[] next = new byte[spec.keySize()];
        int status = fd.call(number -> calls.maps().nextKey(number,
                key == null ? MemorySegment.NULL : MemorySegment.ofArray(key), MemorySegment.ofArray(next)));
        return found(status) ? Optional.of(next) : Optional.empty();
    }

    /**
     * Forbids user space to write elements, for good. Programs still can, unless the map was made with {@code
     * BPF_F_RDONLY_PROG}.
     *
     * @throws KernelException if the kernel refuses, as while memory of the map is mapped for writing
     */
    public void freeze() {
        check(fd.call(calls.maps()::freeze));
    }

    /**
     * Gives the types of key and value: those of the object that declares the map, or those that the kernel has of a
     * map that was opened by id or pin, which takes {@code CAP_SYS_ADMIN}.
     *
     * @return the types, empty if nothing is known of them
     * @throws KernelException if the kernel refuses to tell
     * @throws IllegalStateException if the map was opened and is closed
     */
    public synchronized Optional<MapTypes> types() {
        if (types == null) {
            types = KernelObjects.of(calls.kernel()).types(info());
        }
        return types;
    }

    /**
     * Pins the map, so that it outlives this process. The pin is a file, and ends when that is deleted.
     *
     * @param path a new file in a BPF file system
     * @throws KernelException if the kernel refuses
     */
    public void pin(Path path) {
        fd.call(number -> {
            Pins.pin(calls, number, path, subject());
            return 0;
        });
    }

    /** {@return the owner of the descriptor, for attachments that outlive the object; of no use outside this module} */
    @SuppressWarnings("exports")
    public Fd descriptor() {
        return fd;
    }

    /** {@return the seam that the map was made through; of no use outside this module} */
    @SuppressWarnings("exports")
    public Kernel kernel() {
        return calls.kernel();
    }

    /** Closes the descriptor. Idempotent; the map lives on while programs use it, or it is pinned or held by others. */
    @Override
    public void close() {
        fd.close();
    }

    private boolean found(int status) {
        if (status == -Errno.ENOENT.number()) {
            return false;
        }
        check(status);
        return true;
    }

    private void check(int status) {
        if (status < 0) {
            throw KernelException.refused(Step.ACCESS_MAP, subject(), MapType.nameOf(spec.type()), -status);
        }
    }

    private void checkKey(byte[] key) {
        if (key.length != spec.keySize()) {
            throw new IllegalArgumentException("%s: a key of %d bytes, not %d".formatted(subject(), key.length,
                    spec.keySize()));
        }
    }

    private String subject() {
        return "map '" + spec.name() + "'";
    }

    @Override
    public String toString() {
        return subject() + ", " + fd;
    }
}
