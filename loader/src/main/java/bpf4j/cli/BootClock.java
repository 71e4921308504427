package bpf4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Turns the kernel's times, which count from boot, into dates. */
final class BootClock {

    private static final Path UPTIME = Path.of("/proc/uptime");

    private BootClock() {
    }

    /** {@return the moment that was so many nanoseconds after boot; empty for 0 and where nobody tells} */
    static Optional<Instant> instant(long nanosSinceBoot) {
        return nanosSinceBoot == 0 ? Optional.empty() : boot().map(boot -> boot.plusNanos(nanosSinceBoot));
    }

    private static Optional<Instant> boot() {
        try {
            String seconds = Files.readString(UPTIME).split(" ")[0];
            return Optional.of(Instant.now().minus(Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000))));
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }
}
