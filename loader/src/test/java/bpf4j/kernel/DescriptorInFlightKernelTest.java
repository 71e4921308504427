package bpf4j.kernel;

import static bpf4j.insn.Register.R0;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.insn.Assembler;
import bpf4j.insn.Code;
import bpf4j.link.CgroupLink;
import bpf4j.link.Link;
import bpf4j.link.SockmapLink;
import bpf4j.link.TestCgroup;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Kernel;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An object that another thread closes in the middle of a call: the kernel must not see its descriptors end before the
 * call does, as somebody else's could have their numbers by then.
 */
@KernelTest
@ExtendWith(NoDescriptorsLeft.class)
class DescriptorInFlightKernelTest {

    private static final Set<BpfCommand> COMMANDS = EnumSet.of(BpfCommand.BPF_LINK_CREATE, BpfCommand.BPF_LINK_UPDATE,
            BpfCommand.BPF_RAW_TRACEPOINT_OPEN);
    private static final Code PASS = new Assembler().mov(R0, 1).exit().assemble();
    private static final BpfObject OBJECT = BpfObject.builder("flight").license("GPL")
            .map(MapSpec.of("sockets", MapType.BPF_MAP_TYPE_SOCKMAP, 4, 8, 1))
            .program("enter", "raw_tp/sys_enter", PASS).program("egress", "cgroup_skb/egress", PASS)
            .program("other", "cgroup_skb/egress", PASS).program("verdict", "sk_skb/stream_verdict", PASS).build();

    /** The running kernel, where the object is closed at the start of every call of interest. */
    private static final class ClosingKernel implements Kernel {

        private LoadedObject closing;
        private boolean inCall;
        private final Set<Integer> closedInCall = new HashSet<>();
        private int calls;

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            if (closing == null || !COMMANDS.contains(command)) {
                return Kernel.RUNNING.bpf(command, attr, sizeBytes);
            }
            calls++;
            inCall = true;
            closing.close();
            int status = Kernel.RUNNING.bpf(command, attr, sizeBytes);
            inCall = false;
            return status;
        }

        @Override
        public int close(int fd) {
            if (inCall) {
                closedInCall.add(fd);
            }
            return Kernel.RUNNING.close(fd);
        }
    }

    private record Case(String name, Set<String> programs, BiFunction<LoadedObject, TestCgroup, Link> call) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("raw tracepoint", Set.of("enter"), (loaded, _) -> loaded.program("enter").attach()),
                new Case("cgroup", Set.of("egress"),
                        (loaded, cgroup) -> CgroupLink.attach(loaded.program("egress"), cgroup.folder())),
                new Case("sockmap", Set.of("verdict", "sockets"),
                        (loaded, _) -> SockmapLink.attach(loaded.program("verdict"), loaded.map("sockets"))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void staysOpenUntilTheCallIsOver(Case one) throws IOException {
        if (one.programs.contains("sockets")) {
            KernelVersion.assumeAtLeast(6, 10, "links of sockmaps");
        }
        ClosingKernel kernel = new ClosingKernel();
        try (LoadedObject loaded = OBJECT.load(LoadOptions.defaults().withKernel(kernel));
                TestCgroup cgroup = new TestCgroup()) {
            Set<Integer> used = new HashSet<>();
            loaded.programs().stream().filter(p -> one.programs.contains(p.name())).forEach(p -> used.add(p.fd()));
            loaded.maps().stream().filter(m -> one.programs.contains(m.name())).forEach(m -> used.add(m.fd()));
            assertEquals(one.programs.size(), used.size());
            kernel.closing = loaded;
            try (Link link = one.call.apply(loaded, cgroup)) {
                assertTrue(kernel.calls > 0, link::description);
                assertFalse(kernel.closedInCall.isEmpty(), "those that were in no call are closed at once");
                used.retainAll(kernel.closedInCall);
                assertEquals(Set.of(), used);
            }
            assertThrows(IllegalStateException.class, () -> loaded.program("enter").fd());
        }
    }

    @ParameterizedTest
    @MethodSource("replacements")
    void replacementStaysOpenUntilTheCallIsOver(Replacement replacement) throws IOException {
        ClosingKernel kernel = new ClosingKernel();
        try (LoadedObject loaded = OBJECT.load(LoadOptions.defaults().withKernel(kernel));
                TestCgroup cgroup = new TestCgroup();
                CgroupLink link = (CgroupLink) CgroupLink.attach(loaded.program("egress"), cgroup.folder())) {
            int used = loaded.program("other").fd();
            kernel.closing = loaded;
            replacement.replace(link, loaded);
            assertEquals(1, kernel.calls);
            assertFalse(kernel.closedInCall.isEmpty());
            assertFalse(kernel.closedInCall.contains(used));
        }
    }

    private interface Replacement {
        void replace(CgroupLink link, LoadedObject loaded);
    }

    static Stream<Replacement> replacements() {
        return Stream.of((link, loaded) -> link.update(loaded.program("other")),
                (link, loaded) -> link.update(loaded.program("other"), loaded.program("egress")));
    }
}
