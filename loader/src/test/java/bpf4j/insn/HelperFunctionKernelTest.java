package bpf4j.insn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@KernelTest
class HelperFunctionKernelTest {

    private static final String PREFIX = "BPF_FUNC_";

    @Test
    void agreesWithTheEnumOfTheKernel() throws IOException {
        Btf kernel = Btf.read(Path.of("/sys/kernel/btf/vmlinux"));
        int id = kernel.find("bpf_func_id", BtfKind.BTF_KIND_ENUM).orElseThrow();
        int compared = 0;
        for (BtfType.EnumValue value : ((BtfType.Enum) kernel.type(id)).values()) {
            if (value.name().startsWith(PREFIX) && value.value() > 0) {
                assertEquals(Optional.of("bpf_" + value.name().substring(PREFIX.length())),
                        HelperFunction.name((int) value.value()));
                compared++;
            }
        }
        assertTrue(compared > 100, "the kernel names only " + compared);
    }
}
