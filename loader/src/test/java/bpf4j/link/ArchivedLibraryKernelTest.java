package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.binary.Executable;
import bpf4j.binary.FunctionLookup;
import bpf4j.binary.FunctionSymbol;
import bpf4j.binary.Zips;
import bpf4j.elf.ElfSegment;
import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.object.BpfObject;
import bpf4j.sys.Fd;
import bpf4j.sys.Memory;
import bpf4j.sys.Syscall;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelBuild;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Programs on code that is run from inside of an archive, as libraries of Android's packages are. */
@KernelTest
class ArchivedLibraryKernelTest {

    private static final String NAME = "lib/arm64-v8a/libprobed.so";
    private static final int COUNT = 0;
    private static final int PROT_EXEC = 4;

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    @TempDir
    private Path folder;
    private final Arena arena = Arena.ofShared();
    private Path archive;
    private String binary;
    private ElfSegment code;
    private MemorySegment mapped;

    /** Does what the dynamic linker of such systems does. */
    @BeforeEach
    void mapCode() throws IOException {
        archive = Files.write(folder.resolve("app.apk"),
                Zips.stored(NAME, Files.readAllBytes(Path.of(ProbedChild.file()))));
        binary = archive + "!/" + NAME;
        try (Executable executable = Executable.open(Path.of(binary));
                Fd fd = Fd.owning(Syscall.open(archive.toString(), Syscall.O_RDONLY), "archive")) {
            code = executable.elf().segments().stream().filter(ElfSegment::isExecutable).findFirst().orElseThrow();
            mapped = assertInstanceOf(Memory.Mapping.Mapped.class, Memory.map(arena, fd,
                    executable.startOffset() + code.offset(), code.fileSize(), Memory.PROT_READ | PROT_EXEC,
                    Memory.MAP_PRIVATE)).memory();
        }
    }

    @AfterEach
    void unmap() throws IOException {
        arena.close();
        Probed.seeNoPerfEvents();
    }

    private FunctionSymbol function(String name) throws IOException {
        try (Executable executable = Executable.open(Path.of(binary))) {
            return assertInstanceOf(FunctionLookup.Found.class, executable.function(name)).function();
        }
    }

    private long call(String name, long argument) {
        try {
            MemorySegment start = mapped.asSlice(function(name).address() - code.address());
            return (long) Linker.nativeLinker().downcallHandle(start,
                    FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG)).invokeExact(argument);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private void seeEffect(LoadedObject loaded, Link link) {
        long before = ProbedChild.counted(loaded)[COUNT];
        assertEquals(10, call("probed_twice", 5));
        assertEquals(before + 1, ProbedChild.counted(loaded)[COUNT]);
        link.close();
        assertEquals(10, call("probed_twice", 5));
        assertEquals(before + 1, ProbedChild.counted(loaded)[COUNT]);
    }

    @Test
    void functionsByNameAndPlace() throws IOException {
        long inLibrary;
        try (Executable executable = Executable.open(Path.of(binary))) {
            inLibrary = function("probed_twice").fileOffset() - executable.startOffset();
        }
        UprobeOptions named = UprobeOptions.of(binary, "probed_twice");
        try (LoadedObject loaded = ProbedChild.load("uprobe")) {
            for (UprobeOptions options : List.of(named, named.withPid(UprobeOptions.THIS_PROCESS),
                    named.withMode(ProbeMode.EVENT), UprobeOptions.ofOffset(binary, inLibrary))) {
                seeEffect(loaded, UprobeLink.attach(loaded.program("on_call"), options));
            }
            seeEffect(loaded, UprobeLink.attach(loaded.program("on_return"), named.withReturn(true)));
        }
        KernelVersion.assumeAtLeast(6, 6, "uprobes of many functions");
        try (LoadedObject loaded = ProbedChild.load("uprobe_multi")) {
            for (UprobeMultiOptions options : List.of(UprobeMultiOptions.matching(binary, "probed_tw?ce"),
                    UprobeMultiOptions.named(binary, List.of("probed_twice")),
                    UprobeMultiOptions.at(binary, List.of(inLibrary)))) {
                UprobeMultiLink link = UprobeMultiLink.attach(loaded.program("on_any_call"), options);
                LinkInfo.Details.UprobeMulti info = assertInstanceOf(LinkInfo.Details.UprobeMulti.class,
                        link.info().details());
                assertEquals(archive.toString(), info.path());
                seeEffect(loaded, link);
            }
        }
    }

    @Test
    void probesOfTheLibrary() throws IOException {
        try (LoadedObject loaded = ProbedChild.load("usdt")) {
            Link link = UsdtLink.attach(loaded.program("on_probe"), UsdtOptions.of(binary, "bpf4j", "place"));
            call("pass_places", 7);
            assertEquals(List.of(3L, 7L), List.of(ProbedChild.counted(loaded)[COUNT], ProbedChild.counted(loaded)[3]));
            link.close();
            call("pass_places", 7);
            assertEquals(3, ProbedChild.counted(loaded)[COUNT]);
        }
    }

    @Test
    void probesOfTheLibraryByAddress() throws IOException {
        KernelBuild.assume(System.getProperty("os.arch").equals("amd64"),
                "a program that finds the instruction pointer");
        UsdtOptions everywhere = UsdtOptions.of(binary, "bpf4j", "place");
        try (LoadedObject loaded = FakeLoads.loadInto(BpfObject.read(Fixtures.nativeObject("usdt")),
                new KernelWithoutCookies())) {
            Link link = UsdtLink.attach(loaded.program("on_probe"), everywhere.withPid(UprobeOptions.THIS_PROCESS));
            call("pass_places", 7);
            assertEquals(List.of(3L, 7L), List.of(ProbedChild.counted(loaded)[COUNT], ProbedChild.counted(loaded)[3]));
            link.close();
            call("pass_places", 7);
            assertEquals(3, ProbedChild.counted(loaded)[COUNT]);
            assertTrue(assertThrows(UnsupportedFeatureException.class,
                    () -> UsdtLink.attach(loaded.program("on_probe"), everywhere)).getMessage()
                    .contains("in one process only"));
            try (ProbedChild other = new ProbedChild()) {
                assertTrue(assertThrows(MissingTargetException.class, () -> UsdtLink.attach(
                        loaded.program("on_probe"), everywhere.withPid(other.pid()))).getMessage()
                        .contains("has not loaded " + archive));
            }
            assertEquals("0 of 8 places", loaded.program("on_probe").usdtSlots().orElseThrow().toString());
        }
    }

    @Test
    void sectionNamesIt() throws IOException {
        LoadedObject[] owner = new LoadedObject[1];
        try (Link link = ProbedChild.loadFor(owner, "uprobe", "on_call", binary + ":probed_twice").attach()) {
            seeEffect(owner[0], link);
        } finally {
            owner[0].close();
        }
    }

    @Test
    void whatIsMissing() throws IOException {
        try (LoadedObject loaded = ProbedChild.load("uprobe")) {
            for (UprobeOptions options : List.of(UprobeOptions.of(archive + "!/lib/none.so", "main"),
                    UprobeOptions.ofOffset(archive + "!/lib/none.so", 16),
                    UprobeOptions.of(folder.resolve("none.apk!/lib/none.so").toString(), "main"),
                    UprobeOptions.ofOffset(folder.resolve("none.apk!/lib/none.so").toString(), 16),
                    UprobeOptions.of(binary, "probed_twic"))) {
                assertThrows(MissingTargetException.class, () -> UprobeLink.attach(loaded.program("on_call"), options));
            }
            KernelException e = assertThrows(KernelException.class, () -> UprobeLink.attach(loaded.program("on_call"),
                    UprobeOptions.of(ProbedChild.file() + "!/lib/none.so", "main")));
            assertTrue(e.getMessage().contains("it is no zip archive"), e::getMessage);
        }
    }
}
