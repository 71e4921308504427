package bpf4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the compiler lets pass and a reader stumbles over, in the Java sources of all modules. */
class SourceFormTest {

    private static final int MAX_COLUMNS = 120;

    @Test
    void linesFitAndHaveNeitherTabsNorTrailingBlanks() throws IOException {
        List<String> problems = new ArrayList<>();
        for (Path folder : sourceFolders()) {
            List<Path> files = javaFiles(folder);
            assertTrue(!files.isEmpty(), folder + " has no Java files");
            for (Path file : files) {
                List<String> lines = Files.readAllLines(file);
                for (int i = 0; i < lines.size(); i++) {
                    String problem = problem(lines.get(i));
                    if (!problem.isEmpty()) {
                        problems.add("%s:%d: %s".formatted(TestNames.ROOT.relativize(file), i + 1, problem));
                    }
                }
            }
        }
        assertEquals(List.of(), problems);
    }

    @Test
    void eachProblemIsSeen() {
        assertEquals("", problem("x".repeat(MAX_COLUMNS)));
        assertEquals("121 columns", problem("x".repeat(MAX_COLUMNS + 1)));
        assertEquals("a tab", problem("\tint x;"));
        assertEquals("a blank at the end", problem("int x; "));
    }

    private static String problem(String line) {
        int columns = line.codePointCount(0, line.length());
        return columns > MAX_COLUMNS ? columns + " columns"
                : line.indexOf('\t') >= 0 ? "a tab"
                : !line.equals(line.stripTrailing()) ? "a blank at the end" : "";
    }

    /** {@return the folders {@code src} of the modules, of which those that users depend on have to be there} */
    private static List<Path> sourceFolders() throws IOException {
        try (Stream<Path> modules = Files.list(TestNames.ROOT)) {
            List<Path> folders = modules.filter(module -> Files.exists(module.resolve("pom.xml")))
                    .map(module -> module.resolve("src")).filter(Files::isDirectory).toList();
            for (String module : List.of("elf", "btf", "loader")) {
                assertTrue(folders.contains(TestNames.ROOT.resolve(module, "src")), "no sources of " + module);
            }
            return folders;
        }
    }

    private static List<Path> javaFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
