package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.reloc.ExternResolver;
import bpf4j.reloc.ExternValue;
import bpf4j.reloc.ResolvedExterns;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@KernelTest
class RunningKernelKernelTest {

    private final RunningKernel kernel = new RunningKernel(KernelBtf::shared);

    @Test
    void knowsItsConfiguration() {
        assertEquals(Optional.of("y"), kernel.kconfig().value("CONFIG_BPF_SYSCALL"));
    }

    @Test
    void knowsItsSymbols() {
        Map<String, Long> found = kernel.kallsyms().addresses(Set.of("bpf_prog_put", "bpf4j_no_such_symbol"));
        assertEquals(Set.of("bpf_prog_put"), found.keySet());
        assertNotEquals(0L, found.get("bpf_prog_put"));
    }

    @Test
    void knowsItsVersion() {
        assertTrue(kernel.version().major() >= 5);
        assertEquals(kernel.version().major(), kernel.versionCode() >>> 16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"extern_kconfig", "extern_ksym_typeless", "extern_ksym_typed", "extern_kfunc"})
    void resolvesWhatEveryKernelHas(String fixture) throws IOException {
        BpfObject object = BpfObject.read(Fixtures.nativeObject(fixture));
        ResolvedExterns resolved = ExternResolver.resolve(object, kernel);
        object.externs().forEach(extern -> assertEquals(extern.name().contains("no_such"),
                resolved.value(extern.name()) instanceof ExternValue.Missing, extern.name()));
        if (resolved.value(object.externs().getFirst().name()) instanceof ExternValue.Option) {
            ExternValue.Option version = (ExternValue.Option) resolved.value("LINUX_KERNEL_VERSION");
            ByteBuffer image = ByteBuffer.wrap(resolved.kconfigImage()).order(object.order());
            assertEquals(kernel.versionCode(), image.getInt(version.offsetBytes()));
        }
    }
}
