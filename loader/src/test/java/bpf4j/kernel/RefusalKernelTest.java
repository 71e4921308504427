package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.core.CoreTrace;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@KernelTest
class RefusalKernelTest {

    private static VerifierException refused(BpfObject object) {
        return assertThrows(VerifierException.class, () -> object.load().close());
    }

    @Test
    void namesInstructionLineAndRegisters() {
        VerifierException e = refused(RefusedPrograms.of("verifier_refused", "reads_past_the_end"));
        assertEquals("reads_past_the_end", e.program());
        assertEquals(Optional.of("reads_past_the_end"), e.function());
        assertTrue(e.source().orElseThrow().text().contains("the refused line"), e.source()::toString);
        assertTrue(e.instruction().orElseThrow().matches("r\\d = \\*\\(u64 \\*\\)\\(r0 .*"), e.instruction()::toString);
        assertTrue(e.registers().get("R0").startsWith("map_value("), () -> e.registers().toString());
        assertEquals("EACCES", e.errnoName());
        assertTrue(e.log().contains("processed "));
        assertTrue(e.getMessage().startsWith("program 'reads_past_the_end': loading the program: EACCES ("),
                e::getMessage);
        assertFalse(e.getMessage().contains("\n"));
        assertEquals(List.of("reason", "cause", "advice", "source", "instruction"),
                e.report().lines().skip(1).limit(5).map(line -> line.strip().split(" ")[0]).toList());
    }

    @Test
    void namesTheSubprogram() {
        VerifierException e = refused(RefusedPrograms.of("verifier_refused_subprogram", "jumps_into_the_dark"));
        assertEquals(Optional.of("dereference"), e.function());
        assertTrue(e.source().orElseThrow().text().contains("the refused line"), e.source()::toString);
        assertTrue(e.getMessage().contains(" in 'dereference' ("), e::getMessage);
        assertTrue(e.report().contains("\n    function     dereference\n"), e::report);
    }

    @Test
    void namesNoInstructionForARefusalOfTheWhole() {
        VerifierException e = refused(RefusedPrograms.of("verifier_causes", "stack_too_large"));
        assertTrue(e.insnIndex().isEmpty());
        assertTrue(e.source().isEmpty());
        assertTrue(e.instruction().isEmpty());
    }

    @Test
    void showsWhatCoReTried() {
        VerifierException e = refused(RefusedPrograms.of("core_poison_reached", "read_missing"));
        assertTrue(e.explanation().matches("struct task_struct\\S*\\.\\w+ was not found: "
                + "vmlinux \\[\\d+] struct task_struct: .*"),
                e::explanation);
        assertTrue(e.advice().contains("bpf_core_field_exists"), e::advice);
        CoreTrace.Tried tried = e.candidates().getFirst();
        assertEquals("vmlinux", tried.btfName());
        assertFalse(tried.mismatch().isEmpty());
        assertTrue(e.report().contains("\n    tried        vmlinux ["), e::report);
    }

    @Test
    void explainsAFieldOfAnotherWidth() {
        VerifierException e = refused(RefusedPrograms.of("core_load_width_signed", "ssthresh"));
        assertTrue(e.explanation().contains("undo_retrans has 8 bytes in the object and 4 bytes in the kernel"),
                e::explanation);
    }

    @Test
    void namesTheMapThatWasNotCreated() {
        VerifierException e = refused(RefusedPrograms.of("verifier_poison", "uses_map")
                .withMap("second", map -> map.withCreate(false)));
        assertTrue(e.explanation().startsWith("map 'second' was not created"), e::explanation);
        assertTrue(e.instruction().orElseThrow().endsWith(" = second ll"), e.instruction()::toString);
    }

    @Test
    void namesTheMapOfConfigurationThatWasNotCreated() throws IOException {
        VerifierException e = refused(BpfObject.read(Fixtures.object("extern_kconfig-el.o"))
                .withMap(".kconfig", map -> map.withCreate(false)));
        assertTrue(e.explanation().contains("kconfig' was not created"), e::explanation);
    }

    @Test
    void namesTheFunctionThatTheKernelLacks() {
        VerifierException e = refused(RefusedPrograms.of("verifier_poison", "calls_kfunc"));
        assertTrue(e.explanation().startsWith("the kernel has no function 'no_such_kfunc'"), e::explanation);
        assertEquals(Optional.of("call no_such_kfunc"), e.instruction());
    }
}
