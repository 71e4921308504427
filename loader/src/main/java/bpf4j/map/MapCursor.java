package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.Step;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.ErrnoMemory;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.MapAttr;
import bpf4j.sys.Watch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ConcurrentModificationException;

/**
 * Access to a map without garbage: one key and one value in native memory, which system calls read and fill. Exceptions
 * aside, no method allocates once the optimizing compiler has compiled it.
 *
 * {@snippet :
 * try (MapCursor cursor = map.cursor()) {
 *     cursor.key().set(ValueLayout.JAVA_INT, 0, index);
 *     if (cursor.lookup()) {
 *         packets += cursor.value().get(ValueLayout.JAVA_LONG, 0);
 *     }
 * }
 * }
 *
 * <p>A cursor is for the thread that made it; other threads get {@link WrongThreadException}. After {@link #close}, and
 * once the map is closed, every method that asks the kernel throws {@link IllegalStateException}. A map that is closed
 * before its cursors gives its descriptor back when the last of them is closed.
 */
public final class MapCursor implements AutoCloseable {

    private static final int ELEMENT_BYTES = MapAttr.Elem.STRUCT.sizeBytes();

    private final Arena arena = Arena.ofConfined();
    private final Watch watch;
    private final LoadedMap map;
    private final Fd fd;
    private final Kernel kernel;
    private final ErrnoMemory errno = new ErrnoMemory(arena);
    private final MemorySegment elementAttr;
    private final MemorySegment walkAttr;
    private final MemorySegment key;
    private final MemorySegment value;
    private final MemorySegment upcoming;
    private final long maxSteps;
    private boolean begun;
    private boolean hasUpcoming;
    private long steps;

    MapCursor(MapAccess access) {
        this.map = access.map();
        this.fd = map.descriptor();
        this.kernel = map.kernel();
        this.key = arena.allocate(access.keyBytes(), Long.BYTES);
        this.value = arena.allocate(access.valueBytes(), Long.BYTES);
        this.upcoming = arena.allocate(access.keyBytes(), Long.BYTES);
        this.maxSteps = access.maxSteps();
        // Held for all calls and not for each: the number stays this map's until the cursor is closed.
        int number = fd.acquire();
        this.elementAttr = attr(number, value);
        this.walkAttr = attr(number, upcoming);
        this.watch = Watch.over(arena.scope(), "a cursor of " + fd, fd::release);
    }

    private MemorySegment attr(int number, MemorySegment target) {
        MemorySegment attr = MapAttr.Elem.STRUCT.allocate(arena);
        MapAttr.Elem.MAP_FD.set(attr, number);
        MapAttr.Elem.KEY.set(attr, key);
        MapAttr.Elem.VALUE.set(attr, target);
        return attr;
    }

    /** {@return the key, native memory that the caller writes before a call and {@link #next} fills} */
    public MemorySegment key() {
        return key;
    }

    /**
     * {@return the value, native memory that reads fill and the caller writes before {@link #update}; of a per-CPU map
     * one value for each of {@link bpf4j.kernel.CpuList#possible()}, each padded to a multiple of 8 bytes}
     */
    public MemorySegment value() {
        return value;
    }

    /**
     * Reads the element of the key.
     *
     * @return whether there is one; if not, the value is not changed
     * @throws KernelException if the kernel refuses
     */
    public boolean lookup() {
        return found(element(BpfCommand.BPF_MAP_LOOKUP_ELEM, 0, ELEMENT_BYTES));
    }

    /**
     * Reads the element of the key.
     *
     * @param flags {@link LoadedMap#BPF_F_LOCK} or 0
     * @return whether there is one; if not, the value is not changed
     * @throws KernelException if the kernel refuses
     */
    public boolean lookup(long flags) {
        return found(element(BpfCommand.BPF_MAP_LOOKUP_ELEM, flags, ELEMENT_BYTES));
    }

    /**
     * Reads the element of the key and deletes it.
     *
     * @return whether there was one
     * @throws KernelException if the kernel refuses, as before Linux 5.14
     */
    public boolean lookupAndDelete() {
        return lookupAndDelete(0);
    }

    /**
     * Reads the element of the key and deletes it.
     *
     * @param flags {@link LoadedMap#BPF_F_LOCK} or 0
     * @return whether there was one
     * @throws KernelException if the kernel refuses, as before Linux 5.14
     */
    public boolean lookupAndDelete(long flags) {
        return found(element(BpfCommand.BPF_MAP_LOOKUP_AND_DELETE_ELEM, flags, ELEMENT_BYTES));
    }

    /**
     * Writes the element of the key.
     *
     * @throws KernelException if the kernel refuses
     */
    public void update() {
        check(element(BpfCommand.BPF_MAP_UPDATE_ELEM, LoadedMap.BPF_ANY, ELEMENT_BYTES));
    }

    /**
     * Writes the element of the key.
     *
     * @param flags {@link LoadedMap#BPF_ANY}, {@link LoadedMap#BPF_NOEXIST} or {@link LoadedMap#BPF_EXIST}, with {@link
     *     LoadedMap#BPF_F_LOCK} or without
     * @throws KernelException if the kernel refuses
     */
    public void update(long flags) {
        check(element(BpfCommand.BPF_MAP_UPDATE_ELEM, flags, ELEMENT_BYTES));
    }

    /**
     * Deletes the element of the key.
     *
     * @return whether there was one
     * @throws KernelException if the kernel refuses
     */
    public boolean delete() {
        return found(element(BpfCommand.BPF_MAP_DELETE_ELEM, 0, MapAttr.Elem.KEY.endBytes()));
    }

    /**
     * Goes to the next element, from the first one on, and reads it. The element may be deleted before the next call.
     * Where others delete elements meanwhile, some may come twice, as the kernel begins again where a key has vanished;
     * {@link KeyedMap#stream()} remembers them.
     *
     * @return whether there is one; if not, the next call begins again
     * @throws KernelException if the kernel refuses
     * @throws ConcurrentModificationException if there have been twice as many as the map can hold
     */
    public boolean next() {
        if (!begun) {
            // What is thrown here leaves the cursor before the first element.
            hasUpcoming = found(nextKey(MemorySegment.NULL));
            steps = 0;
            begun = true;
        }
        while (hasUpcoming) {
            if (++steps > maxSteps) {
                begun = false;
                throw new ConcurrentModificationException(
                        "map '%s': %d steps, and no end".formatted(map.name(), maxSteps));
            }
            MemorySegment.copy(upcoming, 0, key, 0, key.byteSize());
            hasUpcoming = found(nextKey(key));
            if (lookup(0)) {
                return true;
            }
        }
        begun = false;
        return false;
    }

    /** Makes {@link #next} begin with the first element. */
    public void rewind() {
        begun = false;
    }

    /** Called without a step in between: the compiler inlines to a depth of 15 only, and a system call is deep. */
    private int element(BpfCommand command, long flags, int attrBytes) {
        requireOpen();
        MapAttr.Elem.FLAGS.set(elementAttr, flags);
        return kernel.bpf(command, elementAttr, attrBytes, errno);
    }

    private int nextKey(MemorySegment before) {
        requireOpen();
        MapAttr.Elem.KEY.set(walkAttr, before);
        return kernel.bpf(BpfCommand.BPF_MAP_GET_NEXT_KEY, walkAttr, MapAttr.Elem.NEXT_KEY.endBytes(), errno);
    }

    private void requireOpen() {
        if (!fd.isOpen()) {
            throw new IllegalStateException("%s: is closed".formatted(fd));
        }
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
            throw KernelException.refused(Step.ACCESS_MAP, "map '" + map.name() + "'",
                    MapType.nameOf(map.spec().type()), -status);
        }
    }

    /**
     * Frees key and value, which must not be used any more, and lets go of the map. Calling it again does nothing.
     *
     * @throws WrongThreadException on another thread than the cursor's
     */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            watch.end();
            fd.release();
        }
    }
}
