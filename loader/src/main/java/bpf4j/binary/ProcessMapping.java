package bpf4j.binary;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a process's memory: a line of {@code /proc/PID/maps}. Source: {@code Documentation/filesystems/proc.rst}.
 *
 * @param start the first address
 * @param end the address behind the last
 * @param permissions four letters: {@code r-xp}
 * @param fileOffset where in the file it starts, in bytes
 * @param inode the file's inode, 64 bits without sign, 0 for memory without a file
 * @param path the file as this process's root shows it, or as its own root does if it is in no mount of ours; or a
 *     word in brackets as {@code [heap]}; empty for anonymous memory
 * @param isDeleted whether the file has been deleted since it was mapped, as an update of a package does
 */
public record ProcessMapping(long start, long end, String permissions, long fileOffset, long inode, String path,
        boolean isDeleted) {

    /** What the kernel appends; a file may have that in its name, too, which nobody can tell. */
    private static final String DELETED = " (deleted)";
    private static final Pattern LINE = Pattern.compile(
            "([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([-rwxsp]{4}) ([0-9a-f]{1,16}) [0-9a-f]+:[0-9a-f]+ "
                    + "(\\d{1,20})(?: +(.*))?");

    /**
     * Reads what a process has mapped.
     *
     * @param pid the process
     * @return its mappings, in the order of their addresses
     * @throws IOException if there is no such process, or its memory is not this process's business
     */
    public static List<ProcessMapping> of(long pid) throws IOException {
        // Names of files are bytes, and a line that is none of text is skipped, not fatal.
        String text = new String(Files.readAllBytes(Path.of("/proc", Long.toString(pid), "maps")),
                StandardCharsets.UTF_8);
        return text.lines().map(ProcessMapping::parse).flatMap(Optional::stream).toList();
    }

    /**
     * Parses a line.
     *
     * @param line a line without its end
     * @return the mapping, empty if the line is of another form
     */
    public static Optional<ProcessMapping> parse(String line) {
        Matcher m = LINE.matcher(line);
        if (!m.matches()) {
            return Optional.empty();
        }
        // The kernel writes no other character of a name in another form.
        String path = m.group(6) == null ? "" : m.group(6).replace("\\012", "\n");
        boolean isDeleted = path.startsWith("/") && path.endsWith(DELETED);
        try {
            return Optional.of(new ProcessMapping(Long.parseUnsignedLong(m.group(1), 16),
                    Long.parseUnsignedLong(m.group(2), 16), m.group(3), Long.parseUnsignedLong(m.group(4), 16),
                    Long.parseUnsignedLong(m.group(5)),
                    isDeleted ? path.substring(0, path.length() - DELETED.length()) : path, isDeleted));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** {@return whether there is a file, and not only memory} */
    public boolean isFile() {
        return inode != 0 && path.startsWith("/");
    }

    /** {@return whether it may be executed} */
    public boolean isExecutable() {
        return permissions.charAt(2) == 'x';
    }

    /**
     * Tells whether a file is mapped here, by its inode or its path.
     *
     * @param file a file
     * @return whether it is this one
     */
    public boolean isOf(Path file) {
        try {
            return isFile() && !isDeleted && (hasInode(file) || file.toRealPath().toString().equals(path));
        } catch (IOException _) {
            return false;
        }
    }

    /**
     * Finds where in the process's memory a place in the file is.
     *
     * @param place in bytes from the start of the file
     * @return its address; empty if the place is not in this part of the memory
     */
    public OptionalLong address(long place) {
        long distance = place - fileOffset;
        return distance >= 0 && distance < end - start ? OptionalLong.of(start + distance) : OptionalLong.empty();
    }

    /**
     * Finds a library that a process has loaded, also where the process has another root or the file was deleted.
     *
     * @param pid the process
     * @param name the file's name, {@code libssl.so.3}, or a start of it that ends before a dot or dash: {@code libssl}
     * @return a path that opens the very file that the process has mapped
     * @throws IOException if the process has no such library
     */
    public static Path library(long pid, String name) throws IOException {
        return of(pid).stream().filter(m -> m.isFile() && m.isExecutable() && m.isNamed(name)).findFirst()
                .map(m -> m.pathFromHere(pid))
                .orElseThrow(() -> new FileNotFoundException("process %d has not loaded %s".formatted(pid, name)));
    }

    boolean isNamed(String name) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.equals(name) || file.startsWith(name) && ".-".indexOf(file.charAt(name.length())) >= 0;
    }

    /** A process that only has another root shows paths as we see them, one in another mount namespace as it does. */
    private Path pathFromHere(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        Path below = process.resolve("root").resolve(path.substring(1));
        Path here = Path.of(path);
        if (!isDeleted && (hasInode(below) || !hasInode(here) && Files.exists(below))) {
            return below;
        }
        return !isDeleted && hasInode(here) ? here
                : process.resolve("map_files").resolve("%x-%x".formatted(start, end));
    }

    /** Layered file systems have other numbers for the files below, so that a difference proves nothing. */
    private boolean hasInode(Path candidate) {
        try {
            return (long) Files.getAttribute(candidate, "unix:ino") == inode;
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }
}
