package bpf4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelFeature;
import bpf4j.link.Link;
import bpf4j.object.SectionDefinition;
import bpf4j.object.SectionDefinitions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that compares with libbpf names what is in the code, and claims nothing that no test shows. */
class CompatibilityTest {

    private static final String NOT_YET = "not yet";
    private static final Pattern STATE = Pattern.compile("(yes|\\[differs]\\(differences\\.md\\)|not yet)(: [^:]+)?");
    private static final String TEST_DATA = "testdata/README.md";

    /** A row of a table with a state, under its heading. */
    private record Row(String heading, String feature, String state, String tests) {

        boolean claimed() {
            return !state.startsWith(NOT_YET);
        }
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        String heading = "";
        for (String line : Files.readAllLines(TestNames.ROOT.resolve("docs/compatibility.md"))) {
            if (line.startsWith("## ")) {
                heading = line.substring("## ".length());
            } else if (line.startsWith("| ") && !line.startsWith("| feature |") && !heading.equals("Kernels")) {
                String[] cells = line.split("\\|", -1);
                assertEquals(6, cells.length, () -> "four columns: " + line);
                rows.add(new Row(heading, cells[1].strip(), cells[3].strip(), cells[4].strip()));
            }
        }
        assertTrue(rows.size() >= 100, "no tables found");
        return rows;
    }

    private static List<Row> rows(String heading) throws IOException {
        List<Row> rows = rows().stream().filter(r -> r.heading.equals(heading)).toList();
        assertTrue(!rows.isEmpty(), () -> "no table under " + heading);
        return rows;
    }

    private static Set<String> named(String heading, Pattern name) throws IOException {
        return rows(heading).stream().flatMap(r -> TestNames.code(r.feature).stream()).filter(name.asMatchPredicate())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void statesAreThree() throws IOException {
        assertEquals(List.of(), rows().stream().filter(r -> !STATE.matcher(r.state).matches()).toList());
    }

    @Test
    void whatIsClaimedHasATestAndWhatIsNotHasNone() throws IOException {
        assertEquals(List.of(), rows().stream().filter(r -> r.claimed() == TestNames.code(r.tests).isEmpty()).toList());
    }

    @Test
    void testsExist() throws IOException {
        Map<String, Set<String>> methods = TestNames.methods();
        Set<String> objects = objects();
        List<String> missing = new ArrayList<>();
        for (Row row : rows()) {
            for (String test : TestNames.code(row.tests)) {
                int dot = test.indexOf('.');
                boolean known = dot < 0 ? objects.contains(test)
                        : methods.getOrDefault(test.substring(0, dot), Set.of()).contains(test.substring(dot + 1));
                if (!known) {
                    missing.add(row.heading + ": " + row.feature + ": " + test);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    /** Objects that have a source, and a row that says what becomes of them. */
    private static Set<String> objects() throws IOException {
        Set<String> objects = new HashSet<>();
        for (String line : Files.readAllLines(TestNames.ROOT.resolve(TEST_DATA))) {
            if (line.startsWith("| `")) {
                objects.addAll(TestNames.code(line.substring(0, line.indexOf('|', 1))));
            }
        }
        objects.retainAll(TestNames.files("testdata/src", ".bpf.c"));
        assertTrue(objects.size() >= 50, "no objects found");
        return objects;
    }

    @Test
    void everySectionNameHasItsPlaceAndNoOther() throws IOException {
        List<String> names = new ArrayList<>(rows("Section names").stream()
                .flatMap(r -> TestNames.code(r.feature).stream()).sorted().toList());
        assertEquals(SectionDefinitions.all().stream().map(CompatibilityTest::notation).sorted().toList(), names);
    }

    private static String notation(SectionDefinition definition) {
        return definition.name() + (definition.takesTarget() ? "+" : "");
    }

    @Test
    void everyKernelFeatureHasItsPlaceAndNoOther() throws IOException {
        assertEquals(Arrays.stream(KernelFeature.values()).map(Enum::name)
                .collect(Collectors.toCollection(TreeSet::new)),
                named("Kernel features", Pattern.compile("[A-Z0-9_]+")));
    }

    @Test
    void everyProgramTypeIsAttachedOrSaidNotToBe() throws IOException {
        assertEquals(SectionDefinitions.all().stream()
                .map(d -> d.programType().name().substring("BPF_PROG_TYPE_".length()))
                .collect(Collectors.toCollection(TreeSet::new)), named("Attaching", Pattern.compile("[A-Z0-9_]+")));
    }

    @Test
    void everyKindOfLinkIsNamedAndNothingIsClaimedWithoutOne() throws IOException {
        Set<String> kinds = kinds(Link.class).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(kinds, named("Attaching", Pattern.compile("[A-Z][a-z]\\w+")));
        for (Row row : rows("Attaching")) {
            // These are run by who has loaded them, and attached nowhere.
            if (!row.feature.equals("`SYSCALL`")) {
                assertEquals(row.claimed(), TestNames.code(row.feature).stream().anyMatch(kinds::contains),
                        row.feature);
            }
        }
    }

    private static Stream<String> kinds(Class<?> link) {
        return link.isSealed() ? Arrays.stream(link.getPermittedSubclasses()).flatMap(CompatibilityTest::kinds)
                : Stream.of(link.getSimpleName());
    }

    /** What differs here is explained there: the same test or the test's class shows it. */
    @Test
    void differencesAreExplained() throws IOException {
        Set<String> explained = new HashSet<>();
        for (String line : Files.readAllLines(TestNames.ROOT.resolve("docs/differences.md"))) {
            if (line.startsWith("| ")) {
                String[] cells = line.split("\\|");
                explained.addAll(TestNames.code(cells[cells.length - 1]));
            }
        }
        assertEquals(List.of(), rows().stream().filter(r -> r.state.startsWith("[differs]"))
                .filter(r -> TestNames.code(r.tests).stream()
                        .noneMatch(t -> explained.stream().anyMatch(e -> t.equals(e) || t.startsWith(e + "."))))
                .toList());
    }

    /** The kernels that the page says are tested are those that the script boots when nothing else is asked for. */
    @Test
    void kernelsAreThoseOfTheScript() throws IOException {
        Matcher booted = Pattern.compile("on ([\\d.]+) and ([\\d.]+) unless told")
                .matcher(Files.readString(TestNames.ROOT.resolve(".ci/kernels")));
        assertTrue(booted.find(), "the script says which kernels it boots");
        Matcher named = Pattern.compile("`\\.ci/kernels ([\\d.]+)`")
                .matcher(Files.readString(TestNames.ROOT.resolve("docs/compatibility.md")));
        assertEquals(List.of(booted.group(1), booted.group(2)), named.results().map(r -> r.group(1)).toList());
    }
}
