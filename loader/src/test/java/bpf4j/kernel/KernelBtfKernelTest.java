package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.object.BpfObject;
import bpf4j.sys.ChildJvm;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class KernelBtfKernelTest {

    private static final int THREADS = 32;

    @TempDir
    private Path folder;

    private static BpfObject object(String name) throws IOException {
        return BpfObject.read(Fixtures.object(name));
    }

    @Test
    void secondLoadDoesNotReadAgain() throws IOException {
        try (KernelBtf types = new KernelBtf()) {
            LoadOptions options = LoadOptions.defaults().withKernelTypes(types);
            BpfObject dctcp = BpfObject.read(Fixtures.path("../examples/src/main/bpf/dctcp.bpf.o"));
            dctcp.load(options).close();
            int read = types.readCount();
            Btf vmlinux = types.vmlinux();
            assertTrue(read >= 1);
            dctcp.load(options).close();
            object("core_field_byte_offset-el.o").load(options).close();
            assertEquals(read, types.readCount());
            assertSame(vmlinux, types.vmlinux());
        }
    }

    @Test
    void sharedOneServesEveryLoadByDefault() throws IOException {
        object("core_type_size-el.o").load().close();
        int read = KernelBtf.shared().readCount();
        object("core_type_size-el.o").load().close();
        assertEquals(read, KernelBtf.shared().readCount());
    }

    @Test
    void objectThatNeedsNoTypesReadsNone() throws IOException {
        try (KernelBtf types = new KernelBtf()) {
            LoadOptions options = LoadOptions.defaults().withKernelTypes(types);
            for (String name : List.of("maps-el.o", "data_sections-el.o", "subprog_text-el.o", "no_btf-el.o")) {
                object(name).load(options).close();
            }
            assertEquals(0, types.readCount());
        }
    }

    @Test
    void firstUseByManyThreadsReadsOnce() throws Exception {
        try (KernelBtf types = new KernelBtf(); ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Btf>> found = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                found.add(threads.submit(() -> {
                    start.await();
                    return types.vmlinux();
                }));
            }
            start.countDown();
            Set<Btf> different = new HashSet<>();
            for (Future<Btf> future : found) {
                different.add(future.get());
            }
            assertEquals(1, different.size());
            assertEquals(1, types.readCount());
        }
    }

    @Test
    void firstUseOfAProcessByManyThreadsReadsOnce() throws Exception {
        String output = ChildJvm.run(List.of(), ChildFirstUse.class,
                List.of(Fixtures.object("core_field_byte_offset-el.o").toString(), Integer.toString(THREADS)),
                "--enable-native-access=ALL-UNNAMED");
        assertEquals("32 loads, 1 tables, 1 reads", output);
    }

    @Test
    void kernelWithoutTypesIsAFeatureThatIsMissing() throws IOException {
        try (KernelBtf types = new KernelBtf(folder.resolve("nothing"))) {
            LoadOptions options = LoadOptions.defaults().withKernelTypes(types);
            UnsupportedFeatureException e = assertThrows(UnsupportedFeatureException.class,
                    () -> object("core_field_byte_offset-el.o").load(options));
            assertEquals(Step.KERNEL_BTF, e.step());
            assertTrue(e.getMessage().contains("CONFIG_DEBUG_INFO_BTF"), e::getMessage);
            assertThrows(UnsupportedFeatureException.class, () -> object("struct_ops_no_programs-el.o").load(options));
            object("maps-el.o").load(options).close();
        }
    }

    @Test
    void damagedTypesAreTheKernelsProblem() throws IOException {
        Files.write(folder.resolve("vmlinux"), new byte[100]);
        try (KernelBtf types = new KernelBtf(folder)) {
            KernelException e = assertThrows(KernelException.class, types::vmlinux);
            assertEquals(Step.KERNEL_BTF, e.step());
        }
    }

    @Test
    void modulesAreReadWhenTheyAreAskedFor() throws IOException {
        Files.copy(Path.of("/sys/kernel/btf/vmlinux"), folder.resolve("vmlinux"));
        try (KernelBtf types = new KernelBtf(folder)) {
            assertEquals(List.of(), types.modules());
            assertEquals(1, types.readCount());
        }
    }

    @Test
    void closedOneIsClosedAndAnotherOneTakesItsPlace() {
        KernelBtf types = new KernelBtf();
        types.vmlinux();
        types.close();
        types.close();
        assertThrows(IllegalStateException.class, types::vmlinux);
        KernelBtf shared = KernelBtf.shared();
        assertSame(shared, KernelBtf.shared());
        shared.close();
        assertNotSame(shared, KernelBtf.shared());
    }

    @Test
    void readingLeavesNoDescriptorOpen() {
        try (Descriptors _ = new Descriptors(); KernelBtf types = new KernelBtf()) {
            types.modules();
        }
    }
}
