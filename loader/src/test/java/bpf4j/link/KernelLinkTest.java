package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What all attachments by a link have in common. */
class KernelLinkTest {

    private final FakeKernel kernel = new FakeKernel();
    private LoadedObject loaded;
    private LoadedProgram program;

    @BeforeEach
    void load() throws IOException {
        loaded = FakePrograms.load(kernel, ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT, null);
        program = FakePrograms.program(loaded);
    }

    @AfterEach
    void close() {
        loaded.close();
        assertEquals(Set.of(), kernel.open());
    }

    private RawTracepointLink attach() {
        RawTracepointLink link = RawTracepointLink.attach(program, "sys_enter");
        kernel.forget();
        return link;
    }

    private void refusing(BpfCommand refused, Errno errno) {
        kernel.refusing((_, command, _, _) -> command == refused ? errno : null);
    }

    @Test
    void closedLinkTakesNoCalls() {
        Link link = attach();
        link.close();
        link.close();
        assertThrows(IllegalStateException.class, link::detach);
        assertThrows(IllegalStateException.class, () -> link.update(program));
        assertThrows(IllegalStateException.class, () -> link.pin(Path.of("/pins/link")));
        assertThrows(IllegalStateException.class, ((KernelLink) link)::info);
        assertEquals(List.of(), kernel.story());
    }

    @Test
    void kernelDetachesOnce() {
        Link link = attach();
        link.detach();
        link.detach();
        assertEquals(List.of("BPF_LINK_DETACH"), kernel.story());
        link.close();
        assertThrows(IllegalStateException.class, link::detach);
    }

    /** EOPNOTSUPP of kinds that cannot be detached, EINVAL of kernels before 5.9. */
    @ParameterizedTest
    @EnumSource(names = {"EOPNOTSUPP", "EINVAL"})
    void linkThatTheKernelCannotDetachEndsWithItsDescriptor(Errno errno) {
        refusing(BpfCommand.BPF_LINK_DETACH, errno);
        Link link = attach();
        link.detach();
        assertTrue(kernel.open().stream().noneMatch(open -> open.contains("RAW_TRACEPOINT")), kernel.open()::toString);
        link.detach();
        assertThrows(IllegalStateException.class, () -> link.update(program));
        link.close();
        assertThrows(IllegalStateException.class, link::detach);
    }

    @Test
    void refusedDetachCanBeTriedAgain() {
        Link link = attach();
        refusing(BpfCommand.BPF_LINK_DETACH, Errno.EPERM);
        assertEquals(Step.DETACH, assertThrows(KernelException.class, link::detach).step());
        refusing(BpfCommand.BPF_LINK_UPDATE, Errno.EINVAL);
        link.detach();
        assertEquals(List.of("BPF_LINK_DETACH", "BPF_LINK_DETACH"), kernel.story());
        assertEquals(Step.REPLACE, assertThrows(KernelException.class, () -> link.update(program)).step());
        link.close();
    }

    @Test
    void refusedAttachmentLeavesNothing() {
        refusing(BpfCommand.BPF_RAW_TRACEPOINT_OPEN, Errno.EINVAL);
        KernelException e = assertThrows(KernelException.class,
                () -> RawTracepointLink.attach(program, "sys_enter", 42));
        assertTrue(e.advice().contains("Linux 6.10"), e::getMessage);
    }

    private static Stream<Class<?>> classes(Class<?> family) {
        return Stream.of(family.getPermittedSubclasses()).flatMap(
                each -> each.isSealed() ? classes(each) : Stream.of(each));
    }

    /** The two families keep the rules of detaching and closing, so that their tests hold for each class. */
    @TestFactory
    Stream<DynamicTest> everyClassKeepsTheRulesOfItsFamily() {
        return classes(Link.class).map(each -> DynamicTest.dynamicTest(each.getSimpleName(), () -> {
            assertTrue(Modifier.isFinal(each.getModifiers()));
            for (String method : List.of("detach", "close", "pin", "unpin")) {
                Class<?>[] parameters = method.equals("pin") ? new Class<?>[] {Path.class} : new Class<?>[0];
                assertNotEquals(each, each.getMethod(method, parameters).getDeclaringClass(), method);
            }
        }));
    }
}
