package bpf4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    /** Of records, enumerations and exceptions everybody knows, and static methods have nothing to share. */
    @Test
    void classesSayWhetherThreadsMayShareThem() throws IOException, ClassNotFoundException {
        List<String> silent = new ArrayList<>();
        int classes = 0;
        for (String module : List.of("elf", "btf", "loader")) {
            Path sources = TestNames.ROOT.resolve(module, "src/main/java");
            Set<String> exported = new HashSet<>();
            EXPORTED.matcher(Files.readString(sources.resolve("module-info.java"))).results()
                    .forEach(exports -> exported.add(exports.group(1)));
            for (String packageName : exported) {
                for (Path file : javaFiles(sources.resolve(packageName.replace('.', '/')))) {
                    Matcher declared = PUBLIC_CLASS.matcher(Files.readString(file));
                    if (declared.find() && hasState(Class.forName(packageName + "." + declared.group(2)))) {
                        classes++;
                        if (!THREADS.matcher(declared.group(1)).find()) {
                            silent.add(packageName + "." + declared.group(2));
                        }
                    }
                }
            }
        }
        assertTrue(classes >= 80, "only " + classes + " classes were seen");
        assertEquals(List.of(), silent);
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
