package bpf4j.btf.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What pahole merged when the kernel was built has nothing left to merge, and a copy of it adds nothing. */
@KernelTest
class DeduplicationKernelTest {

    @Test
    void kernelHasEachTypeOnce() throws IOException {
        Btf vmlinux = Btf.read(Path.of("/sys/kernel/btf/vmlinux"));
        assertEquals(vmlinux.typeCount(), Deduplication.of(vmlinux).result().typeCount());
        Btf twice = Deduplication.of(CompilationUnits.concatenated(vmlinux, vmlinux)).result();
        long unique = IntStream.range(1, vmlinux.typeCount()).mapToObj(vmlinux::type)
                .filter(type -> type instanceof BtfType.Var || type instanceof BtfType.DataSec).count();
        assertEquals(vmlinux.typeCount() + unique, twice.typeCount());
        assertArrayEquals(twice.data().toArray(ValueLayout.JAVA_BYTE),
                Deduplication.of(twice).result().data().toArray(ValueLayout.JAVA_BYTE));
    }
}
