package bpf4j.sys;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads numbers out of the C headers of this machine. */
final class Headers {

    private static final Pattern DEFINE = Pattern.compile("^#define\\s+(\\w+)\\s+(\\d+)\\b", Pattern.MULTILINE);

    private Headers() {
    }

    /** The text of a header, or a skipped test where it is not installed. */
    static String text(String path) throws IOException {
        Path header = Path.of("/usr/include", path);
        assumeTrue(Files.isReadable(header), () -> header + " is not installed");
        return Files.readString(header);
    }

    /** The decimal {@code #define}s whose names begin with the prefix. */
    static Map<String, Integer> defines(String path, String prefix) throws IOException {
        Map<String, Integer> defines = new LinkedHashMap<>();
        Matcher matcher = DEFINE.matcher(text(path));
        while (matcher.find()) {
            if (matcher.group(1).startsWith(prefix)) {
                defines.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
            }
        }
        return defines;
    }
}
