package bpf4j.btf.structops;

import static bpf4j.btf.structops.Types.m;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StructOpsProgramsTest {

    private final Types vmlinux = Types.create();
    private final int opsId = vmlinux.ops("ops", m("init", vmlinux.callback), m("exit", vmlinux.callback));
    private final int otherId = vmlinux.ops("other", m("init", vmlinux.callback));
    private final Btf base = vmlinux.build("vmlinux");

    /** Two slots, exit before init; so the object's order is not the kernel's. */
    private static LocalStructOps variable(String name, String struct) {
        Types object = Types.create();
        return object.variable(name, object.struct(struct, m("exit", object.callback), m("init", object.callback)),
                Types.zero(16));
    }

    private StructOpsPlan plan(LocalStructOps local) {
        return StructOpsMatcher.match(local, KernelTypes.of(base));
    }

    private static StructOpsPrograms assign(StructOpsPlan... plans) {
        return StructOpsPrograms.assign(List.of(plans), List.of());
    }

    @Test
    void targetsAreKernelNumbers() {
        StructOpsPrograms programs = assign(
                plan(variable("a", "ops").withDeclaredProgram(8, "start").withDeclaredProgram(0, "stop")),
                plan(variable("b", "other").withDeclaredProgram(8, "begin")));
        assertEquals(Map.of("start", new StructOpsTarget(Optional.empty(), opsId, 0, "ops", "init"),
                "stop", new StructOpsTarget(Optional.empty(), opsId, 1, "ops", "exit"),
                "begin", new StructOpsTarget(Optional.empty(), otherId, 0, "other", "init")), programs.targets());
        assertEquals(Set.of(), programs.notLoaded());
    }

    @Test
    void oneProgramServesTheSameMemberOfManyVariables() {
        StructOpsPrograms programs = assign(plan(variable("a", "ops").withDeclaredProgram(8, "start")),
                plan(variable("b", "ops___v2").withDeclaredProgram(8, "start")));
        assertEquals(Set.of("start"), programs.targets().keySet());
    }

    private StructOpsException refuses(StructOpsPlan... plans) {
        StructOpsException e = assertThrows(StructOpsException.class, () -> assign(plans));
        assertEquals(StructOpsRule.ONE_MEMBER_PER_PROGRAM, e.rule());
        return e;
    }

    @Test
    void refusesOneProgramInTwoSlotsOfAVariable() {
        StructOpsException e = refuses(
                plan(variable("a", "ops").withDeclaredProgram(0, "both").withDeclaredProgram(8, "both")));
        assertEquals("init", e.member());
        assertTrue(e.getMessage().contains("program 'both' stands in 'a' as ops.exit and in 'a' as ops.init"),
                e.getMessage());
    }

    @Test
    void refusesOneProgramInTwoStructs() {
        StructOpsException e = refuses(plan(variable("a", "ops").withDeclaredProgram(8, "both")),
                plan(variable("b", "other").withDeclaredProgram(8, "both")));
        assertEquals("b", e.variable());
        assertTrue(e.getMessage().contains("'a' as ops.init and in 'b' as other.init"), e.getMessage());
    }

    @Test
    void refusesOneProgramInTwoModulesEvenUnderOneNumber() {
        StructOpsPlan[] plans = new StructOpsPlan[2];
        for (int i = 0; i < 2; i++) {
            Types module = Types.on(base);
            module.ops("module_ops" + i, m("init", module.callback));
            Btf split = module.build("module" + i);
            plans[i] = StructOpsMatcher.match(variable("v" + i, "module_ops" + i).withDeclaredProgram(8, "both"),
                    KernelTypes.of(base, split));
        }
        assertEquals(plans[0].kernel().opsTypeId(), plans[1].kernel().opsTypeId(), "the numbers must not tell");
        refuses(plans);
    }

    @Test
    void displacedProgramsAreNotLoadedUnlessUsedElsewhere() {
        LocalStructOps cleared = variable("a", "ops").withDeclaredProgram(8, "start").withDeclaredProgram(0, "stop")
                .withoutProgram("init").withProgram("exit", "other_stop");
        StructOpsPrograms alone = assign(plan(cleared));
        assertEquals(Set.of("start", "stop"), alone.notLoaded());
        assertEquals(Set.of("other_stop"), alone.targets().keySet());

        StructOpsPrograms shared = assign(plan(cleared), plan(variable("b", "ops").withDeclaredProgram(8, "start")));
        assertEquals(Set.of("stop"), shared.notLoaded());
        assertEquals(Set.of("start", "other_stop"), shared.targets().keySet());
    }

    @Test
    void programsOfVariablesWithoutAMapAreNotLoadedUnlessUsedElsewhere() {
        LocalStructOps optional = variable("a", "ops").withDeclaredProgram(8, "start").withDeclaredProgram(0, "stop");
        StructOpsPrograms programs = StructOpsPrograms.assign(
                List.of(plan(variable("b", "ops").withDeclaredProgram(8, "start"))), List.of(optional));
        assertEquals(Set.of("start"), programs.targets().keySet());
        assertEquals(Set.of("stop"), programs.notLoaded());
    }

    @Test
    void refusesAPlanThatCannotBeLoaded() {
        StructOpsPlan plan = plan(variable("a", "other").withDeclaredProgram(0, "stop"));
        StructOpsException e = assertThrows(StructOpsException.class, () -> assign(plan));
        assertEquals(StructOpsRule.MEMBER_EXISTS, e.rule());
    }
}
