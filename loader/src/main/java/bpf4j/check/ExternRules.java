package bpf4j.check;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.object.Extern;
import bpf4j.object.Reference;
import bpf4j.reloc.ExternResult;
import bpf4j.reloc.ExternSurvey;
import bpf4j.reloc.ExternValue;
import bpf4j.reloc.RelocatedProgram;
import bpf4j.reloc.RelocationException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the externs of an object have a value, and one that the verifier can use. */
final class ExternRules {

    private final TargetKernel kernel;
    private final Findings findings;

    ExternRules(TargetKernel kernel, Findings findings) {
        this.kernel = kernel;
        this.findings = findings;
    }

    void check(ExternSurvey externs, List<RelocatedProgram> programs) {
        for (ExternResult result : externs.results()) {
            switch (result) {
                case ExternResult.Failed(Extern extern, RelocationException problem) ->
                    findings.blocks(Finding.Rule.EXTERN, subject(extern), problem.problem());
                case ExternResult.Unknown(Extern extern, RelocationException problem) ->
                    findings.add(severity(extern), Finding.Rule.EXTERN, subject(extern), problem.problem(),
                            Optional.empty());
                case ExternResult.Resolved(Extern extern, ExternValue.Kfunc kfunc) ->
                    loaded(kfunc.btf(), Finding.Rule.EXTERN, subject(extern));
                case ExternResult.Resolved(Extern extern, ExternValue.TypedVariable variable) ->
                    loaded(variable.btf(), Finding.Rule.EXTERN, subject(extern));
                case ExternResult.Resolved _ -> { }
            }
        }
        addresses(externs, programs);
    }

    /** What a module has is there only if it is loaded. */
    void loaded(Btf owner, Finding.Rule rule, String subject) {
        if (!kernel.isLoaded(owner)) {
            findings.undecided(rule, subject,
                    "it is in module '%s', which has to be loaded".formatted(owner.name()));
        }
    }

    static String subject(Extern extern) {
        return "extern '" + extern.name() + "'";
    }

    /** What is certainly there, or may be missing, has no value here and yet does not stand in the way. */
    private Severity severity(Extern extern) {
        boolean there = switch (extern) {
            case Extern.Kconfig option -> option.name().startsWith("LINUX_");
            case Extern.Ksym symbol -> kernel.names().hasFunction(symbol.name())
                    || kernel.types().vmlinux().find(symbol.name(), BtfKind.BTF_KIND_VAR).isPresent();
            case Extern.KernelVariable _, Extern.Kfunc _ -> false;
        };
        return there || extern.weak() ? Severity.NOTE : Severity.UNDECIDED;
    }

    /** The verifier looks for the address of a typed variable in the table of symbols, which may not have variables. */
    private void addresses(ExternSurvey externs, List<RelocatedProgram> programs) {
        Set<String> variables = new LinkedHashSet<>();
        for (RelocatedProgram program : programs) {
            for (Reference reference : program.references()) {
                if (reference instanceof Reference.ExternReference(_, String name) && externs.result(name).orElse(null)
                        instanceof ExternResult.Resolved(_, ExternValue.TypedVariable _)) {
                    variables.add(name);
                }
            }
        }
        if (variables.isEmpty()) {
            return;
        }
        Set<String> listed;
        try {
            listed = kernel.symbols().map(symbols -> symbols.listed(variables)).orElse(
                    kernel.config().filter(config -> !MapRules.isSet(config, "CONFIG_KALLSYMS_ALL")).isPresent()
                            ? Set.of() : variables);
        } catch (UncheckedIOException | RelocationException _) {
            return;
        }
        variables.stream().filter(name -> !listed.contains(name))
                .forEach(name -> findings.blocks(Finding.Rule.EXTERN, "extern '" + name + "'",
                        "the kernel knows the variable's type and not its address, since its table of symbols is "
                                + "without variables (CONFIG_KALLSYMS_ALL)"));
    }
}
