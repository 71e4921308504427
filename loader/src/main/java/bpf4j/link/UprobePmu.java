package bpf4j.link;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel says of the perf events that are probes in user space, below
 * {@code /sys/bus/event_source/devices/uprobe}.
 *
 * @param probe its type and the bit for returns
 * @param counterShift the lowest bit of {@code config} for the offset of a counter, -1 before Linux 4.20
 */
record UprobePmu(ProbePmu probe, int counterShift) {

    private static final Path DEVICES = Path.of("/sys/bus/event_source/devices");
    private static final String NAME = "uprobe";
    private static final Pattern BITS = Pattern.compile("config:(\\d{1,2})-63");

    /** {@return what the running kernel says, empty if it has no such events} */
    static Optional<UprobePmu> find() {
        return find(DEVICES);
    }

    static Optional<UprobePmu> find(Path devices) {
        return ProbePmu.find(devices, NAME).map(probe -> new UprobePmu(probe, counterShift(devices)));
    }

    private static int counterShift(Path devices) {
        try {
            Matcher bits = BITS.matcher(Files.readString(devices.resolve(NAME).resolve("format/ref_ctr_offset"),
                    StandardCharsets.ISO_8859_1).strip());
            return bits.matches() ? Integer.parseInt(bits.group(1)) : -1;
        } catch (IOException _) {
            return -1;
        }
    }

    /** {@return whether the kernel counts up a counter at this offset; 32 bits are meant for it} */
    boolean hasRoomFor(long refCtrOffset) {
        return refCtrOffset == 0 || counterShift >= 0 && refCtrOffset >>> Long.SIZE - counterShift == 0;
    }

    /** {@return {@code config} for a probe} */
    long config(boolean isReturn, long refCtrOffset) {
        return probe.config(isReturn) | (refCtrOffset == 0 ? 0 : refCtrOffset << counterShift);
    }
}
