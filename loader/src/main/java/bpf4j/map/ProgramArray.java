package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedProgram;
import bpf4j.sys.CallBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The programs that tail calls go to. They are gone when neither a program nor a pin nor a descriptor holds the array
 * any more. Safe for use by several threads; once its {@link LoadedMap} is closed, every method throws {@link
 * IllegalStateException}.
 */
public final class ProgramArray {

    private final MapAccess access;

    private ProgramArray(MapAccess access) {
        this.access = access;
    }

    /** {@return the map; who opened it closes it} */
    public LoadedMap map() {
        return access.map();
    }

    /**
     * Sees a program array.
     *
     * @param map the map
     * @return the array
     * @throws IllegalArgumentException if the map is of another type
     */
    public static ProgramArray of(LoadedMap map) {
        return new ProgramArray(new MapAccess(map, MapFamily.PROGRAMS));
    }

    /**
     * Puts a program in, or in place of another.
     *
     * @param index the slot
     * @param program the program
     * @throws KernelException if the kernel refuses, as with EINVAL for a program of another type or attach type than
     *     those that are in or call, and with E2BIG for an index behind the end
     */
    public void put(int index, LoadedProgram program) {
        int number = program.descriptor().acquire();
        try {
            access.put(Codec.INT, index, number, LoadedMap.BPF_ANY);
        } finally {
            program.descriptor().release();
        }
    }

    /**
     * Tells which program is in.
     *
     * @param index the slot
     * @return the kernel's id of the program; empty if there is none
     * @throws KernelException if the kernel refuses
     */
    public OptionalInt programId(int index) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment id = access.allocateValue(buffer);
            return access.found(access.lookup(MapAccess.encode(buffer, Codec.INT, index), id, 0))
                    ? OptionalInt.of(id.get(ValueLayout.JAVA_INT, 0)) : OptionalInt.empty();
        }
    }

    /**
     * Opens the program that is in. Needs {@code CAP_SYS_ADMIN}.
     *
     * @param index the slot
     * @return the program, the caller's to close; empty if there is none
     * @throws KernelException if the kernel refuses
     */
    public Optional<LoadedProgram> open(int index) {
        return access.opened(() -> programId(index), KernelObjects::program);
    }

    /**
     * Takes a program out: tail calls to the slot then fall through.
     *
     * @param index the slot
     * @return whether there was one
     * @throws KernelException if the kernel refuses
     */
    public boolean delete(int index) {
        return access.delete(Codec.INT, index);
    }

    /**
     * Goes through the slots that have a program.
     *
     * @return their indices, rising, read as the stream is consumed
     * @throws KernelException while it is consumed, if the kernel refuses
     */
    public Stream<Integer> keys() {
        return new KeyWalk(access).stream(Codec.INT).filter(index -> programId(index).isPresent());
    }

    @Override
    public String toString() {
        return access.subject() + " of programs";
    }
}
