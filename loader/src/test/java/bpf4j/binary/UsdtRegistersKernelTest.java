package bpf4j.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.elf.Elf;
import bpf4j.testdata.KernelBuild;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Registers are where the running kernel saves them. */
@KernelTest
class UsdtRegistersKernelTest {

    /** The kernel's names of registers that the assembler calls otherwise than by its number. */
    private static final List<String> NAMES = List.of("ax", "bx", "cx", "dx", "si", "di", "bp", "sp", "ip", "orig_ax");

    @Test
    void offsetsAreThoseOfTheKernelsStruct() throws IOException {
        KernelBuild.assume(System.getProperty("os.arch").equals("amd64"), "the registers of x86");
        Btf kernel = Btf.read(Path.of("/sys/kernel/btf/vmlinux"));
        Map<String, Integer> expected = new TreeMap<>();
        collect(kernel, kernel.find("pt_regs", BtfKind.BTF_KIND_STRUCT).orElseThrow(), 0, expected);
        Map<String, Integer> found = expected.keySet().stream().collect(Collectors.toMap(name -> name, name -> {
            String text = "8@%" + (name.startsWith("orig_") ? "orig_rax" : NAMES.contains(name) ? "r" + name : name);
            UsdtArgument argument = new UsdtProbe("p", "n", 0, 0, OptionalLong.empty(), text, Elf.EM_X86_64)
                    .arguments().getFirst();
            return assertInstanceOf(UsdtArgument.Register.class, argument).registerOffset();
        }, (a, _) -> a, TreeMap::new));
        assertEquals(expected, found);
        assertEquals(NAMES.size() + 8, expected.size());
    }

    /** Newer kernels have some of the members in anonymous unions. */
    private static void collect(Btf kernel, int typeId, int startBytes, Map<String, Integer> offsets) {
        for (BtfType.Member member : assertInstanceOf(BtfType.Composite.class, kernel.stripped(typeId)).members()) {
            int at = startBytes + (int) member.offsetBits() / Byte.SIZE;
            if (NAMES.contains(member.name()) || member.name().matches("r\\d+")) {
                offsets.put(member.name(), at);
            } else if (member.name().isEmpty()) {
                collect(kernel, member.typeId(), at, offsets);
            }
        }
    }
}
