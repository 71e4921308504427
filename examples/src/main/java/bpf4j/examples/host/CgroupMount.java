package bpf4j.examples.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where cgroup v2 is mounted; beside v1 that is seldom {@code /sys/fs/cgroup} itself. Source:
 * {@code proc_pid_mountinfo(5)}.
 *
 * @param root the cgroup that the folder shows; {@code /} outside containers
 * @param folder the folder
 */
record CgroupMount(String root, Path folder) {

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Path OWN_CGROUPS = Path.of("/proc/self/cgroup");
    private static final String OWN_CGROUP_V2 = "0::";

    /** {@return the first mount of cgroup v2 that this process sees} */
    static CgroupMount find() throws IOException {
        return find(Files.readAllLines(MOUNTS)).orElseThrow(
                () -> new IOException(MOUNTS + ": no cgroup v2; 'mount -t cgroup2 none FOLDER' mounts it"));
    }

    /**
     * Finds the first mount of cgroup v2. In a line the fourth field is the root and the fifth the folder; the type is
     * the first field after the field {@code -}, before which there is a varying number of them.
     */
    static Optional<CgroupMount> find(List<String> mountinfo) {
        for (String line : mountinfo) {
            int separator = line.indexOf(" - ");
            if (separator >= 0 && line.startsWith("cgroup2 ", separator + 3)) {
                String[] fields = line.split(" ");
                return Optional.of(new CgroupMount(unescape(fields[3]), Path.of(unescape(fields[4]))));
            }
        }
        return Optional.empty();
    }

    /** {@return the folder of the cgroup that this process is in} */
    Path own() throws IOException {
        String path = own(Files.readAllLines(OWN_CGROUPS));
        Path below = Path.of(root).relativize(Path.of(path));
        return folder.resolve(below).normalize();
    }

    private static String own(List<String> cgroups) throws IOException {
        return cgroups.stream().filter(line -> line.startsWith(OWN_CGROUP_V2)).findFirst()
                .map(line -> line.substring(OWN_CGROUP_V2.length()))
                .orElseThrow(() -> new IOException(OWN_CGROUPS + ": in no cgroup v2"));
    }

    /** The kernel writes blanks and backslashes of paths as three octal digits. */
    private static String unescape(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\");
    }
}
