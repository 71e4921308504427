package bpf4j.link;

import static bpf4j.insn.Register.R0;
import static bpf4j.insn.Register.R1;
import static bpf4j.insn.Register.R2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfType;
import bpf4j.insn.Assembler;
import bpf4j.insn.Atomic;
import bpf4j.insn.Size;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.object.ProgramType;
import bpf4j.object.SectionDefinition;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Programs in sections that only their user knows: given when the object is read, and attached by the user. */
@KernelTest
class OwnSectionKernelTest {

    private static final SectionDefinition WATCH = new SectionDefinition("watch", true,
            ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT, Optional.empty(), Set.of(SectionDefinition.Flag.AUTO_ATTACH));

    private static Optional<Link> watch(LoadedProgram program) {
        return program.spec().filter(spec -> spec.definition().filter(WATCH::equals).isPresent())
                .map(spec -> RawTracepointLink.attach(program, spec.attachTarget().orElseThrow()));
    }

    @Test
    void programIsAttachedAsItsUserSays() throws IOException {
        BpfObject object = BpfObject.builder("watching").license("GPL").section(WATCH)
                .variable(".bss", "calls", new BtfType.Int("unsigned long long", 8, 0, 0, 64))
                .program("count", "watch/sys_enter", new Assembler().loadVariable(R1, "calls").mov(R2, 1)
                        .atomic(Atomic.ADD, Size.DW, R1, 0, R2).mov(R0, 0).exit().assemble())
                .program("other", "raw_tp/sys_exit", new Assembler().mov(R0, 0).exit().assemble())
                .program("neither", "socket", new Assembler().mov(R0, 0).exit().assemble()).build();
        try (LoadedObject loaded = object.load()) {
            try (Links links = loaded.attachAll()) {
                assertEquals(1, links.links().size(), "the other one alone");
            }
            try (Links links = loaded.attachAll(OwnSectionKernelTest::watch)) {
                assertEquals(2, links.links().size(), links::toString);
                long before = loaded.variable("calls").getLong();
                Files.exists(Path.of("/"));
                assertTrue(loaded.variable("calls").getLong() > before);
            }
            long after = loaded.variable("calls").getLong();
            Files.exists(Path.of("/"));
            assertEquals(after, loaded.variable("calls").getLong());
        }
    }

    @Test
    void whatIsMadeIsEndedWhereTheUsersOwnFails() {
        BpfObject object = BpfObject.builder("watching").license("GPL").section(WATCH)
                .program("first", "watch/sys_enter", new Assembler().mov(R0, 0).exit().assemble())
                .program("second", "watch", new Assembler().mov(R0, 0).exit().assemble()).build();
        try (LoadedObject loaded = object.load()) {
            List<Link> made = new ArrayList<>();
            assertThrows(NoSuchElementException.class, () -> loaded.attachAll(program -> {
                Optional<Link> link = watch(program);
                link.ifPresent(made::add);
                return link;
            }));
            assertEquals(1, made.size());
            assertThrows(IllegalStateException.class, () -> made.getFirst().detach());
        }
    }

    /** Of a compiled object: a name that no table has, and one that the table has otherwise. */
    @Test
    void namesAreGivenWhenAnObjectIsRead() throws IOException {
        Path file = Fixtures.nativeObject("sections_bare");
        assertEquals(Optional.empty(), BpfObject.read(file).program("unknown_name").definition());
        SectionDefinition nonsense = new SectionDefinition("nonsense", false, ProgramType.BPF_PROG_TYPE_SOCKET_FILTER,
                Optional.empty(), Set.of());
        SectionDefinition probes = new SectionDefinition("kprobe", true, ProgramType.BPF_PROG_TYPE_SOCKET_FILTER,
                Optional.empty(), Set.of());
        BpfObject object = BpfObject.read(file, List.of(nonsense, probes));
        assertEquals(Optional.of(nonsense), object.program("unknown_name").definition());
        assertEquals(Optional.of(probes), object.program("bare_kprobe").definition());
        assertEquals(ProgramType.BPF_PROG_TYPE_KPROBE, object.program("bare_uprobe").type());
        Set<String> loaded = Set.of("unknown_name", "bare_kprobe");
        for (ProgramSpec program : object.programs()) {
            object = object.withProgram(program.name(), p -> p.withAutoload(loaded.contains(p.name())));
        }
        try (LoadedObject both = object.load()) {
            assertEquals(2, both.programs().size());
            assertTrue(both.programs().stream()
                    .allMatch(p -> p.type() == ProgramType.BPF_PROG_TYPE_SOCKET_FILTER));
            assertFalse(both.programs().stream().anyMatch(SectionAttacher::canAttach));
        }
    }
}
