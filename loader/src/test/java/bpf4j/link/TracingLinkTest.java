package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.AttachType;
import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Which command attaches which kind of program, on kernels of all ages. */
class TracingLinkTest {

    private static final String[] CREATE = {"BPF_LINK_CREATE"};
    private static final String[] OPEN = {"BPF_RAW_TRACEPOINT_OPEN"};

    private final FakeKernel kernel = new FakeKernel();
    private LoadedObject loaded;

    @AfterEach
    void close() {
        loaded.close();
        assertEquals(Set.of(), kernel.open());
    }

    private TracingLink attach(AttachType type, long cookie) throws IOException {
        loaded = FakePrograms.load(kernel, type == AttachType.BPF_LSM_MAC ? ProgramType.BPF_PROG_TYPE_LSM
                : ProgramType.BPF_PROG_TYPE_TRACING, type);
        return TracingLink.attach(FakePrograms.program(loaded), cookie);
    }

    private void withoutLinksOfTracing() {
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_LINK_CREATE ? Errno.EINVAL : null);
    }

    @ParameterizedTest
    @EnumSource(names = {"BPF_TRACE_FENTRY", "BPF_TRACE_FEXIT", "BPF_MODIFY_RETURN", "BPF_TRACE_FSESSION",
            "BPF_LSM_MAC"})
    void linkIsCreatedWithItsCookie(AttachType type) throws IOException {
        attach(type, 42).close();
        assertEquals(List.of(CREATE), kernel.story());
        FakeKernel.Call call = kernel.calls().getFirst();
        assertEquals(List.of((long) FakePrograms.program(loaded).fd(), 0L, (long) type.number(), 42L),
                List.of(call.field("prog_fd"), call.field("target_fd"), call.field("attach_type"),
                        call.field("cookie")));
    }

    @ParameterizedTest
    @EnumSource(names = {"BPF_TRACE_FENTRY", "BPF_TRACE_FEXIT", "BPF_MODIFY_RETURN", "BPF_LSM_MAC"})
    void olderKernelsHaveTheOlderCommand(AttachType type) throws IOException {
        withoutLinksOfTracing();
        attach(type, 0).close();
        assertEquals(List.of(CREATE[0], OPEN[0]), kernel.story());
        assertEquals(List.of((long) FakePrograms.program(loaded).fd(), 0L), List.of(
                kernel.calls().getLast().field("prog_fd"), kernel.calls().getLast().field("cookie")));
    }

    @Test
    void cookieIsNotLostInTheOlderCommand() {
        withoutLinksOfTracing();
        KernelException e = assertThrows(KernelException.class, () -> attach(AttachType.BPF_TRACE_FENTRY, 42));
        assertEquals("EINVAL", e.errnoName());
        assertTrue(e.advice().contains("5.19"), e::getMessage);
        assertEquals(List.of(CREATE), kernel.story());
    }

    @Test
    void otherRefusalIsNotTriedInAnotherWay() {
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_LINK_CREATE ? Errno.E2BIG : null);
        KernelException e = assertThrows(KernelException.class, () -> attach(AttachType.BPF_TRACE_FEXIT, 0));
        assertTrue(e.advice().contains("38 programs"), e::getMessage);
        assertEquals(List.of(CREATE), kernel.story());
    }

    @Test
    void tracepointWithTypesIsOpenedSinceThatRefusesCookiesItDoesNotKnow() throws IOException {
        attach(AttachType.BPF_TRACE_RAW_TP, 42).close();
        assertEquals(List.of(OPEN), kernel.story());
        assertEquals(42, kernel.calls().getFirst().field("cookie"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = {"BPF_TRACE_FENTRY", "BPF_TRACE_FEXIT", "BPF_MODIFY_RETURN",
            "BPF_TRACE_FSESSION", "BPF_LSM_MAC", "BPF_TRACE_RAW_TP"})
    void otherKindsAreRefusedBeforeTheKernelIsAsked(AttachType type) {
        assertTrue(assertThrows(KernelException.class, () -> attach(type, 0)).getMessage().contains(type.name()));
        assertEquals(List.of(), kernel.story());
    }
}
