package bpf4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents point at is there: prose rots where nothing checks it. */
class DocumentationTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]*)(?:#([^)]+))?\\)");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern FIRST_CELL = Pattern.compile("^\\| (\\S.*?) (?<!\\\\)\\|");
    /** So many words in a row, at the start of two paragraphs, are no accident. */
    private static final int OPENING_WORDS = 7;

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> dangling = new ArrayList<>();
        int links = 0;
        for (Path document : TestNames.documents()) {
            Matcher matcher = LINK.matcher(prose(document));
            while (matcher.find()) {
                links++;
                Path target = matcher.group(1).isEmpty() ? document : document.resolveSibling(matcher.group(1));
                if (!Files.exists(target)
                        || matcher.group(2) != null && !anchors(target).contains(matcher.group(2))) {
                    dangling.add(TestNames.ROOT.relativize(document) + ": " + matcher.group());
                }
            }
        }
        assertTrue(links >= 20, "only " + links + " links found");
        assertEquals(List.of(), dangling);
    }

    /** {@return headings as links name them: small letters, hyphens for blanks, no punctuation} */
    private static List<String> anchors(Path document) throws IOException {
        return prose(document).lines().filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .toList();
    }

    /** {@return a document without its listings} */
    private static String prose(Path document) throws IOException {
        return FENCED.matcher(Files.readString(document)).replaceAll("");
    }

    /** Branches that are merged line by line leave both of their versions. */
    @Test
    void nothingIsSaidTwice() throws IOException {
        List<String> doubled = new ArrayList<>();
        for (Path document : TestNames.documents()) {
            Set<String> paragraphs = new HashSet<>();
            for (String paragraph : prose(document).split("\\n\\s*\\n|\\n(?=- |\\|)")) {
                String opening = Stream.of(paragraph.strip().split("\\s+")).limit(OPENING_WORDS)
                        .collect(Collectors.joining(" "));
                if (!paragraph.matches("(?s)[|#].*") && opening.split(" ").length == OPENING_WORDS
                        && !paragraphs.add(opening)) {
                    doubled.add(TestNames.ROOT.relativize(document) + ": " + opening);
                }
            }
        }
        assertEquals(List.of(), doubled);
    }

    @Test
    void rowsOfATableHaveNamesOfTheirOwn() throws IOException {
        List<String> doubled = new ArrayList<>();
        int rows = 0;
        for (Path document : TestNames.documents()) {
            Set<String> table = new HashSet<>();
            for (String line : prose(document).lines().toList()) {
                Matcher first = FIRST_CELL.matcher(line);
                if (!line.startsWith("|")) {
                    table = new HashSet<>();
                } else if (first.find()) {
                    rows++;
                    if (!table.add(first.group(1))) {
                        doubled.add(TestNames.ROOT.relativize(document) + ": " + first.group(1));
                    }
                }
            }
        }
        assertTrue(rows >= 300, "only " + rows + " rows found");
        assertEquals(List.of(), doubled);
    }

    @Test
    void everyFixtureIsDescribed() throws IOException {
        Set<String> described = new HashSet<>();
        for (String line : Files.readAllLines(TestNames.ROOT.resolve("testdata/README.md"))) {
            if (line.startsWith("| `")) {
                described.addAll(TestNames.code(line.substring(0, line.indexOf('|', 1))));
            }
        }
        Set<String> fixtures = new TreeSet<>(TestNames.files("testdata/src", ".bpf.c"));
        assertTrue(fixtures.size() >= 100, fixtures::toString);
        TestNames.files("testdata/malformed", ".o").forEach(file -> fixtures.add(file + ".o"));
        fixtures.removeAll(described);
        assertEquals(Set.of(), fixtures);
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
