package bpf4j.examples.cycles;

import bpf4j.kernel.KernelObjects;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this process and the kernel hold at one time, after a garbage collection.
 *
 * @param cycles how many cycles are over
 * @param descriptors open file descriptors
 * @param residentKib memory of this process that is in RAM, in KiB
 * @param heapKib objects on the heap, in KiB
 * @param mappings mappings of this process: lines of {@code /proc/self/maps}
 * @param mappedKib their sum without what the JVM only reserved, in KiB
 * @param programs programs in the kernel, whoever loaded them
 * @param maps maps in the kernel, whoever made them
 * @param links links in the kernel, whoever made them
 * @param btfs BTF objects in the kernel, whoever loaded them
 */
record Sample(long cycles, long descriptors, long residentKib, long heapKib, long mappings, long mappedKib,
        long programs, long maps, long links, long btfs) {

    static final List<String> COLUMNS = List.of("cycles", "fds", "RSS KiB", "heap KiB", "mappings", "mapped KiB",
            "programs", "maps", "links", "BTFs");

    /** The kernel frees programs and maps after a grace period. */
    private static final long GRACE_MILLIS = 200;
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (\\S+) .*");

    static Sample take(long cycles) throws IOException, InterruptedException {
        System.gc();
        Thread.sleep(GRACE_MILLIS);
        System.gc();
        List<String> lines = Files.readAllLines(Path.of("/proc/self/maps"));
        return new Sample(cycles, openDescriptors(), readResidentKib(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 10,
                lines.size(), lines.stream().mapToLong(Sample::accessibleKib).sum(),
                KernelObjects.running().programIds().count(), KernelObjects.running().mapIds().count(),
                KernelObjects.running().linkIds().count(), KernelObjects.running().btfIds().count());
    }

    /** {@return this less an earlier sample} */
    Sample since(Sample earlier) {
        return new Sample(cycles - earlier.cycles, descriptors - earlier.descriptors, residentKib - earlier.residentKib,
                heapKib - earlier.heapKib, mappings - earlier.mappings, mappedKib - earlier.mappedKib,
                programs - earlier.programs, maps - earlier.maps, links - earlier.links, btfs - earlier.btfs);
    }

    /** {@return the figures in the order of {@link #COLUMNS}} */
    List<Long> figures() {
        return List.of(cycles, descriptors, residentKib, heapKib, mappings, mappedKib, programs, maps, links, btfs);
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            // One is the listing's own.
            return open.count() - 1;
        }
    }

    private static long readResidentKib() throws IOException {
        Matcher matcher = RESIDENT.matcher(Files.readString(Path.of("/proc/self/status")));
        if (!matcher.find()) {
            throw new IOException("/proc/self/status has no VmRSS");
        }
        return Long.parseLong(matcher.group(1));
    }

    private static long accessibleKib(String line) {
        Matcher matcher = MAPPING.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("/proc/self/maps: " + line);
        }
        return matcher.group(3).startsWith("---") ? 0
                : Long.parseUnsignedLong(matcher.group(2), 16) - Long.parseUnsignedLong(matcher.group(1), 16) >> 10;
    }
}
