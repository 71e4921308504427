package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import bpf4j.object.BpfObject;
import bpf4j.reloc.RelocatedObject;
import bpf4j.reloc.RelocatedProgram;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PoisonExplanationTest {

    private static final List<String> CORE = List.of("invalid func unknown#195896080");

    private static BpfObject object() throws IOException {
        return BpfObject.read(Fixtures.object("core_poison_reached-el.o"));
    }

    /** A kernel with so many structs of the wanted name, none of which has the wanted field. */
    private static RelocatedProgram relocated(BpfObject object, int candidates) {
        BtfBuilder types = new BtfBuilder();
        int number = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        for (int i = 0; i < candidates; i++) {
            types.add(new BtfType.Struct("task_struct", 4, false,
                    List.of(new BtfType.Member("other" + i, number, 0, 0))));
        }
        return RelocatedObject.relocate(object, KernelTypes.of(types.build(ByteOrder.LITTLE_ENDIAN, "vmlinux")))
                .programs().getFirst();
    }

    private static PoisonExplanation explained(int candidates) throws IOException {
        BpfObject object = object();
        RelocatedProgram program = relocated(object, candidates);
        int poisoned = program.poisoned().keySet().iterator().next();
        return PoisonExplanation.of(CORE, OptionalInt.of(poisoned), object, program).orElseThrow();
    }

    @Test
    void namesTheTypeThatIsMissing() throws IOException {
        PoisonExplanation explanation = explained(0);
        assertEquals("struct task_struct.no_such_field was not found: the target has no 'struct task_struct'",
                explanation.cause());
        assertEquals(List.of(), explanation.candidates());
    }

    @Test
    void namesTheFirstOfManyCandidates() throws IOException {
        PoisonExplanation explanation = explained(6);
        assertEquals(6, explanation.candidates().size());
        assertTrue(explanation.cause().startsWith(
                "struct task_struct.no_such_field was not found: vmlinux [2] struct task_struct: "),
                explanation::cause);
        assertTrue(explanation.cause().contains("; vmlinux [5] struct task_struct: "), explanation::cause);
        assertTrue(explanation.cause().endsWith("; and 2 more"), explanation::cause);
    }

    @Test
    void isSilentAboutHelpersThatTheProgramNames() throws IOException {
        BpfObject object = object();
        RelocatedProgram program = relocated(object, 0);
        assertEquals(Optional.empty(),
                PoisonExplanation.of(List.of("invalid func unknown#9999"), OptionalInt.of(0), object, program));
        assertEquals(Optional.empty(),
                PoisonExplanation.of(List.of("invalid func unknown#2001000007"), OptionalInt.of(0), object, program));
        assertEquals(Optional.empty(), PoisonExplanation.of(CORE, OptionalInt.empty(), object, program));
    }
}
