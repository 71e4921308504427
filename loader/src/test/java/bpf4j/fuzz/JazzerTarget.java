package bpf4j.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The entry of Jazzer, which finds it by the names of its methods: nothing here refers to Jazzer. The first target
 * argument names the target.
 */
public final class JazzerTarget {

    private static final long MAX_CPU_NANOS = 1_000_000_000;
    private static FuzzTarget target;

    private JazzerTarget() {
    }

    /** Called once, before the first input. */
    public static void fuzzerInitialize(String[] args) {
        target = FuzzTarget.of(args[0]);
        target.seeds().forEach(seed -> target.read(seed.input()));
    }

    /** Called with each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        Measured.require(target, input, MAX_CPU_NANOS);
    }

    /** Writes the seeds of a target into a folder, which Jazzer takes for its first inputs: {@code TARGET FOLDER}. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[1]));
        for (Seed seed : FuzzTarget.of(args[0]).seeds()) {
            Files.write(folder.resolve(seed.name().replaceAll("[^\\w.-]", "_")), seed.input());
        }
    }
}
