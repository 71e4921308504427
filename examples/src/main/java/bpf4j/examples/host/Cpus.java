package bpf4j.examples.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import bpf4j.examples.net.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/** On which processors a thread may run: {@code sched_setaffinity(2)}. */
public final class Cpus {

    /** As many as {@code cpu_set_t} has. */
    private static final int CPUS_MAX = 1024;
    private static final int SELF = 0;

    private static final FunctionDescriptor AFFINITY = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle SCHED_SETAFFINITY = Libc.link("sched_setaffinity", AFFINITY);
    private static final MethodHandle SCHED_GETAFFINITY = Libc.link("sched_getaffinity", AFFINITY);

    private Cpus() {
    }

    /**
     * Asks where the calling thread may run.
     *
     * @return the processors' numbers, ascending
     * @throws IOException if the system refuses
     */
    public static List<Integer> allowed() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(CPUS_MAX / Byte.SIZE, Long.BYTES);
            Libc.call("sched_getaffinity", state ->
                    (int) SCHED_GETAFFINITY.invokeExact(state, SELF, set.byteSize(), set));
            List<Integer> cpus = new ArrayList<>();
            for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
                if ((set.getAtIndex(JAVA_LONG, cpu / Long.SIZE) >>> cpu & 1) != 0) {
                    cpus.add(cpu);
                }
            }
            return List.copyOf(cpus);
        }
    }

    /**
     * Keeps the calling thread on one processor from now on. The JVM's own threads run where they ran.
     *
     * @param cpu the processor's number
     * @throws IOException if there is none of that number, or this process may not use it
     */
    public static void pinThisThread(int cpu) throws IOException {
        if (cpu < 0 || cpu >= CPUS_MAX) {
            throw new IOException("CPU " + cpu + ": numbers are 0 to " + (CPUS_MAX - 1));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(CPUS_MAX / Byte.SIZE, Long.BYTES);
            set.setAtIndex(JAVA_LONG, cpu / Long.SIZE, 1L << cpu);
            Libc.call("CPU " + cpu + ": sched_setaffinity", state ->
                    (int) SCHED_SETAFFINITY.invokeExact(state, SELF, set.byteSize(), set));
        }
    }
}
