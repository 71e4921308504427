package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.reloc.CongestionKernel;
import bpf4j.sys.BpfCommand;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ProgramLoaderTest {

    private static final int BPF_F_SLEEPABLE = 1 << 4;
    private static final int BPF_F_XDP_HAS_FRAGS = 1 << 5;

    /** Kernels compare attach types of programs in one program array, so types that could be left out are said, too. */
    @Test
    void typeAttachTypeAndFlagsAreTheSections() throws IOException {
        FakeKernel kernel = new FakeKernel();
        BpfObject object = BpfObject.read(Fixtures.object("sections_loadable-el.o"));
        object.load(LoadOptions.defaults().withKernel(kernel).withKernelTypes(CongestionKernel.inVmlinux())).close();
        List<FakeKernel.Call> calls = kernel.calls(BpfCommand.BPF_PROG_LOAD);
        assertEquals(object.programs().size(), calls.size());
        Set<Long> attachTypes = new TreeSet<>();
        for (int i = 0; i < calls.size(); i++) {
            ProgramSpec spec = object.programs().get(i);
            FakeKernel.Call call = calls.get(i);
            assertEquals(spec.type().number(), call.field("prog_type"), spec.section());
            assertEquals(spec.attachType().map(AttachType::number).orElse(0).longValue(),
                    call.field("expected_attach_type"), spec.section());
            assertEquals(switch (spec.section()) {
                case "syscall" -> BPF_F_SLEEPABLE;
                case "xdp.frags", "xdp.frags/devmap", "xdp.frags/cpumap" -> BPF_F_XDP_HAS_FRAGS;
                default -> 0;
            }, call.field("prog_flags"), spec.section());
            attachTypes.add(call.field("expected_attach_type"));
        }
        assertEquals(37, calls.stream().filter(c -> c.name().equals("in_xdp")).findFirst().orElseThrow()
                .field("expected_attach_type"));
        assertEquals(30, attachTypes.size(), attachTypes::toString);
    }
}
