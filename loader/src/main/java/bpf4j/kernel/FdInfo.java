package bpf4j.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What {@code /proc/self/fdinfo} tells of a descriptor and {@code bpf(2)} does not. */
final class FdInfo {

    private final Map<String, String> fields = new HashMap<>();

    private FdInfo() {
    }

    /** Reads what there is: nothing where {@code /proc} is not mounted. */
    static FdInfo of(int fd) {
        FdInfo info = new FdInfo();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd))) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    info.fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
        } catch (IOException _) {
            // Nobody tells.
        }
        return info;
    }

    /** {@return a field's decimal number, empty where there is none} */
    OptionalLong number(String field) {
        String text = fields.get(field);
        try {
            return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseUnsignedLong(text));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** {@return whether a field is there and not 0, empty where there is none} */
    Optional<Boolean> flag(String field) {
        OptionalLong number = number(field);
        return number.isPresent() ? Optional.of(number.getAsLong() != 0) : Optional.empty();
    }
}
