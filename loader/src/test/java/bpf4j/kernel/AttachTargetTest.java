package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.btf.KernelTypes;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class AttachTargetTest {

    /** The functions of the object itself stand for the kernel's. */
    private static KernelException missing(String target) throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("verifier_causes_tracing-el.o"));
        ProgramSpec program = object.program("attach_target").withAttachTarget(target);
        return assertThrows(KernelException.class,
                () -> AttachTarget.find(program, KernelTypes.of(object.btf().orElseThrow())));
    }

    @Test
    void namesFunctionsThatAreNear() throws IOException {
        assertEquals("program 'attach_target': loading the program: the kernel has no 'attach_targets' that section "
                + "'fmod_ret/tcp_reno_ssthresh' could attach to; near: attach_target",
                missing("attach_targets").getMessage());
    }

    @Test
    void namesNoneWhereNoneIsNear() throws IOException {
        assertEquals("program 'attach_target': loading the program: the kernel has no 'something_else' that section "
                + "'fmod_ret/tcp_reno_ssthresh' could attach to", missing("something_else").getMessage());
    }
}
