package bpf4j.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The long run of {@link Mutator} over one target: {@code FuzzRun TARGET NUMBER SECONDS FINDINGS [MAX_BYTES]}. Stops
 * after so many seconds, or at the first finding, whose input is left in the folder of findings. Prints one line.
 */
final class FuzzRun {

    private static final long MAX_CPU_NANOS = 1_000_000_000;
    /** An input that is not done by then never will be; it is saved, and the process ends. */
    private static final long HANG_MILLIS = 20_000;
    private static final int MAX_BYTES = 64 << 10;

    private final FuzzTarget target;
    private final Path findings;
    private final AtomicReference<byte[]> current = new AtomicReference<>();
    private long executions;
    private long maxCpuNanos;
    private long maxAllocatedBytes;
    private long maxConstantBytes;

    private FuzzRun(FuzzTarget target, Path findings) {
        this.target = target;
        this.findings = findings;
    }

    public static void main(String[] args) throws IOException {
        FuzzTarget target = FuzzTarget.of(args[0]);
        long number = Long.parseLong(args[1]);
        int maxBytes = args.length > 4 ? Integer.parseInt(args[4]) : MAX_BYTES;
        FuzzRun run = new FuzzRun(target, Path.of(args[3]));
        Thread.ofPlatform().daemon().start(run::watch);
        // What classes and formats allocate when they are first used is nobody's input.
        target.seeds().forEach(seed -> target.read(seed.input()));
        boolean clean = run.run(new Mutator(target.seeds(), number, maxBytes), Long.parseLong(args[2]));
        System.out.printf("%s: number %d, %d executions, at most %d ms on the processor and 0x%x bytes allocated,"
                        + " 0x%x more than %d times the input%n", target.label(), number, run.executions,
                run.maxCpuNanos / 1_000_000, run.maxAllocatedBytes, run.maxConstantBytes,
                Measured.ALLOCATION_FACTOR);
        System.exit(clean ? 0 : 1);
    }

    private boolean run(Mutator mutator, long seconds) throws IOException {
        long end = System.nanoTime() + seconds * 1_000_000_000;
        while (System.nanoTime() < end) {
            byte[] input = mutator.next();
            current.set(input);
            executions++;
            try {
                Measured measured = Measured.require(target, input, MAX_CPU_NANOS);
                maxCpuNanos = Math.max(maxCpuNanos, measured.cpuNanos());
                maxAllocatedBytes = Math.max(maxAllocatedBytes, measured.allocatedBytes());
                maxConstantBytes = Math.max(maxConstantBytes,
                        measured.allocatedBytes() - Measured.ALLOCATION_FACTOR * input.length);
            } catch (RuntimeException | Error finding) {
                finding.printStackTrace();
                save(input);
                return false;
            }
        }
        return true;
    }

    private void watch() {
        byte[] last = null;
        while (true) {
            try {
                Thread.sleep(HANG_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            byte[] now = current.get();
            if (now != null && now == last) {
                try {
                    save(now);
                } catch (IOException e) {
                    e.printStackTrace();
                }
                Runtime.getRuntime().halt(2);
            }
            last = now;
        }
    }

    private void save(byte[] input) throws IOException {
        Files.createDirectories(findings);
        String name = "%s-%s".formatted(target.label(),
                HexFormat.of().toHexDigits(Arrays.hashCode(input)));
        System.err.println("finding: " + Files.write(findings.resolve(name), input));
    }
}
