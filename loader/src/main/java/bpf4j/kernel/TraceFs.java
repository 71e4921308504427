package bpf4j.kernel;

import bpf4j.sys.Errno;
import bpf4j.sys.Syscall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * The file system of the kernel's tracing, wherever it is mounted: {@code Documentation/trace/ftrace.rst}. It is found
 * through {@code /proc/self/mountinfo}, and never mounted here. Immutable.
 */
public final class TraceFs {

    private static final String MOUNTS = "/proc/self/mountinfo";
    private static final Path USUAL = Path.of("/sys/kernel/tracing");
    private static final Path BELOW_DEBUGFS = Path.of("tracing");

    /** One line of mountinfo, as far as it counts. */
    private record Mount(String type, String root, Path folder) {
    }

    private final Path folder;

    TraceFs(Path folder) {
        this.folder = folder;
    }

    /**
     * Looks for the file system. The usual folder counts before others, and a folder of debugfs last.
     *
     * @return it, or empty if it is not mounted where this process can see it
     * @throws KernelException if the mounts cannot be read
     */
    public static Optional<TraceFs> find() {
        return candidates(mounts()).stream().filter(folder -> isTraceFs(folder, Syscall::fileSystemType)).findFirst()
                .map(TraceFs::new);
    }

    /**
     * Looks for the file system for something that cannot do without it.
     *
     * @param step what needs it
     * @param subject what with, for the message
     * @return it
     * @throws KernelException if it is not mounted; says how to mount it
     */
    public static TraceFs require(Step step, String subject) {
        return find().orElseThrow(() -> new KernelException(step, subject, 0, "tracefs is not mounted: "
                + "mount -t tracefs tracefs " + USUAL + " (in a container, bind the host's folder)"));
    }

    /**
     * Looks for the file system of debugging, which lists what kprobes must not touch.
     *
     * @return its folder, or empty if it is not mounted where this process can see it
     * @throws KernelException if the mounts cannot be read
     */
    public static Optional<Path> findDebugFs() {
        return parse(mounts()).stream().filter(mount -> mount.type.equals("debugfs") && mount.root.equals("/"))
                .map(Mount::folder)
                .filter(folder -> Syscall.fileSystemType(folder.toString()) == Syscall.DEBUGFS_MAGIC).findFirst();
    }

    /** {@return the folder where it is mounted} */
    public Path folder() {
        return folder;
    }

    /**
     * Reads a file of it.
     *
     * @param name the path in it
     * @param step what needs it
     * @param subject what with, for messages
     * @return the text, or empty if there is no such file
     * @throws KernelException if the file cannot be read
     */
    public Optional<String> read(String name, Step step, String subject) {
        Path file = folder.resolve(name);
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1))
                    : inaccessible(step, subject);
        } catch (IOException e) {
            throw new KernelException(step, subject, 0, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a file of it that only advice is taken from.
     *
     * @param name the path in it
     * @return the text, or empty if there is no such file or this user may not read it
     */
    public Optional<String> readIfPossible(String name) {
        try {
            return Optional.of(Files.readString(folder.resolve(name), StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Only root sees what is in it, to others every file is missing. */
    private Optional<String> inaccessible(Step step, String subject) {
        if (!Files.isExecutable(folder)) {
            throw new KernelException(step, subject, Errno.EACCES.number(),
                    folder + " is closed to this user: run it as root, or mount tracefs with another mode or group");
        }
        return Optional.empty();
    }

    /** The folders that may be it, best first. */
    static List<Path> candidates(String mountinfo) {
        List<Path> folders = new ArrayList<>();
        List<Mount> mounts = parse(mountinfo);
        mounts.stream().filter(mount -> mount.type.equals("tracefs") && mount.root.equals("/")).map(Mount::folder)
                .sorted(Comparator.comparing(found -> !found.equals(USUAL))).forEach(folders::add);
        // Mounted when somebody looks, unless the kernel was built without that.
        mounts.stream().filter(mount -> mount.type.equals("debugfs") && mount.root.equals("/"))
                .map(mount -> mount.folder.resolve(BELOW_DEBUGFS)).filter(f -> !folders.contains(f))
                .forEach(folders::add);
        return folders;
    }

    /** Something else may be mounted over it. */
    static boolean isTraceFs(Path folder, ToLongFunction<String> fileSystemType) {
        return fileSystemType.applyAsLong(folder.toString()) == Syscall.TRACEFS_MAGIC;
    }

    private static String mounts() {
        try {
            // Paths may be any bytes; those with others than ASCII are compared and opened as Java decodes paths.
            return Files.readString(Path.of(MOUNTS));
        } catch (IOException e) {
            throw new KernelException(Step.QUERY, MOUNTS, 0, "it cannot be read: " + e.getMessage(), e);
        }
    }

    /** Id, parent, device, root, folder, options, any number of fields up to a dash, type, source, options. */
    private static List<Mount> parse(String mountinfo) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : mountinfo.split("\n")) {
            String[] fields = line.split(" ");
            int dash = 6;
            while (dash < fields.length && !fields[dash].equals("-")) {
                dash++;
            }
            if (dash + 1 < fields.length) {
                mounts.add(new Mount(fields[dash + 1], fields[3], Path.of(unescape(fields[4]))));
            }
        }
        return mounts;
    }

    /** Space, tab, newline and backslash stand as a backslash and three octal digits. */
    private static String unescape(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\");
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
