package bpf4j.btf.dump;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import bpf4j.btf.Btf;
import bpf4j.kernel.KernelBtf;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The BPF programs of the examples, compiled with the running kernel's header instead of their own types, load. */
@KernelTest
class ExamplesKernelTest {


    @TestFactory
    Stream<DynamicTest> loadWhenCompiledWithTheHeader(@TempDir Path folder) throws IOException {
        Clang.assumeInstalled();
        Btf kernel = KernelBtf.shared().vmlinux();
        try (OutputStream header = Files.newOutputStream(folder.resolve("vmlinux.h"))) {
            CDump.of(kernel).writeTo(header);
        }
        WithoutKernelTypes sources = new WithoutKernelTypes(kernel, List.of(Fixtures.path("src/include")));
        return Fixtures.list("../examples/src/main/bpf", ".bpf.c").stream().map(source -> dynamicTest(
                source.getFileName().toString(), () -> check(source, sources.read(source), folder)));
    }

    private static void check(Path source, String text, Path folder) throws IOException {
        Path file = folder.resolve(source.getFileName());
        Files.writeString(file, "#include \"vmlinux.h\"\n" + text);
        BpfObject object = BpfObject.read(Clang.compile(file, "-mcpu=v3", "-std=gnu11", "-Wno-unused-function",
                "-Wno-unused-const-variable", "-Wno-missing-braces"));
        assertTrue(!object.programs().isEmpty());
        try (LoadedObject loaded = object.load()) {
            assertTrue(loaded.programs().size() == object.programs().size(), loaded::toString);
        }
    }
}
