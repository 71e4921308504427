package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.object.ProgramType;
import bpf4j.object.SectionDefinition;
import bpf4j.object.SectionDefinition.Flag;
import bpf4j.object.SectionDefinitions;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is attached by its section's name, and what is not. */
class SectionAttacherTest {

    /** Known to libbpf 1.8, and to no kernel yet. */
    private static final Set<String> WITHOUT_ATTACHMENT = Set.of("fentry.multi", "fexit.multi", "fsession.multi",
            "fentry.multi.s", "fexit.multi.s", "fsession.multi.s");

    private final FakeKernel kernel = new FakeKernel();

    @Test
    void tableHasTheSectionsThatLibbpfAttachesByTheirName() {
        Set<String> wanted = new TreeSet<>();
        SectionDefinitions.all().stream().filter(section -> section.has(Flag.AUTO_ATTACH)).map(SectionDefinition::name)
                .filter(name -> !WITHOUT_ATTACHMENT.contains(name)).forEach(wanted::add);
        assertEquals(wanted, new TreeSet<>(SectionAttacher.sections()));
    }

    private LoadedObject load(String object, String... programs) throws IOException {
        BpfObject read = BpfObject.read(Fixtures.object(object + "-el.o"));
        for (ProgramSpec program : read.programs()) {
            boolean wanted = List.of(programs).contains(program.name());
            read = read.withProgram(program.name(), p -> p.withAutoload(wanted));
        }
        LoadedObject loaded = FakeLoads.load(read, kernel);
        kernel.forget();
        return loaded;
    }

    @Test
    void tracepointOfTheSectionIsOpened() throws IOException {
        try (LoadedObject loaded = load("trace_raw", "entered"); Link link = loaded.program("entered").attach()) {
            assertEquals("program 'entered' at raw tracepoint sys_enter", link.description());
            assertEquals(List.of("BPF_RAW_TRACEPOINT_OPEN sys_enter"), kernel.story());
        }
        assertEquals(Set.of(), kernel.open());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            trace_raw     | anywhere  | section 'raw_tp' names no target
            maps          | count     | section 'socket' does not say to what it is attached
            programs_one_section | first | does not say to what
            """)
    void sectionThatDoesNotSayToWhat(String object, String program, String problem) throws IOException {
        try (LoadedObject loaded = load(object, program)) {
            KernelException e = assertThrows(KernelException.class, loaded.program(program)::attach);
            assertTrue(e.getMessage().contains(problem), e::getMessage);
            assertEquals(List.of(), loaded.attachAll().links());
            assertEquals(List.of(), kernel.story());
        }
    }

    @Test
    void allOrNothing() throws IOException {
        try (LoadedObject loaded = load("trace_raw", "entered", "anywhere", "entered_with_cookie", "finished")) {
            try (Links links = loaded.attachAll()) {
                assertEquals(List.of("program 'entered' at raw tracepoint sys_enter",
                        "program 'entered_with_cookie' at raw tracepoint sys_enter",
                        "program 'finished' at raw tracepoint bpf_test_finish"),
                        links.links().stream().map(Link::description).toList());
                links.detach();
                assertEquals(3, kernel.calls(BpfCommand.BPF_LINK_DETACH).size());
            }
            assertTrue(kernel.open().stream().noneMatch(open -> open.contains("TRACEPOINT")));
            kernel.refusing((_, command, name, _) ->
                    command == BpfCommand.BPF_RAW_TRACEPOINT_OPEN && name.equals("bpf_test_finish")
                            ? Errno.EPERM : null);
            assertEquals("EPERM", assertThrows(KernelException.class, loaded::attachAll).errnoName());
            assertTrue(kernel.open().stream().noneMatch(open -> open.contains("TRACEPOINT")), kernel.open()::toString);
        }
    }

    @Test
    void structOpsAreAttachedBehindPrograms() throws IOException {
        LoadedObject loaded = FakeLoads.load(BpfObject.read(Fixtures.object("struct_ops_two_maps-el.o")), kernel);
        try (loaded; Links links = loaded.attachAll()) {
            assertEquals(List.of("struct_ops 'one'", "struct_ops 'other'"),
                    links.links().stream().map(Link::description).toList());
        }
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void detachGoesOnBehindARefusal() throws IOException {
        try (LoadedObject loaded = load("trace_raw", "entered", "finished"); Links links = loaded.attachAll()) {
            long last = kernel.calls().getLast().result();
            kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_LINK_DETACH
                    && kernel.calls(BpfCommand.BPF_LINK_DETACH).isEmpty() ? Errno.EINTR : null);
            assertTrue(assertThrows(KernelException.class, links::detach).getMessage().contains("'finished'"));
            assertEquals(2, kernel.calls(BpfCommand.BPF_LINK_DETACH).size());
            assertTrue(last > 0);
        }
    }

    @Test
    void detachGoesOnBehindAClosedLink() throws IOException {
        try (LoadedObject loaded = load("trace_raw", "entered", "finished"); Links links = loaded.attachAll()) {
            links.links().getLast().close();
            assertThrows(IllegalStateException.class, links::detach);
            assertEquals(1, kernel.calls(BpfCommand.BPF_LINK_DETACH).size());
        }
    }

    @ParameterizedTest
    @CsvSource({"uprobe, on_call, /bin/true", "usdt, on_probe, /bin/true", "uprobe_multi, on_any_call, /bin/true"})
    void placeThatIsMisspeltIsNotLeftOut(String object, String program, String target) throws IOException {
        BpfObject read = BpfObject.read(Fixtures.object(object + "-el.o"));
        for (ProgramSpec other : read.programs()) {
            read = read.withProgram(other.name(), p -> p.withAutoload(p.name().equals(program)));
        }
        try (LoadedObject loaded = FakeLoads.load(
                read.withProgram(program, p -> p.withAttachTarget(target)), kernel)) {
            assertTrue(assertThrows(KernelException.class, loaded::attachAll).getMessage()
                    .contains("'/bin/true' in the name of its section is not of the form file:"));
        }
    }

    @Test
    void programWithAChangedTypeIsRefusedByItsLinkClass() throws IOException {
        try (LoadedObject loaded = FakePrograms.load(kernel, ProgramType.BPF_PROG_TYPE_TRACING,
                AttachType.BPF_TRACE_ITER)) {
            LoadedProgram program = FakePrograms.program(loaded);
            assertEquals(Optional.of(AttachType.BPF_TRACE_ITER), program.attachType());
            IterLink.attach(program).close();
            assertEquals(List.of("BPF_LINK_CREATE"), kernel.story());
        }
    }
}
