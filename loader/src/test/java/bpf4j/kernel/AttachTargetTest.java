package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttachTargetTest {

    private static final String FUNCTION = "do_nanosleep";

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

    /** A kernel and a module that have everything that programs of the fixture attach to, under all names. */
    private static KernelTypes kernel() {
        BtfBuilder types = new BtfBuilder();
        int prototype = types.add(new BtfType.FuncProto(0, List.of()));
        types.add(new BtfType.Typedef("sys_enter", prototype));
        types.add(new BtfType.Func("sys_enter", prototype, BtfType.Func.STATIC));
        types.add(new BtfType.Func("btf_trace_sys_enter", prototype, BtfType.Func.STATIC));
        for (String name : List.of(FUNCTION, "file_open", "socket_create", "task", "bpf_lsm_file_open",
                "bpf_lsm_socket_create", "bpf_iter_task")) {
            types.add(new BtfType.Struct(name, 0, false, List.of()));
            types.add(new BtfType.Func(name, prototype, BtfType.Func.STATIC));
        }
        types.add(new BtfType.Typedef("btf_trace_sys_enter", prototype));
        Btf vmlinux = types.build(ByteOrder.LITTLE_ENDIAN, "vmlinux");
        return KernelTypes.of(vmlinux, module(vmlinux, "net"), module(vmlinux, "net_more"));
    }

    private static Btf module(Btf vmlinux, String name) {
        BtfBuilder types = BtfBuilder.onBase(vmlinux);
        types.add(new BtfType.Func(FUNCTION, 1, BtfType.Func.STATIC));
        types.add(new BtfType.Func(name + "_only", 1, BtfType.Func.STATIC));
        return types.build(ByteOrder.LITTLE_ENDIAN, name);
    }

    private static ProgramSpec program(String section) throws IOException {
        return BpfObject.read(Fixtures.object("sections-el.o")).programs().stream()
                .filter(p -> p.section().equals(section)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"tp_btf/sys_enter,btf_trace_sys_enter,BTF_KIND_TYPEDEF",
        "tp_btf.s/sys_enter,btf_trace_sys_enter,BTF_KIND_TYPEDEF",
        "fentry/do_nanosleep,do_nanosleep,BTF_KIND_FUNC", "fentry.s/do_nanosleep,do_nanosleep,BTF_KIND_FUNC",
        "lsm/file_open,bpf_lsm_file_open,BTF_KIND_FUNC", "lsm.s/file_open,bpf_lsm_file_open,BTF_KIND_FUNC",
        "lsm_cgroup/socket_create,bpf_lsm_socket_create,BTF_KIND_FUNC", "iter/task,bpf_iter_task,BTF_KIND_FUNC"})
    void formOfTheNameDependsOnTheAttachType(String section, String name, BtfKind kind) throws IOException {
        KernelTypes kernel = kernel();
        assertEquals(new AttachTarget(kernel.vmlinux().find(name, kind).orElseThrow(), Optional.empty()),
                AttachTarget.find(program(section), kernel));
    }

    @Test
    void moduleIsNamedWhole() throws IOException {
        KernelTypes kernel = kernel();
        ProgramSpec fentry = program("fentry/do_nanosleep");
        for (Btf module : kernel.modules()) {
            assertEquals(new AttachTarget(module.findOwn(FUNCTION, BtfKind.BTF_KIND_FUNC).orElseThrow(),
                    Optional.of(module)),
                    AttachTarget.find(fentry.withAttachTarget(module.name() + ":" + FUNCTION), kernel));
        }
        assertEquals(Optional.empty(),
                AttachTarget.find(fentry.withAttachTarget("vmlinux:" + FUNCTION), kernel).module());
        assertEquals("net_more",
                AttachTarget.find(fentry.withAttachTarget("net_more_only"), kernel).module().orElseThrow().name());
        for (String target : List.of("ne:" + FUNCTION, "net:net_more_only", "vmlinux:net_only", "net_:" + FUNCTION)) {
            assertThrows(KernelException.class, () -> AttachTarget.find(fentry.withAttachTarget(target), kernel),
                    target);
        }
    }
}
