package bpf4j.kernel;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a program is given for a test run, and how it is run: the attr of {@code BPF_PROG_TEST_RUN}. Which parts a
 * program takes depends on its type: programs on packets take a packet as data and may take their context
 * ({@code struct __sk_buff}, {@code struct xdp_md}); raw tracepoints take their arguments as context, 8 bytes each;
 * {@code syscall} programs take a context and may change it; {@code sk_lookup} programs take a
 * {@code struct bpf_sk_lookup}. Arrays are copied on the way in and out.
 *
 * @param data the packet, empty for none
 * @param context the context in the machine's byte order, empty for none
 * @param repeat how often to run; 0 is the same as 1
 * @param cpu the CPU to run on, for raw tracepoints; needs Linux 5.10
 * @param flags {@code BPF_F_TEST_*} flags
 * @param batchSize how many packets at a time for {@link #BPF_F_TEST_XDP_LIVE_FRAMES}, 0 for the kernel's choice
 * @param dataOutBytes how much of the changed packet to take back
 */
public record TestRunOptions(byte[] data, byte[] context, int repeat, OptionalInt cpu, int flags, int batchSize,
        int dataOutBytes) {

    /** The program is run on the CPU that is asked for. */
    public static final int BPF_F_TEST_RUN_ON_CPU = 1;
    /**
     * What an XDP program lets pass or redirects goes on its way as if it had been received. Nothing comes back then.
     * Needs Linux 5.18.
     */
    public static final int BPF_F_TEST_XDP_LIVE_FRAMES = 1 << 1;
    /** The packet comes with a complete checksum, as from a network card that adds it up. */
    public static final int BPF_F_TEST_SKB_CHECKSUM_COMPLETE = 1 << 2;

    /** A packet may grow, by encapsulation for instance. */
    private static final int GROWTH_BYTES = 4096;
    private static final TestRunOptions NONE = new TestRunOptions(new byte[0], new byte[0], 0, OptionalInt.empty(),
            0, 0, GROWTH_BYTES);

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if a number is negative
     */
    public TestRunOptions {
        data = data.clone();
        context = context.clone();
        Objects.requireNonNull(cpu);
        if (repeat < 0 || batchSize < 0 || dataOutBytes < 0 || cpu.orElse(0) < 0) {
            throw new IllegalArgumentException("repeat %d, batch size %d, %d bytes of output, CPU %s".formatted(repeat,
                    batchSize, dataOutBytes, cpu));
        }
    }

    /** {@return one run without any input} */
    public static TestRunOptions none() {
        return NONE;
    }

    /**
     * {@return one run over a packet}
     *
     * @param data the packet
     */
    public static TestRunOptions ofData(byte[] data) {
        return NONE.withData(data);
    }

    /**
     * {@return one run with a context}
     *
     * @param context the context
     */
    public static TestRunOptions ofContext(byte[] context) {
        return NONE.withContext(context);
    }

    /** {@return a copy of the packet} */
    @Override
    public byte[] data() {
        return data.clone();
    }

    /** {@return a copy of the context} */
    @Override
    public byte[] context() {
        return context.clone();
    }

    /**
     * {@return the same with another packet, and room for as much to come back and a page more}
     *
     * @param packet the packet
     */
    public TestRunOptions withData(byte[] packet) {
        return new TestRunOptions(packet, context, repeat, cpu, flags, batchSize,
                Math.addExact(packet.length, GROWTH_BYTES));
    }

    /**
     * {@return the same with another context}
     *
     * @param bytes the context
     */
    public TestRunOptions withContext(byte[] bytes) {
        return new TestRunOptions(data, bytes, repeat, cpu, flags, batchSize, dataOutBytes);
    }

    /**
     * {@return the same so many times}
     *
     * @param times how often, 0 or greater
     */
    public TestRunOptions withRepeat(int times) {
        return new TestRunOptions(data, context, times, cpu, flags, batchSize, dataOutBytes);
    }

    /**
     * {@return the same on a certain CPU, with the flag that goes with it}
     *
     * @param number the CPU
     */
    public TestRunOptions withCpu(int number) {
        return new TestRunOptions(data, context, repeat, OptionalInt.of(number), flags | BPF_F_TEST_RUN_ON_CPU,
                batchSize, dataOutBytes);
    }

    /**
     * {@return the same with these flags and no others}
     *
     * @param newFlags {@code BPF_F_TEST_*} flags
     */
    public TestRunOptions withFlags(int newFlags) {
        return new TestRunOptions(data, context, repeat, cpu, newFlags, batchSize, dataOutBytes);
    }

    /**
     * {@return the same with so many packets at a time}
     *
     * @param packets how many, 0 for the kernel's choice
     */
    public TestRunOptions withBatchSize(int packets) {
        return new TestRunOptions(data, context, repeat, cpu, flags, packets, dataOutBytes);
    }

    /**
     * {@return the same with room for so many bytes to come back; 0 takes nothing back}
     *
     * @param bytes the size in bytes
     */
    public TestRunOptions withDataOutBytes(int bytes) {
        return new TestRunOptions(data, context, repeat, cpu, flags, batchSize, bytes);
    }

    @Override
    public String toString() {
        return "%d bytes of data, %d of context, %d times, flags 0x%x".formatted(data.length, context.length,
                Math.max(1, repeat), flags);
    }
}
