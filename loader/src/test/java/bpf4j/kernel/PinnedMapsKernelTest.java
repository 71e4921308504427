package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Kernel;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class PinnedMapsKernelTest {

    private static final byte[] KEY = {7, 0, 0, 0};
    private static final byte[] VALUE = {8, 0, 0, 0};

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private BpfFs fs;
    @TempDir
    private Path elsewhere;

    @BeforeEach
    void mount() throws IOException {
        fs = new BpfFs();
    }

    @AfterEach
    void unmount() throws IOException {
        fs.close();
    }

    private LoadOptions options() {
        return LoadOptions.defaults().withPinRoot(fs.folder());
    }

    private static BpfObject object() throws IOException {
        return BpfObject.read(Fixtures.object("maps_pinned-el.o"));
    }

    @Test
    void secondObjectFindsTheMapOfTheFirst() throws IOException {
        try (LoadedObject first = object().load(options())) {
            first.map("bpf4j_pinned").update(KEY, VALUE, LoadedMap.BPF_ANY);
            assertEquals(List.of("bpf4j_pinned"), fs.names());
        }
        try (LoadedObject second = object().load(options()); LoadedObject third = object().load(options())) {
            assertEquals(8, second.map("bpf4j_pinned").lookup(KEY).orElseThrow()[0]);
            assertEquals(second.map("bpf4j_pinned").info().id(), third.map("bpf4j_pinned").info().id());
            assertTrue(second.map("not_pinned").info().id() != third.map("not_pinned").info().id());
        }
        assertEquals(List.of("bpf4j_pinned"), fs.names());
    }

    @Test
    void mapOfAnotherShapeIsRefused() throws IOException {
        try (LoadedObject _ = object().load(options())) {
            KernelException e = assertThrows(KernelException.class,
                    () -> object().withMap("bpf4j_pinned", m -> m.withMaxEntries(9)).load(options()));
            assertTrue(e.getMessage().contains("its max entries is 8 and not 9"), e::getMessage);
        }
    }

    @Test
    void failedLoadTakesItsPinBack() throws IOException {
        KernelException e = assertThrows(KernelException.class,
                () -> BpfObject.read(Fixtures.object("verifier_refused-el.o"))
                .withMap("table", m -> m.withPinPath(fs.folder().resolve("table"))).load(options()));
        assertEquals(Step.LOAD_PROGRAM, e.step());
        assertEquals(List.of(), fs.names());
        assertEquals(0, e.getSuppressed().length);
    }

    @Test
    void failedLoadLeavesThePinOfSomebodyElse() throws IOException {
        Path pin = fs.folder().resolve("table");
        try (LoadedObject good = BpfObject.read(Fixtures.object("verifier_refused-el.o"))
                .withProgram("reads_past_the_end", p -> p.withAutoload(false))
                .withMap("table", m -> m.withPinPath(pin)).load(options())) {
            assertThrows(KernelException.class, () -> BpfObject.read(Fixtures.object("verifier_refused-el.o"))
                    .withMap("table", m -> m.withPinPath(pin)).load(options()));
            assertEquals(List.of("table"), fs.names());
            assertEquals(1, good.programs().size());
        }
    }

    /** Somebody else pins a map between looking and pinning. */
    @Test
    void mapThatIsPinnedMeanwhileIsUsed() throws IOException {
        LoadedObject[] winner = new LoadedObject[1];
        Kernel racing = new Kernel() {

            @Override
            public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
                if (command == BpfCommand.BPF_OBJ_PIN && winner[0] == null) {
                    try {
                        winner[0] = object().load(options());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
                return Kernel.RUNNING.bpf(command, attr, sizeBytes);
            }

            @Override
            public int close(int fd) {
                return Kernel.RUNNING.close(fd);
            }
        };
        try (LoadedObject loser = object().load(options().withKernel(racing)); LoadedObject won = winner[0]) {
            assertEquals(won.map("bpf4j_pinned").info().id(), loser.map("bpf4j_pinned").info().id());
        }
        assertEquals(List.of("bpf4j_pinned"), fs.names());
    }

    @Test
    void pinOutsideABpfFileSystemIsExplained() throws IOException {
        KernelException e = assertThrows(KernelException.class,
                () -> object().load(LoadOptions.defaults().withPinRoot(elsewhere.resolve("pins"))));
        assertEquals(Step.PIN, e.step());
        assertTrue(e.getMessage().contains("is not in a BPF file system"), e::getMessage);
    }

    @Test
    void wholeObjectIsPinnedAndUsedAgain() throws IOException {
        Path folder = fs.folder().resolve("all");
        try (LoadedObject loaded = BpfObject.read(Fixtures.object("data_sections-el.o")).load()) {
            List<Path> pins = loaded.pin(folder);
            assertEquals(8, pins.size());
            assertTrue(pins.stream().allMatch(Files::exists));
            KernelException e = assertThrows(KernelException.class, () -> loaded.pin(folder));
            assertEquals(List.of(Step.PIN, "EEXIST"), List.of(e.step(), e.errnoName()));
            assertTrue(pins.stream().allMatch(Files::exists));
            try (LoadedObject other = BpfObject.read(Fixtures.object("data_sections-el.o"))
                    .load(LoadOptions.defaults().withPinnedMap(".bss", pins.stream().filter(p -> p.toString()
                            .endsWith("_bss")).findFirst().orElseThrow()))) {
                assertEquals(loaded.map(".bss").info().id(), other.map(".bss").info().id());
            }
        }
        try (var pins = Files.list(folder)) {
            for (Path pin : pins.toList()) {
                Files.delete(pin);
            }
        }
    }
}
