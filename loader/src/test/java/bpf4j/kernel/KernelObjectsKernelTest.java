package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramType;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel holds of a loaded object, found by id and by pin. */
@KernelTest
class KernelObjectsKernelTest {

    private static final KernelObjects OBJECTS = KernelObjects.running();

    private LoadedObject loaded;

    @BeforeEach
    void load() throws IOException {
        loaded = BpfObject.read(Fixtures.nativeObject("test_run")).load();
    }

    @AfterEach
    void unload() {
        loaded.close();
    }

    @Test
    void listsWhatIsLoaded() {
        ProgramInfo program = loaded.program("grow").info();
        MapInfo map = loaded.map("counted").info();
        List<ProgramInfo> programs = OBJECTS.programs().filter(p -> p.id() == program.id()).toList();
        List<MapInfo> maps = OBJECTS.maps().filter(m -> m.id() == map.id()).toList();
        assertAll(
                () -> assertEquals(List.of(program), programs),
                () -> assertEquals(List.of(map), maps),
                () -> assertTrue(OBJECTS.programIds().anyMatch(id -> id == program.id())),
                () -> assertTrue(OBJECTS.mapIds().anyMatch(id -> id == map.id())),
                () -> assertTrue(OBJECTS.btfIds().anyMatch(id -> id == program.btfId())),
                () -> assertTrue(OBJECTS.btfs().anyMatch(b -> b.id() == map.btfId() && !b.kernel())));
    }

    @Test
    void tellsOfAProgram() {
        ProgramInfo info = loaded.program("grow").info();
        assertAll(
                () -> assertEquals("grow", info.name()),
                () -> assertEquals(ProgramType.BPF_PROG_TYPE_XDP.number(), info.type()),
                () -> assertEquals(Optional.of(List.of(loaded.map("counted").info().id())), info.mapIds()),
                () -> assertEquals(1, info.mapCount()),
                () -> assertTrue(info.gplCompatible()),
                () -> assertEquals(0, info.createdByUid()),
                () -> assertTrue(info.loadTimeNanos() > 0),
                () -> assertEquals(0, info.xlatedBytes() % 8),
                () -> assertTrue(info.xlatedBytes() > 160, info::toString),
                () -> assertEquals(2, info.funcInfoCount()),
                () -> assertTrue(info.memlockBytes().orElseThrow() >= 4096, info::toString),
                () -> assertTrue(info.verifiedInsns() > 0, info::toString));
    }

    @Test
    void tellsOfAMapWhetherItIsFrozen() throws IOException {
        assertEquals(Optional.of(false), loaded.map("counted").info().frozen());
        try (LoadedObject other = BpfObject.read(Fixtures.nativeObject("data_sections")).load()) {
            assertEquals(Optional.of(true), other.map(".rodata").info().frozen());
        }
    }

    @Test
    void opensById() {
        try (LoadedProgram program = LoadedProgram.ofId(loaded.program("length").info().id());
                LoadedMap map = LoadedMap.ofId(loaded.map("counted").info().id())) {
            loaded.program("grow").testRun(TestRunOptions.ofData(new byte[64]));
            loaded.close();
            assertAll(
                    () -> assertEquals("length", program.name()),
                    () -> assertEquals(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, program.type()),
                    () -> assertEquals(Optional.empty(), program.spec()),
                    () -> assertEquals(Optional.empty(), program.attachType()),
                    () -> assertEquals(50, program.testRun(TestRunOptions.ofData(new byte[64])).returnValue()),
                    () -> assertEquals("counted", map.name()),
                    () -> assertEquals(1, map.lookup(new byte[4]).orElseThrow()[0]));
        }
    }

    @Test
    void opensPins() throws IOException {
        try (BpfFs fs = new BpfFs()) {
            Path program = fs.folder().resolve("program");
            Path map = fs.folder().resolve("map");
            loaded.program("length").pin(program);
            loaded.map("counted").pin(map);
            try (LoadedProgram opened = LoadedProgram.open(program); LoadedMap other = LoadedMap.open(map)) {
                assertEquals("length", opened.name());
                assertEquals(16, other.spec().valueSize());
            }
            KernelException map2 = assertThrows(KernelException.class, () -> LoadedProgram.open(map));
            KernelException program2 = assertThrows(KernelException.class, () -> LoadedMap.open(program));
            KernelException none = assertThrows(KernelException.class, () -> LoadedMap.open(fs.folder().resolve("no")));
            assertTrue(map2.getMessage().contains("what is pinned there is a map"), map2::getMessage);
            assertTrue(program2.getMessage().contains("what is pinned there is a program"), program2::getMessage);
            assertEquals(Errno.ENOENT.number(), none.errno());
        }
    }

    @Test
    void saysThatAnIdIsNobodys() {
        int id;
        try (LoadedProgram program = LoadedProgram.ofId(loaded.program("length").info().id())) {
            id = program.info().id();
        }
        loaded.close();
        KernelException gone = assertThrows(KernelException.class, () -> LoadedProgram.ofId(id));
        assertEquals(Errno.ENOENT.number(), gone.errno());
        assertTrue(gone.getMessage().startsWith("program id " + id + ": "), gone::getMessage);
        assertThrows(KernelException.class, () -> OBJECTS.btf(Integer.MAX_VALUE));
        assertThrows(KernelException.class, () -> OBJECTS.btfInfo(Integer.MAX_VALUE));
    }

    @Test
    void leavesOutWhatGoesMeanwhile() {
        int id = loaded.program("grow").info().id();
        List<Integer> seen = OBJECTS.programs().peek(p -> {
            if (p.id() == id) {
                loaded.close();
            }
        }).map(ProgramInfo::id).filter(i -> i >= id && i < id + 8).toList();
        assertEquals(List.of(id), seen);
    }

    @Test
    void readsTypesOutOfTheKernel() throws IOException {
        Btf own = OBJECTS.btf(loaded.program("grow").info().btfId());
        int kernels = OBJECTS.btfs().filter(b -> b.kernel()
                && b.name().equals("vmlinux")).findFirst().orElseThrow().id();
        Btf vmlinux = OBJECTS.btf(kernels);
        assertTrue(own.find("counts", BtfKind.BTF_KIND_STRUCT).isPresent());
        assertArrayEquals(Files.readAllBytes(Path.of("/sys/kernel/btf/vmlinux")),
                vmlinux.data().toArray(ValueLayout.JAVA_BYTE));
        assertEquals(Files.size(Path.of("/sys/kernel/btf/vmlinux")), OBJECTS.btfInfo(kernels).sizeBytes());
    }

    @Test
    void readsTypesOfModulesOverTheKernels() {
        for (BtfInfo info : OBJECTS.btfs().filter(b -> b.kernel() && !b.name().equals("vmlinux")).toList()) {
            Btf module = OBJECTS.btf(info.id());
            assertEquals(info.name(), module.name());
            assertTrue(module.base().isPresent());
        }
    }

    @Test
    void leavesNoDescriptorBehind() {
        try (Descriptors _ = new Descriptors()) {
            OBJECTS.programs().toList();
            OBJECTS.maps().findFirst();
            OBJECTS.btfs().toList();
            loaded.program("grow").xlated();
            assertThrows(KernelException.class, () -> LoadedMap.ofId(Integer.MAX_VALUE));
        }
    }
}
