package bpf4j.image;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A tar archive as BTFHub has them: raw BTF of one kernel, or of several. */
final class BtfArchive {

    private static final int MAGIC_OFFSET = 257;
    private static final int MAGIC = 0x61747375;
    /** So many names fit a message. */
    private static final int MAX_NAMES = 20;

    /** One file in the archive. */
    record Member(String name, MemorySegment bytes) {
    }

    private BtfArchive() {
    }

    static boolean is(MemorySegment data) {
        return data.byteSize() >= MAGIC_OFFSET + 4 && LittleEndian.i32(data, MAGIC_OFFSET) == MAGIC;
    }

    /**
     * Takes one file out.
     *
     * @param wanted its name, with or without folders; nothing if it is the only one
     * @throws ImageFormatException if the archive is damaged, or there is no such file, or more than one
     */
    static Member member(MemorySegment data, Optional<String> wanted, long limit, String subject) {
        List<String> names = new ArrayList<>();
        List<Member> found = new ArrayList<>();
        try {
            OptionalDecoders.readTar(new SegmentInput(data), (name, bytes) -> {
                names.add(name);
                boolean take = wanted.map(w -> name.equals(w) || name.endsWith("/" + w)).orElse(found.isEmpty());
                if (take) {
                    ExpandedBytes copy = new ExpandedBytes(limit);
                    copy.drain(bytes);
                    found.add(new Member(name, copy.from(0)));
                }
            });
        } catch (NoClassDefFoundError e) {
            throw new ImageFormatException(
                    subject + ": tar: needs org.apache.commons:commons-compress at run time, which is not there", e);
        } catch (IOException | RuntimeException e) {
            throw new ImageFormatException("%s: tar: after %s: %s".formatted(subject,
                    names.isEmpty() ? "its start" : names.getLast(), e.getMessage()), e);
        }
        if (found.size() == 1 && (wanted.isPresent() || names.size() == 1)) {
            return found.getFirst();
        }
        throw new ImageFormatException("%s: tar: %s; it holds %s".formatted(subject,
                wanted.map(w -> (found.isEmpty() ? "no file " : "several files ") + w).orElse("not one file"),
                list(names)));
    }

    private static String list(List<String> names) {
        if (names.isEmpty()) {
            return "nothing";
        }
        String first = String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMES)));
        return names.size() > MAX_NAMES ? "%s and %d more".formatted(first, names.size() - MAX_NAMES) : first;
    }
}
