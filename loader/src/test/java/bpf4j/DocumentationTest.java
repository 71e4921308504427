package bpf4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents point at is there: prose rots where nothing checks it. */
class DocumentationTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> dangling = new ArrayList<>();
        int links = 0;
        for (Path document : TestNames.documents()) {
            Matcher matcher = LINK.matcher(Files.readString(document));
            while (matcher.find()) {
                links++;
                if (!Files.exists(document.resolveSibling(matcher.group(1)))) {
                    dangling.add(TestNames.ROOT.relativize(document) + ": " + matcher.group(1));
                }
            }
        }
        assertTrue(links >= 2, "no links found");
        assertEquals(List.of(), dangling);
    }

    @Test
    void differencesAreShownByFixturesOrTestsThatExist() throws IOException {
        Set<String> tests = TestNames.files("src/test/java", ".java");
        Set<String> fixtures = TestNames.files("testdata/src", ".bpf.c");
        List<String> missing = new ArrayList<>();
        int rows = 0;
        for (String line : Files.readAllLines(TestNames.ROOT.resolve("docs/differences.md"))) {
            if (line.startsWith("| ") && !line.startsWith("| what")) {
                rows++;
                String[] cells = line.split("\\|");
                for (String named : TestNames.code(cells[cells.length - 1])) {
                    Pattern name = Pattern.compile(named.replace("*", ".*"));
                    if (Stream.concat(tests.stream(), fixtures.stream()).noneMatch(n -> name.matcher(n).matches())) {
                        missing.add(named);
                    }
                }
            }
        }
        assertTrue(rows >= 10, "no table found");
        assertEquals(List.of(), missing);
    }
}
