package bpf4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.object.ProgramSpec;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a program could leave in this process and in the kernel, as it is before it runs; to be compared afterwards. */
public final class LeftBehind {

    private static final int KERNEL_NAME_MAX = 15;
    private static final Pattern LISTED = Pattern.compile("\"id\":(\\d+),\"type\":\"[a-z_]+\",\"name\":\"([^\"]*)\"");

    private final Set<String> names;
    private final Map<String, Long> descriptors;
    private final Set<String> kernelObjects;

    private LeftBehind(Set<String> names) throws IOException, InterruptedException {
        this.names = names;
        this.descriptors = descriptors();
        this.kernelObjects = kernelObjects();
    }

    /** Looks around before a program runs that loads these objects of this module. */
    public static LeftBehind before(String... objects) throws IOException, InterruptedException {
        Set<String> names = new HashSet<>();
        for (String file : objects) {
            BpfObject object = BundledObject.read(file);
            object.programs().stream().map(ProgramSpec::name).map(LeftBehind::kernelName).forEach(names::add);
            object.maps().stream().map(MapSpec::kernelName).map(LeftBehind::kernelName).forEach(names::add);
        }
        return new LeftBehind(names);
    }

    /** Asserts that nothing more is there than before. */
    public void assertNothing() throws IOException, InterruptedException {
        assertEquals(List.of(), cgroups("-" + ProcessHandle.current().pid()), "cgroups of this process");
        Set<String> more = kernelObjects();
        more.removeAll(kernelObjects);
        // The kernel frees programs and maps after a grace period, the JVM closes a child's pipes on its own thread.
        Patience.until(() -> {
            more.retainAll(more.isEmpty() ? Set.of() : kernelObjects());
            return more.isEmpty() && descriptors.equals(descriptors());
        });
        assertEquals(descriptors, descriptors(), "descriptors of this process");
        assertEquals(Set.of(), more, "programs and maps in the kernel");
    }

    /** {@return the cgroups that an example made and that end so} */
    public static List<Path> cgroups(String end) throws IOException {
        Path top = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - cgroup2 ")).map(line -> Path.of(line.split(" ")[4]))
                .findFirst().orElseThrow();
        try (Stream<Path> folders = Files.list(top)) {
            Predicate<String> own = name -> name.startsWith("bpf4j-") && name.endsWith(end);
            return folders.filter(folder -> own.test(folder.getFileName().toString())).toList();
        }
    }

    /** Asserts that no congestion control of that name is registered. */
    public static void assertNoCongestionControl(String name) throws IOException {
        String available = Files.readString(Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control"));
        assertFalse(List.of(available.strip().split(" ")).contains(name), available);
    }

    /** Open descriptors that are no files, by what they are; the JVM opens files when it likes. */
    private static Map<String, Long> descriptors() throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.map(LeftBehind::target).filter(target -> !target.isEmpty() && !target.startsWith("/"))
                    .map(target -> target.replaceAll("\\[[0-9]+]", "")).collect(
                            Collectors.groupingBy(target -> target, TreeMap::new, Collectors.counting()));
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            // The descriptor by which the folder is read is closed by now, or another thread closed one.
            return "";
        }
    }

    /** Programs and maps of these names as bpftool lists them, nothing where there is no bpftool. */
    private Set<String> kernelObjects() throws IOException, InterruptedException {
        Set<String> found = new HashSet<>();
        for (String what : List.of("prog", "map")) {
            String list = bpftool("-j", what, "list");
            Matcher matcher = LISTED.matcher(list);
            while (matcher.find()) {
                if (names.contains(matcher.group(2))) {
                    found.add(what + " " + matcher.group(1) + " " + matcher.group(2));
                }
            }
        }
        return found;
    }

    private static String bpftool(String... arguments) throws IOException, InterruptedException {
        boolean installed = Stream.of(System.getenv("PATH").split(":")).anyMatch(
                folder -> Files.isExecutable(Path.of(folder, "bpftool")));
        if (!installed) {
            return "";
        }
        Process process = new ProcessBuilder(Stream.concat(Stream.of("bpftool"), Stream.of(arguments)).toList())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor());
        return output;
    }

    private static String kernelName(String name) {
        return name.substring(0, Math.min(name.length(), KERNEL_NAME_MAX));
    }
}
