package bpf4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents point at is there: prose rots where nothing checks it. */
class DocumentationTest {

    private static final Path ROOT = Fixtures.path("..").normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> dangling = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            Matcher matcher = LINK.matcher(Files.readString(document));
            while (matcher.find()) {
                links++;
                if (!Files.exists(document.resolveSibling(matcher.group(1)))) {
                    dangling.add(ROOT.relativize(document) + ": " + matcher.group(1));
                }
            }
        }
        assertTrue(links >= 2, "no links found");
        assertEquals(List.of(), dangling);
    }

    @Test
    void differencesAreShownByFixturesOrTestsThatExist() throws IOException {
        Set<String> tests = names("src/test/java", ".java");
        Set<String> fixtures = names("testdata/src", ".bpf.c");
        List<String> missing = new ArrayList<>();
        int rows = 0;
        for (String line : Files.readAllLines(ROOT.resolve("docs/differences.md"))) {
            if (line.startsWith("| ") && !line.startsWith("| what")) {
                rows++;
                String[] cells = line.split("\\|");
                Matcher matcher = CODE.matcher(cells[cells.length - 1]);
                while (matcher.find()) {
                    Pattern name = Pattern.compile(matcher.group(1).replace("*", ".*"));
                    if (Stream.concat(tests.stream(), fixtures.stream()).noneMatch(n -> name.matcher(n).matches())) {
                        missing.add(matcher.group(1));
                    }
                }
            }
        }
        assertTrue(rows >= 10, "no table found");
        assertEquals(List.of(), missing);
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CHANGELOG.md")),
                    docs.filter(f -> f.toString().endsWith(".md"))).toList();
        }
    }

    private static Set<String> names(String folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(f -> ROOT.relativize(f).toString().contains(folder) && f.toString().endsWith(suffix))
                    .map(f -> f.getFileName().toString().replace(suffix, "")).collect(Collectors.toSet());
        }
    }
}
