package bpf4j.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.Golden;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaBindingsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bindings", "maps_families", "data_sections"})
    void sourcesAreAsTheyWere(String name) throws IOException {
        Path file = Fixtures.object(name + "-el.o");
        String source = JavaBindings.of(BpfObject.read(file), name + ".bpf.o", "org.example").source();
        Golden.check("golden/gen/" + name + ".java.txt", source);
    }

    @Test
    void sourcesOfAllFixturesCompileWithoutAWarning() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path file : Fixtures.objects()) {
            if (file.toString().endsWith("-eb.o")) {
                continue; // has the same types as its twin
            }
            BpfObject object;
            try {
                object = BpfObject.read(file);
            } catch (RuntimeException _) {
                continue; // made to be refused
            }
            JavaBindings bindings = JavaBindings.of(object, file.getFileName().toString(),
                    "org.example.of" + sources.size());
            Path source = folder.resolve(bindings.sourcePath());
            Files.createDirectories(source.getParent());
            Files.writeString(source, bindings.source());
            sources.add(source);
        }
        assertTrue(sources.size() > 80, sources::toString);
        assertEquals("", compile(sources));
    }

    private String compile(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter output = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-Xlint:all,-path,-classfile,-processing", "-Xdoclint:all/public",
                    "-proc:none", "-d", Files.createDirectories(folder.resolve("classes")).toString());
            boolean compiled = compiler.getTask(output, files, null, options, null,
                    files.getJavaFileObjectsFromPaths(sources)).call();
            assertTrue(compiled || !output.toString().isEmpty());
        }
        return output.toString();
    }

    @Test
    void namesAreJavas() {
        JavaBindings bindings = JavaBindings.of(object("bindings"), "flow_count.bpf.o", "org.example");
        assertEquals(Path.of("org/example/FlowCountBpf.java"), bindings.sourcePath());
        assertEquals(Path.of("org/example/flow_count.bpf.o"), bindings.resourcePath());
        assertEquals(Path.of("org/example/Other.java"), bindings.withClassName("Other").sourcePath());
    }

    @Test
    void aClassIsNotCalledAsOneThatItUses() {
        JavaBindings bindings = JavaBindings.of(object("bindings"), "local_storage.o", "org.example");
        assertEquals(Path.of("org/example/LocalStorage_2.java"), bindings.sourcePath());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "a..b", "a-b", "a."})
    void whatIsNoPackageIsRefused(String name) {
        BpfObject object = object("bindings");
        assertThrows(IllegalArgumentException.class, () -> JavaBindings.of(object, "a.o", name));
    }

    @Test
    void typesOfEventsAreBoundWhenNamed() {
        JavaBindings bindings = JavaBindings.of(object("maps"), "maps.o", "org.example");
        assertThrows(NoSuchElementException.class, () -> bindings.withType("no_such_type"));
        assertFalse(bindings.hasType("no_such_type"));
    }

    @Test
    void constantsAreMembersInCapitals() {
        assertEquals("PREVIOUS_PID", JavaNames.constant("previousPid"));
        JavaNames names = new JavaNames("load");
        assertEquals("previousPid", names.member("previous_pid"));
        assertEquals("previousPid_2", names.member("previousPid"));
        assertEquals("class_", names.member("class"));
        assertEquals("load_2", names.member("load"));
        assertEquals("pad", names.member("__pad"));
        assertEquals("_4", names.member("4"));
        assertEquals("countHits", names.member("count.hits"));
    }

    private static BpfObject object(String name) {
        try {
            return BpfObject.read(Fixtures.object(name + "-el.o"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
