package bpf4j.check;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.structops.MemberOutcome;
import bpf4j.btf.structops.StructOpsException;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.reloc.CoreResult;
import bpf4j.reloc.ExternResolver;
import bpf4j.reloc.ExternResult;
import bpf4j.reloc.ExternSurvey;
import bpf4j.reloc.RelocatedProgram;
import bpf4j.reloc.RelocationException;
import bpf4j.reloc.RelocationSurvey;
import bpf4j.reloc.StructOpsResult;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Says whether an object can be loaded into a kernel, without loading it and without privileges: what the loader would
 * do is done up to the first call of {@code bpf(2)}, and where it would stop this goes on, so that everything is told
 * at once. What the verifier makes of the code is not foreseen, except that it refuses what the loader had to make
 * unusable where it comes to it.
 */
public final class Check {

    private final BpfObject object;
    private final TargetKernel kernel;
    private final Findings findings = new Findings();
    /** By identity: two relocations may have equal answers. */
    private final Map<CoreFixup, CheckReport.Guard> reached = new IdentityHashMap<>();

    private Check(BpfObject object, TargetKernel kernel) {
        this.object = object;
        this.kernel = kernel;
    }

    /**
     * Checks an object against a kernel.
     *
     * @param object the object, with the changes that it would be loaded with
     * @param kernel the kernel
     * @return what was found out
     * @throws bpf4j.kernel.KernelException if the types of the running kernel cannot be read
     */
    public static CheckReport of(BpfObject object, TargetKernel kernel) {
        return new Check(object, kernel).report();
    }

    /**
     * Reports on a file that is no usable object.
     *
     * @param object the file's name
     * @param kernel the kernel's name
     * @param problem why it cannot be read
     * @return a report that says so
     */
    public static CheckReport unreadable(String object, String kernel, String problem) {
        return new CheckReport(object, kernel, List.of(), Map.of(), List.of(), List.of(), List.of(new Finding(
                Severity.BLOCKS, Finding.Rule.OBJECT, "object", problem, Optional.empty())));
    }

    private CheckReport report() {
        Btf vmlinux = kernel.types().vmlinux();
        if (object.order() != vmlinux.order()) {
            return unreadable(object.name(), kernel.name(),
                    "it is for machines of byte order %s, and the kernel is of %s".formatted(
                            object.order(), vmlinux.order()));
        }
        try {
            return examined();
        } catch (BtfFormatException | RelocationException e) {
            return unreadable(object.name(), kernel.name(), e.getMessage());
        }
    }

    private CheckReport examined() {
        RelocationSurvey relocation = RelocationSurvey.of(object, kernel.types());
        ExternSurvey externs = ExternResolver.survey(object, kernel.facts());
        relocations(relocation);
        if (kernel.hasReadModulesThatMayNotBeLoaded()) {
            modules(relocation);
        }
        relocation.structOps().forEach(this::structOps);
        new ExternRules(kernel, findings).check(externs, relocation.programs());
        MapRules maps = new MapRules(kernel, findings);
        object.maps().stream().filter(MapSpec::create).forEach(maps::check);
        ProgramRules programs = new ProgramRules(object, kernel, externs, findings);
        for (RelocatedProgram program : relocation.programs()) {
            ProgramFacts facts = new ProgramFacts(program, object, externs);
            LiveCode live = LiveCode.of(facts, !kernel.names().hasMember("bpf_func_info_aux", "called"));
            poisons(facts, live, externs);
            programs.check(program, live);
        }
        return new CheckReport(object.name(), kernel.name(), relocation.core(), guards(relocation), externs.results(),
                relocation.structOps(), findings.list());
    }

    private void relocations(RelocationSurvey relocation) {
        for (CoreResult result : relocation.core()) {
            if (result instanceof CoreResult.Unanswered unanswered) {
                findings.add(Severity.BLOCKS, Finding.Rule.RELOCATION,
                        "function '" + unanswered.function().name() + "'", unanswered.problem().problem(),
                        unanswered.source());
            }
        }
        relocation.problems().forEach(problem -> findings.add(Severity.BLOCKS, Finding.Rule.RELOCATION,
                problem.subject(), problem.problem(), problem.source()));
    }

    /** Types of modules answer relocations only where the kernel proper has none of the name. */
    private void modules(RelocationSurvey relocation) {
        Map<String, Btf> byName = new HashMap<>();
        kernel.modules().forEach(module -> byName.put(module.name(), module));
        for (CoreResult result : relocation.core()) {
            if (result instanceof CoreResult.Answered answered) {
                answered.fixup().candidates().stream().map(tried -> byName.get(tried.btfName()))
                        .filter(Objects::nonNull).forEach(module -> new ExternRules(kernel, findings).loaded(module,
                                Finding.Rule.RELOCATION, "type of " + answered.fixup().path()));
            }
        }
    }

    private void structOps(StructOpsResult result) {
        switch (result) {
            case StructOpsResult.Matched(MapSpec map, StructOpsPlan plan) -> {
                plan.kernel().module().ifPresent(module -> new ExternRules(kernel, findings).loaded(module,
                        Finding.Rule.STRUCT_OPS, "struct_ops '" + map.name() + "'"));
                for (MemberOutcome.Refused refused : plan.refused()) {
                    findings.blocks(Finding.Rule.STRUCT_OPS, "struct_ops '%s' member '%s'".formatted(map.name(),
                            refused.member()), "%s (object: %s; kernel: %s; rule: %s)".formatted(refused.reason(),
                                    refused.localType(), refused.kernelType().isEmpty() ? "none" : refused.kernelType(),
                                    refused.rule().text()));
                }
            }
            case StructOpsResult.Unmatched(MapSpec map, StructOpsException problem) ->
                findings.blocks(Finding.Rule.STRUCT_OPS, "struct_ops '" + map.name() + "'", problem.getMessage()
                        .substring("struct_ops '%s': ".formatted(problem.variable()).length()));
        }
    }

    private void poisons(ProgramFacts facts, LiveCode live, ExternSurvey externs) {
        boolean certain = live.isComplete()
                && externs.results().stream().noneMatch(ExternResult.Unknown.class::isInstance);
        RelocatedProgram program = facts.program();
        facts.poisons().keySet().stream().sorted().forEach(at -> {
            Poison poison = facts.poisons().get(at);
            boolean reaches = live.reaches(at);
            if (poison instanceof Poison.Core(CoreFixup fixup)) {
                reached.merge(fixup, guard(reaches, certain, live.isComplete()), Check::worse);
            }
            if (reaches || !live.isComplete()) {
                findings.add(reaches && certain ? Severity.BLOCKS : Severity.UNDECIDED, Finding.Rule.POISON,
                        "program '" + program.name() + "'", "instruction %d%s %s: %s".formatted(at,
                                program.partAt(at).filter(part -> !part.name().equals(program.name()))
                                        .map(part -> " in '" + part.name() + "'").orElse(""),
                                reaches ? certain ? "is reached" : "may be reached"
                                        : "may be reached, as the program is too large to tell", text(poison)),
                        program.lineAt(at).flatMap(line -> object.btf().map(line::source)));
            }
        });
    }

    private static CheckReport.Guard guard(boolean reaches, boolean certain, boolean complete) {
        if (reaches) {
            return certain ? CheckReport.Guard.REACHED : CheckReport.Guard.UNDECIDED;
        }
        return complete ? CheckReport.Guard.GUARDED : CheckReport.Guard.UNDECIDED;
    }

    private static CheckReport.Guard worse(CheckReport.Guard one, CheckReport.Guard other) {
        if (one == CheckReport.Guard.REACHED || other == CheckReport.Guard.GUARDED) {
            return one;
        }
        return other;
    }

    private static String text(Poison poison) {
        return switch (poison) {
            case Poison.Core(CoreFixup.Poison fixup) -> "%s was not found: %s".formatted(fixup.path(), fixup.reason());
            case Poison.Core(CoreFixup.Patch fixup) -> "%s has %d bytes in the object and %d in the kernel".formatted(
                    fixup.path(), fixup.access().localBytes(), fixup.access().targetBytes());
            case Poison.Map(String map) -> "it uses map '" + map + "', which is not created";
            case Poison.Kfunc(String function) -> "it calls '" + function + "', which the kernel does not have";
        };
    }

    private Map<CoreResult, CheckReport.Guard> guards(RelocationSurvey relocation) {
        Map<CoreResult, CheckReport.Guard> guards = new HashMap<>();
        for (CoreResult result : relocation.core()) {
            if (result instanceof CoreResult.Answered answered && answered.poisoned()) {
                // What is in no program is in nobody's way.
                guards.put(answered, reached.getOrDefault(answered.fixup(), CheckReport.Guard.GUARDED));
            }
        }
        return guards;
    }
}
