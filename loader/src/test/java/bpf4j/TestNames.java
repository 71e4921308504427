package bpf4j;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What documents can name: test methods and test objects, read out of the sources of all modules. */
final class TestNames {

    static final Path ROOT = Fixtures.path("..").normalize();

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern ANNOTATED = Pattern.compile(
            "^    @(?:Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\\b"
                    + "|^    (?:[\\w<>]+ )*(?:void|Stream<DynamicTest>) (\\w+)\\(");

    private TestNames() {
    }

    /** {@return the documents, those that readers start at first} */
    static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of("README.md", "CHANGELOG.md", "testdata/README.md", "bench/README.md")
                    .map(ROOT::resolve), docs.filter(f -> f.toString().endsWith(".md")).sorted()).toList();
        }
    }

    /** {@return the names of files below a folder of that name, without the suffix} */
    static Set<String> files(String folder, String suffix) throws IOException {
        return sources(folder, suffix).stream().map(f -> f.getFileName().toString().replace(suffix, ""))
                .collect(Collectors.toSet());
    }

    /** {@return the test methods of each class that has any, of all modules} */
    static Map<String, Set<String>> methods() throws IOException {
        Map<String, Set<String>> methods = new HashMap<>();
        for (Path file : sources("src/test/java", ".java")) {
            Set<String> found = new HashSet<>();
            boolean annotated = false;
            for (String line : Files.readAllLines(file)) {
                Matcher matcher = ANNOTATED.matcher(line);
                if (matcher.find()) {
                    if (matcher.group(1) != null && annotated) {
                        found.add(matcher.group(1));
                    }
                    annotated = matcher.group(1) == null;
                }
            }
            if (!found.isEmpty()) {
                methods.put(file.getFileName().toString().replace(".java", ""), found);
            }
        }
        return methods;
    }

    /** {@return what stands between backticks} */
    static List<String> code(String markdown) {
        List<String> found = new ArrayList<>();
        Matcher matcher = CODE.matcher(markdown);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static List<Path> sources(String folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(f -> ROOT.relativize(f).toString().contains(folder) && f.toString().endsWith(suffix))
                    .toList();
        }
    }
}
