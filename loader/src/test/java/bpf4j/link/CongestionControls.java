package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** TCP's congestion controls that there are now; all tests on a machine share them, and other runs of these. */
public final class CongestionControls {

    private static final Path AVAILABLE = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");

    private CongestionControls() {
    }

    private static Stream<String> available() throws IOException {
        return Stream.of(Files.readString(AVAILABLE).strip().split(" "));
    }

    /** {@return whether there is one of this name} */
    public static boolean has(String name) throws IOException {
        return available().anyMatch(name::equals);
    }

    /** {@return those whose names begin so} */
    public static List<String> beginningWith(String start) throws IOException {
        return available().filter(name -> name.startsWith(start)).toList();
    }

    /** Waits until there is none whose name begins so: the kernel frees what nobody holds a moment later. */
    public static void awaitNone(String start) throws IOException, InterruptedException {
        assertTrue(Patience.until(() -> beginningWith(start).isEmpty()), start);
    }
}
