package bpf4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the comments of public classes have to tell, and the compiler's checks do not ask for. */
class JavadocTest {

    private static final Pattern EXPORTED = Pattern.compile("exports ([\\w.]+);");
    private static final Pattern PUBLIC_CLASS = Pattern.compile(
            "(?ms)^/\\*\\*((?:(?!\\*/).)*)\\*/\\s(?:@[^\\n]*\\n)*public (?:(?:abstract|final|sealed) )*class (\\w+)");
    private static final Pattern THREADS = Pattern.compile("(?i)thread|immutable");

    /** A documented method of a class, with its body: up to the brace at its own indentation. */
    private static final Pattern PUBLIC_METHOD = Pattern.compile("(?ms)^( {4,12})/\\*\\*((?:(?!\\*/).)*)\\*/\\n"
            + "(?:\\1@[^\\n]*\\n)*"
            + "\\1(public (?![^({]*\\b(?:class|interface|enum|record)\\b)[^;{=]*)\\{\\n(.*?)^\\1\\}\\n");
    private static final Pattern THROWN = Pattern.compile("throw new (IllegalArgumentException|IllegalStateException"
            + "|UnsupportedOperationException|NoSuchElementException|IndexOutOfBoundsException|KernelException)\\(");

    /** Of records, enumerations and exceptions everybody knows, and static methods have nothing to share. */
    @Test
    void classesSayWhetherThreadsMayShareThem() throws IOException, ClassNotFoundException {
        List<String> silent = new ArrayList<>();
        int classes = 0;
        for (Map.Entry<Path, String> file : exportedFiles().entrySet()) {
            Matcher declared = PUBLIC_CLASS.matcher(Files.readString(file.getKey()));
            if (declared.find() && hasState(Class.forName(file.getValue() + "." + declared.group(2)))) {
                classes++;
                if (!THREADS.matcher(declared.group(1)).find()) {
                    silent.add(file.getValue() + "." + declared.group(2));
                }
            }
        }
        assertTrue(classes >= 80, "only " + classes + " classes were seen");
        assertEquals(List.of(), silent);
    }

    @Test
    void methodsSayWhatTheyThrowThemselves() throws IOException {
        List<String> silent = new ArrayList<>();
        int exceptions = 0;
        for (Path file : exportedFiles().keySet()) {
            String source = Files.readString(file);
            Matcher declared = PUBLIC_CLASS.matcher(source);
            String ofClass = declared.find() ? declared.group(1) : "";
            Matcher method = PUBLIC_METHOD.matcher(source);
            while (method.find()) {
                Matcher thrown = THROWN.matcher(method.group(4));
                while (thrown.find()) {
                    exceptions++;
                    if (!(ofClass + method.group(2)).contains(thrown.group(1))
                            && !method.group(2).contains("{@inheritDoc}")) {
                        silent.add(file.getFileName() + ": " + method.group(3).strip() + ": " + thrown.group(1));
                    }
                }
            }
        }
        assertTrue(exceptions >= 50, "only " + exceptions + " exceptions were seen");
        assertEquals(List.of(), silent);
    }

    /** {@return the source files of the packages that users see, and the name of each one's package} */
    private static SortedMap<Path, String> exportedFiles() throws IOException {
        SortedMap<Path, String> files = new TreeMap<>();
        for (String module : List.of("elf", "btf", "loader")) {
            Path sources = TestNames.ROOT.resolve(module, "src/main/java");
            Matcher exported = EXPORTED.matcher(Files.readString(sources.resolve("module-info.java")));
            while (exported.find()) {
                for (Path file : javaFiles(sources.resolve(exported.group(1).replace('.', '/')))) {
                    files.put(file, exported.group(1));
                }
            }
        }
        return files;
    }

    private static boolean hasState(Class<?> type) {
        return !Throwable.class.isAssignableFrom(type)
                && Stream.of(type.getMethods()).anyMatch(method -> !Modifier.isStatic(method.getModifiers())
                        && method.getDeclaringClass().getName().startsWith("bpf4j."));
    }

    private static List<Path> javaFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}
