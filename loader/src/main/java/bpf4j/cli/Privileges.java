package bpf4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process may do. Source: {@code <linux/capability.h>} and {@code proc(5)}. */
final class Privileges {

    private static final long CAP_SYS_ADMIN = 1L << 21;
    private static final long CAP_BPF = 1L << 39;
    private static final String EFFECTIVE = "CapEff:";

    private Privileges() {
    }

    /** {@return whether this process surely lacks what loading needs, so that EPERM is no riddle} */
    static boolean missing() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(EFFECTIVE))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16))
                    .anyMatch(capabilities -> (capabilities & (CAP_SYS_ADMIN | CAP_BPF)) == 0);
        } catch (IOException | NumberFormatException _) {
            return false;
        }
    }
}
