package bpf4j.reloc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import bpf4j.btf.core.CoreFixup;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.insn.Insn;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RelocatorTest {

    /** No types and no modules, and whoever asks for them fails the test. */
    private static final KernelTypes UNTOUCHED = new KernelTypes() {

        @Override
        public Btf vmlinux() {
            return fail("kernel types were asked for");
        }

        @Override
        public List<Btf> modules() {
            return fail("module types were asked for");
        }
    };

    private static BpfObject object(String name) {
        try {
            return BpfObject.read(Fixtures.object(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Btf types(String name) {
        return object(name).btf().orElseThrow();
    }

    /** What the compiler put into the constant or, where that is zero, the variable of a program's name. */
    private static long answer(ElfFile target, String program) {
        ElfSymbol symbol = target.symbols().stream().filter(s -> s.name().equals(program)).findFirst().orElseThrow();
        ElfSection section = target.section(symbol.sectionIndex());
        return section.name().equals(".bss") ? 0
                : section.data().get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(target.order()), symbol.value());
    }

    /** What the relocated instruction of a program holds now. */
    private static long held(long[] slots, BpfFunction function) {
        int index = (int) (function.coreRelocations().getFirst().insnOffsetBytes() / 8) - function.sectionInsnIndex();
        long slot = slots[index];
        if (Insn.isCall(slot)) {
            return Insn.imm(slot);
        }
        return Insn.isLoadImm64(slot) ? Insn.imm64(slot, slots[index + 1]) : Insn.imm(slot);
    }

    private record Case(String order, String target, RelocatedProgram program, long answer) {
    }

    private static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String order : List.of("-el.o", "-eb.o")) {
            for (String target : List.of("core_target_a", "core_target_b")) {
                ElfFile answers = ElfFile.read(Fixtures.object(target + order));
                for (RelocatedProgram program : RelocatedObject.relocate(object("core_synthetic" + order), UNTOUCHED,
                        types(target + order)).programs()) {
                    cases.add(new Case(order, target, program, answer(answers, program.name())));
                }
            }
        }
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> instructionHoldsWhatTheCompilerSaysOfTheTarget() throws IOException {
        List<Case> cases = cases();
        assertEquals(4 * 43, cases.size());
        return cases.stream().map(c -> dynamicTest(c.target + c.order + " " + c.program.name(), () -> {
            BpfFunction function = c.program.spec().function();
            long now = held(c.program.slots(), function);
            if (Insn.isLoadImm64(c.program.slots()[0])) {
                assertEquals(c.answer, now);
            } else {
                assertEquals((int) c.answer, now);
            }
        }));
    }

    /** Else the test above would pass with relocation switched off. */
    @Test
    void unpatchedCodeHoldsSomethingElse() throws IOException {
        List<Case> cases = cases();
        long different = cases.stream().filter(c -> {
            BpfFunction function = c.program.spec().function();
            return held(function.slots(), function) != c.answer;
        }).count();
        assertTrue(different > cases.size() / 2, different + " of " + cases.size());
        assertTrue(cases.stream().anyMatch(c -> c.answer == CorePatcher.POISON));
    }

    @Test
    void otherInstructionsStayAsTheyAre() throws IOException {
        for (Case c : cases()) {
            long[] before = c.program.spec().function().slots();
            long[] after = c.program.slots();
            int changed = 0;
            for (int i = 0; i < before.length; i++) {
                changed += before[i] == after[i] ? 0 : 1;
            }
            assertTrue(changed <= 2, c.program.name());
        }
    }

    /**
     * Clang puts a wider container there than the rules of relocation ask for; on big endian the shift counts from
     * its end.
     */
    private static final Map<String, Set<String>> OTHER_CONTAINER = Map.of("-el.o", Set.of("size_bitfield"),
            "-eb.o", Set.of("size_bitfield", "lshift_flag", "lshift_mode"));

    @Test
    void againstItsOwnTypesNothingChanges() {
        for (String order : List.of("-el.o", "-eb.o")) {
            for (RelocatedProgram program : RelocatedObject.relocate(object("core_synthetic" + order), UNTOUCHED,
                    types("core_synthetic" + order)).programs()) {
                assertEquals(!OTHER_CONTAINER.get(order).contains(program.name()),
                        Arrays.equals(program.spec().function().slots(), program.slots()), program.name() + order);
            }
        }
    }

    @Test
    void objectIsLeftAlone() {
        BpfObject object = object("core_synthetic-el.o");
        List<long[]> before = object.functions().stream().map(BpfFunction::slots).toList();
        RelocatedObject.relocate(object, UNTOUCHED, types("core_target_a-el.o"));
        for (int i = 0; i < before.size(); i++) {
            assertArrayEquals(before.get(i), object.functions().get(i).slots());
        }
    }

    @Test
    void objectWithoutRelocationsAsksForNoTypes() {
        for (String name : List.of("maps-el.o", "no_btf-el.o", "subprog_order-el.o", "data_sections-el.o",
                "isa_v4-el.o")) {
            BpfObject object = object(name);
            assertEquals(object.programs().size(), RelocatedObject.relocate(object, UNTOUCHED).programs().size());
        }
    }

    @Test
    void programThatIsNotLoadedIsNotRelocated() {
        BpfObject object = object("core_ambiguous-el.o");
        Btf own = object.btf().orElseThrow();
        RelocationException e = assertThrows(RelocationException.class,
                () -> RelocatedObject.relocate(object, UNTOUCHED, own));
        assertTrue(object.programs().stream().anyMatch(p -> p.name().equals(e.subject())), e::subject);
        assertTrue(e.source().orElseThrow().file().endsWith("core_ambiguous.bpf.c"));
        assertTrue(e.getMessage().contains("core_ambiguous.bpf.c:" + e.source().get().line()), e::getMessage);
        BpfObject left = object;
        for (ProgramSpec program : object.programs()) {
            if (!program.name().equals("agree")) {
                left = left.withProgram(program.name(), p -> p.withAutoload(false));
            }
        }
        List<RelocatedProgram> programs = RelocatedObject.relocate(left, UNTOUCHED, own).programs();
        assertEquals(List.of("agree"), programs.stream().map(RelocatedProgram::name).toList());
    }

    @Test
    void instructionThatHoldsSomethingElseIsRefused() throws IOException {
        byte[] bytes = java.nio.file.Files.readAllBytes(Fixtures.object("core_field_byte_offset-el.o"));
        BpfObject sound = object("core_field_byte_offset-el.o");
        BpfFunction function = sound.functions().stream().filter(f -> !f.coreRelocations().isEmpty()).findFirst()
                .orElseThrow();
        long at = function.coreRelocations().getFirst().insnOffsetBytes();
        ElfSection section = ElfFile.parse(bytes).section(function.section()).orElseThrow();
        bytes[(int) (section.offset() + at) + 4] ^= 0x55;
        bytes[(int) (section.offset() + at) + 2] ^= 0x55;
        BpfObject damaged = BpfObject.parse(ElfFile.parse(bytes));
        RelocationException e = assertThrows(RelocationException.class,
                () -> RelocatedObject.relocate(damaged, UNTOUCHED, sound.btf().orElseThrow()));
        assertTrue(e.getMessage().contains("where the object's own types say"), e::getMessage);
        assertEquals(function.name(), e.subject());
    }

    /** A kernel of one type: what BPF programs call it, and nothing else of it. */
    private static KernelTypes kernelOfNothing() {
        BtfBuilder types = new BtfBuilder();
        types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        return KernelTypes.of(types.build(ByteOrder.LITTLE_ENDIAN, "vmlinux"));
    }

    @Test
    void poisonIsKeptWithItsPath() {
        RelocatedProgram program = RelocatedObject.relocate(object("core_poison_reached-el.o"), kernelOfNothing())
                .programs().getFirst();
        int poisoned = -1;
        for (int i = 0; i < program.slots().length; i++) {
            if (program.slots()[i] == Insn.of(0x85, 0, 0, 0, CorePatcher.POISON)) {
                poisoned = i;
            }
        }
        assertTrue(poisoned >= 0);
        assertEquals("struct task_struct.no_such_field", program.poisoned().get(poisoned).path());
        assertEquals(1, program.poisoned().size());
    }

    @Test
    void loadWhoseWidthCannotChangeIsKeptWithBothWidths() {
        BtfBuilder types = new BtfBuilder();
        int number = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        types.add(new BtfType.Struct("tcp_sock", 4, false, List.of(new BtfType.Member("undo_retrans", number, 0, 0))));
        RelocatedProgram program = RelocatedObject.relocate(object("core_load_width_signed-el.o"),
                CongestionKernel.inVmlinux(), types.build(ByteOrder.LITTLE_ENDIAN, "other")).programs().getFirst();
        CoreFixup.Patch patch = (CoreFixup.Patch) program.poisoned().values().iterator().next();
        assertTrue(patch.path().endsWith("undo_retrans"), patch::path);
        assertEquals(List.of(8L, 4L), List.of(patch.access().localBytes(), patch.access().targetBytes()));
    }

    @Test
    void poisonOfATwoSlotLoadFillsBoth() {
        RelocatedProgram program = RelocatedObject.relocate(object("core_poison_reached_wide-el.o"), kernelOfNothing())
                .programs().getFirst();
        long poison = Insn.of(0x85, 0, 0, 0, CorePatcher.POISON);
        int index = (int) (program.spec().function().coreRelocations().getFirst().insnOffsetBytes() / 8);
        assertEquals(List.of(poison, poison), List.of(program.slots()[index], program.slots()[index + 1]));
    }

    @Test
    void structOpsWithoutAKernelStructIsTheVariablesError() {
        RelocationException e = assertThrows(RelocationException.class,
                () -> RelocatedObject.relocate(object("struct_ops_order-el.o"), kernelOfNothing()));
        assertTrue(e.getMessage().contains("struct_ops 'first'") && e.getMessage()
                .contains("bpf_struct_ops_tcp_congestion_ops"),
                e::getMessage);
    }

    @Test
    void structOpsProgramThatNothingRefersToIsRefused() {
        RelocationException e = assertThrows(RelocationException.class, () -> RelocatedObject.relocate(
                object("struct_ops_unreferenced-el.o").withMap("ops", m -> m.withCreate(false)), UNTOUCHED));
        assertEquals("program 'orphan'", e.subject());
        assertTrue(e.getMessage().contains("no struct_ops variable has it in a slot"));
    }

    @Test
    void programsOfVariablesThatAreNotMadeAreLeftOut() {
        BpfObject object = object("struct_ops_optional_link-el.o");
        RelocatedObject relocated = RelocatedObject.relocate(object, UNTOUCHED);
        assertEquals(List.of(), relocated.programs());
        assertEquals(0, relocated.structOps().size());
        assertSame(object, relocated.object());
    }

    @TestFactory
    Stream<DynamicTest> structOpsErrorsNameMemberBothTypesAndRule() {
        return Stream.of(
                List.of("struct_ops_wrong_size", "flags", "object: __u64 flags", "kernel: unsigned int flags",
                "one size"),
                List.of("struct_ops_wrong_array_size", "name", "object: char name[24]", "kernel: char name[16]",
                "one size"),
                List.of("struct_ops_wrong_kind", "flags", "object: enum congestion_flags flags",
                "kernel: unsigned int flags",
                        "of one kind"),
                List.of("struct_ops_wrong_kind_pointer", "name", "object: void (*name)(struct sock *)",
                        "kernel: char name[16]", "of one kind"),
                List.of("struct_ops_bitfield", "flags", "object: __u32 flags : 4", "kernel: unsigned int flags",
                "bitfield"),
                List.of("struct_ops_missing_nonzero", "no_such_number", "object: int no_such_number", "kernel: none",
                        "may be missing"),
                List.of("struct_ops_missing_function", "no_such_callback",
                "object: void (*no_such_callback)(struct sock *)",
                        "kernel: none", "may be missing"),
                List.of("struct_ops_program_in_data_pointer", "owner", "object: void (*owner)(struct sock *)",
                        "kernel: struct module *owner", "pointer to a function"),
                List.of("struct_ops_two_slots", "undo_cwnd", "object: __u32 (*undo_cwnd)(struct sock *)",
                        "kernel: unsigned int (*undo_cwnd)", "one member of one kernel struct"))
                .map(c -> dynamicTest(c.getFirst(), () -> {
                    RelocationException e = assertThrows(RelocationException.class,
                            () -> RelocatedObject.relocate(object(c.getFirst() + "-el.o"),
                            CongestionKernel.inVmlinux()));
                    assertTrue(e.getMessage().contains("member '" + c.get(1) + "'"), e::getMessage);
                    for (String part : c.subList(2, c.size())) {
                        assertTrue(e.getMessage().contains(part), () -> part + " is not in: " + e.getMessage());
                    }
                    assertTrue(e.getMessage().contains("rule: "), e::getMessage);
                }));
    }

    @Test
    void structOpsProgramsGetTheirTargets() {
        RelocatedObject relocated = RelocatedObject.relocate(object("struct_ops_order-el.o"),
                CongestionKernel.inVmlinux());
        assertEquals(List.of("first", "second"), relocated.structOps().keySet().stream().sorted().toList());
        for (RelocatedProgram program : relocated.programs()) {
            assertEquals(Optional.of(CongestionKernel.CALLBACKS.indexOf(program.name())),
                    program.structOps().map(bpf4j.btf.structops.StructOpsTarget::memberIndex), program.name());
        }
    }

    /** Linkers leave static functions their names, of which two may be the same. */
    @Test
    void staticSubprogramsMayShareAName() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.path("hostile/object/two_functions_of_one_name.o"));
        assertEquals(object.programs().size(), RelocatedObject.relocate(object,
                KernelTypes.of(object.btf().orElseThrow())).programs().size());
    }
}
