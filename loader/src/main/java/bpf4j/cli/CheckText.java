package bpf4j.cli;

import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.check.CheckReport;
import bpf4j.check.Finding;
import bpf4j.check.Severity;
import bpf4j.check.Verdict;
import bpf4j.object.Extern;
import bpf4j.object.MapSpec;
import bpf4j.reloc.CoreResult;
import bpf4j.reloc.ExternResult;
import bpf4j.reloc.ExternValue;
import bpf4j.reloc.RelocationException;
import bpf4j.reloc.StructOpsResult;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Prints reports of checks for people: a verdict with its reasons for each pair, and at the end all of them. */
final class CheckText {

    private final Console console;
    private final boolean everything;
    private final boolean quiet;
    /** Object to kernel to verdict. */
    private final Map<String, Map<String, String>> verdicts = new LinkedHashMap<>();
    private final Set<String> kernels = new LinkedHashSet<>();
    private boolean printed;

    /**
     * @param everything whether relocations, externs and struct_ops members are shown that there is nothing to say
     *     about
     * @param quiet whether a pair that there is nothing to say about is only in the matrix
     */
    CheckText(Console console, boolean everything, boolean quiet) {
        this.console = console;
        this.everything = everything;
        this.quiet = quiet;
    }

    static String word(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    void unreadable(String kernel) {
        kernels.add(kernel);
    }

    void print(CheckReport report) {
        kernels.add(report.kernel());
        verdicts.computeIfAbsent(report.object(), _ -> new LinkedHashMap<>()).put(report.kernel(),
                word(report.verdict()));
        if (quiet && report.findings().isEmpty()) {
            return;
        }
        printed = true;
        console.out().println("%s on %s: %s%s".formatted(report.object(), report.kernel(), coloured(report.verdict()),
                summary(report)));
        for (Severity severity : Severity.values()) {
            for (Finding finding : report.findings(severity)) {
                console.out().println("  %s %s".formatted(mark(severity), finding));
            }
        }
        if (everything) {
            print("CO-RE relocations", relocations(report));
            print("Externs", externs(report));
            report.structOps().forEach(this::print);
        }
    }

    private String coloured(Verdict verdict) {
        return switch (verdict) {
            case LOADS -> console.good("loads");
            case FAILS -> console.bad("fails");
            case UNKNOWN -> console.aside("unknown");
        };
    }

    private static String mark(Severity severity) {
        return switch (severity) {
            case BLOCKS -> "fails:";
            case UNDECIDED -> "unknown:";
            case NOTE -> "note:";
        };
    }

    private static String summary(CheckReport report) {
        long poisoned = report.guards().size();
        long guarded = report.guards().values().stream().filter(g -> g == CheckReport.Guard.GUARDED).count();
        if (report.relocations().isEmpty()) {
            return "";
        }
        return " (CO-RE relocations: %d%s)".formatted(report.relocations().size(), poisoned == 0 ? ""
                : ", %d without an answer, %s".formatted(poisoned, guarded == poisoned ? "all guarded"
                        : guarded + " of them guarded"));
    }

    private Table relocations(CheckReport report) {
        Table table = new Table("FUNCTION", "INSN", "KIND", "PATH", "RESULT", "LINE");
        for (CoreResult result : report.relocations()) {
            table.row(result.function().name(), result.insnIndex(),
                    KernelTables.shortened(result.relocation().kind().name(), "BPF_CORE_").toLowerCase(Locale.ROOT),
                    path(result), text(result, report), result.source().map(line -> line.file()
                            .substring(line.file().lastIndexOf('/') + 1) + ":" + line.line()).orElse("-"));
        }
        return table;
    }

    private static String path(CoreResult result) {
        return result instanceof CoreResult.Answered answered ? answered.fixup().path() : "-";
    }

    static String text(CoreResult result, CheckReport report) {
        return switch (result) {
            case CoreResult.Unanswered _ -> "no answer";
            case CoreResult.Answered answered when answered.poisoned() -> "none, "
                    + report.guards().getOrDefault(answered, CheckReport.Guard.UNDECIDED).name()
                            .toLowerCase(Locale.ROOT);
            case CoreResult.Answered(_, _, CoreFixup.Patch patch, _, _) -> patch.localValue() == patch.targetValue()
                    ? Long.toString(patch.targetValue())
                    : "%d, was %d".formatted(patch.targetValue(), patch.localValue());
            case CoreResult.Answered _ -> "none";
        };
    }

    private static Table externs(CheckReport report) {
        Table table = new Table("EXTERN", "KIND", "RESULT");
        for (ExternResult result : report.externs()) {
            table.row(result.extern().name(), kind(result.extern()) + (result.extern().weak() ? ", weak" : ""),
                    text(result));
        }
        return table;
    }

    static String kind(Extern extern) {
        return switch (extern) {
            case Extern.Kconfig _ -> "kconfig";
            case Extern.Ksym _, Extern.KernelVariable _ -> "ksym";
            case Extern.Kfunc _ -> "kfunc";
        };
    }

    static String text(ExternResult result) {
        return switch (result) {
            case ExternResult.Failed _ -> "missing";
            case ExternResult.Unknown(_, RelocationException problem) -> "unknown: " + problem.problem();
            case ExternResult.Resolved(_, ExternValue value) -> switch (value) {
                case ExternValue.Option option -> option.present() ? "set" : "not set";
                case ExternValue.Address _ -> "there";
                case ExternValue.TypedVariable variable -> "[%d] in %s".formatted(variable.typeId(),
                        variable.btf().name());
                case ExternValue.Kfunc kfunc -> "[%d] in %s".formatted(kfunc.typeId(), kfunc.btf().name());
                case ExternValue.Missing _ -> "missing, and may be";
            };
        };
    }

    private void print(StructOpsResult result) {
        if (result instanceof StructOpsResult.Matched(MapSpec map, StructOpsPlan plan)) {
            print(StructOpsTable.title(map), StructOpsTable.of(plan.local(), Optional.of(plan)));
        }
    }

    private void print(String title, Table table) {
        if (!table.isEmpty()) {
            console.out().println("  " + title);
            console.print(table);
        }
    }

    /** Prints a row for each object and a column for each kernel, where there is more than one pair. */
    void matrix() {
        if (verdicts.size() * kernels.size() <= 1) {
            return;
        }
        String[] headers = new String[kernels.size() + 1];
        headers[0] = "OBJECT";
        int column = 1;
        for (String kernel : kernels) {
            headers[column++] = kernel;
        }
        Table table = new Table(headers);
        verdicts.forEach((object, row) -> {
            Object[] cells = new Object[headers.length];
            cells[0] = object;
            for (int i = 1; i < headers.length; i++) {
                cells[i] = row.getOrDefault(headers[i], "-");
            }
            table.row(cells);
        });
        if (printed) {
            console.out().println();
        }
        console.print(table);
    }
}
