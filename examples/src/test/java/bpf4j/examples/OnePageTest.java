package bpf4j.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools that show the library are short enough to be read at once. */
class OnePageTest {

    private static final int PAGE_LINES = 60;

    @ParameterizedTest
    @ValueSource(strings = {"xdpcount/XdpCount", "egress/Egress", "opensnoop/Opensnoop"})
    void toolFitsOnAPage(String tool) throws IOException {
        long lines;
        try (var text = Files.lines(Path.of("src/main/java/bpf4j/examples", tool + ".java"))) {
            lines = text.count();
        }
        assertTrue(lines < PAGE_LINES, () -> tool + " has " + lines + " lines");
    }
}
