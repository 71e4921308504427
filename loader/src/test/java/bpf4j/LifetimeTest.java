package bpf4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every class says of itself that is to be closed. */
class LifetimeTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern THREADS = Pattern.compile("Safe for use by several threads|Not thread-safe"
            + "|for the thread that made it|for the thread that reserved it|One thread at a time|For one thread");
    private static final Pattern IDEMPOTENT = Pattern.compile("Idempotent|Calling it again does nothing");

    /** The public types of the packages that others see, that are to be closed. */
    static Set<Class<?>> closeables() throws IOException {
        Set<String> exported = Files.readAllLines(SOURCES.resolve("module-info.java")).stream()
                .map(Pattern.compile("\\s*exports (\\S+);")::matcher).filter(Matcher::matches).map(m -> m.group(1))
                .collect(Collectors.toSet());
        Set<Class<?>> result = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
        for (ClassReferences candidate : ClassReferences.besides(BpfObject.class)) {
            if (exported.contains(candidate.packageName())) {
                Class<?> type = load(candidate.name());
                if (AutoCloseable.class.isAssignableFrom(type) && isPublic(type)) {
                    result.add(type);
                }
            }
        }
        return result;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, LifetimeTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers()) && (type.getEnclosingClass() == null
                || isPublic(type.getEnclosingClass()));
    }

    @Test
    void saysWhichThreadsMayUseIt() throws IOException {
        Set<Class<?>> all = closeables();
        assertTrue(all.size() > 40, all::toString);
        assertEquals(List.of(), all.stream().filter(type -> family(type)
                .noneMatch(t -> THREADS.matcher(joined(declarationComment(t))).find())).toList());
    }

    @Test
    void closeIsIdempotent() throws IOException {
        assertEquals(List.of(), closeables().stream().filter(type -> family(type)
                .noneMatch(t -> IDEMPOTENT.matcher(joined(closeComment(t))).find())).toList());
    }

    /** A type and those of this project that it inherits from, the comments of which hold for it as well. */
    private static Stream<Class<?>> family(Class<?> type) {
        Stream<Class<?>> above = Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()))
                .filter(t -> t.getName().startsWith("bpf4j."));
        return Stream.concat(Stream.of(type), above.flatMap(LifetimeTest::family));
    }

    private static String joined(String comment) {
        return comment.replaceAll("\\s*\\n\\s*\\*?\\s*", " ");
    }

    private static String declarationComment(Class<?> type) {
        return comment(type, "(?:class|interface|record|enum) " + type.getSimpleName() + "\\b");
    }

    private static String closeComment(Class<?> type) {
        return comment(type, "void close\\(\\)");
    }

    /** The comment before what the pattern finds: everything since the start of the last comment before it. */
    private static String comment(Class<?> type, String pattern) {
        Class<?> outer = type;
        while (outer.getEnclosingClass() != null) {
            outer = outer.getEnclosingClass();
        }
        try {
            String source = Files.readString(SOURCES.resolve(outer.getName().replace('.', '/') + ".java"));
            int nested = source.indexOf("class " + type.getSimpleName());
            String own = outer == type ? source : source.substring(source.lastIndexOf("/**", nested));
            StringBuilder comments = new StringBuilder();
            Matcher matcher = Pattern.compile(pattern).matcher(own);
            while (matcher.find()) {
                int start = own.lastIndexOf("/**", matcher.start());
                comments.append(start < 0 ? "" : own.substring(start, matcher.start()));
            }
            return comments.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
