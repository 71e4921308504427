package bpf4j.examples.dctcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The congestion controls that a socket can choose from. */
public final class CongestionControls {

    private static final Path AVAILABLE = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");

    private CongestionControls() {
    }

    /** {@return their names as the kernel lists them, in the calling thread's network namespace} */
    public static List<String> available() {
        try {
            return List.of(Files.readString(AVAILABLE).strip().split(" +"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
