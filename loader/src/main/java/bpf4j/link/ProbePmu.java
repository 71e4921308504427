package bpf4j.link;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel says of the perf events that are probes, below {@code /sys/bus/event_source/devices}: {@code kprobe}
 * and {@code uprobe}. Linux 4.17.
 *
 * @param type the {@code type} of {@code struct perf_event_attr}
 * @param returnBit the bit of {@code config} that asks for the function's return
 */
record ProbePmu(int type, int returnBit) {

    private static final Path DEVICES = Path.of("/sys/bus/event_source/devices");
    private static final Pattern BIT = Pattern.compile("config:(\\d{1,2})");

    /** {@return what the running kernel says, empty if it has no such events} */
    static Optional<ProbePmu> find(String name) {
        return find(DEVICES, name);
    }

    static Optional<ProbePmu> find(Path devices, String name) {
        try {
            int type = Integer.parseInt(text(devices.resolve(name).resolve("type")));
            Matcher bit = BIT.matcher(text(devices.resolve(name).resolve("format/retprobe")));
            return bit.matches() ? Optional.of(new ProbePmu(type, Integer.parseInt(bit.group(1)))) : Optional.empty();
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** {@return {@code config} for a probe} */
    long config(boolean isReturn) {
        return isReturn ? 1L << returnBit : 0;
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    }
}
