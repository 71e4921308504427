package bpf4j.check;

import bpf4j.reloc.CoreResult;
import bpf4j.reloc.ExternResult;
import bpf4j.reloc.StructOpsResult;
import java.util.List;
import java.util.Map;

/**
 * What was found out about one object and one kernel. Immutable.
 *
 * @param object the object's name
 * @param kernel the kernel's name
 * @param relocations every CO-RE relocation of what would be loaded, with its result
 * @param guards of the relocations whose instruction must not be reached, whether it is
 * @param externs every extern, with what it becomes
 * @param structOps every struct_ops variable for which a map would be created, with what becomes of its members
 * @param findings what does not go together, or may not, in the order of the checks
 */
public record CheckReport(String object, String kernel, List<CoreResult> relocations,
        Map<CoreResult, Guard> guards, List<ExternResult> externs, List<StructOpsResult> structOps,
        List<Finding> findings) {

    /** Whether an instruction that must not be reached is reached. */
    public enum Guard {
        /** The verifier never comes to it: a test that is decided when the object is loaded leads past it. */
        GUARDED,
        /** The verifier comes to it, and refuses the program. */
        REACHED,
        /** It depends on what is not known, or the program is too large to tell. */
        UNDECIDED
    }

    /** Copies lists and map. */
    public CheckReport {
        relocations = List.copyOf(relocations);
        guards = Map.copyOf(guards);
        externs = List.copyOf(externs);
        structOps = List.copyOf(structOps);
        findings = List.copyOf(findings);
    }

    /** {@return what it comes to} */
    public Verdict verdict() {
        return Verdict.of(findings);
    }

    /**
     * Selects findings.
     *
     * @param severity which
     * @return those, in order
     */
    public List<Finding> findings(Severity severity) {
        return findings.stream().filter(f -> f.severity() == severity).toList();
    }

    /** {@return the verdict in words, for instance {@code tcpconn.bpf.o on 6.1.0: LOADS}} */
    @Override
    public String toString() {
        return "%s on %s: %s".formatted(object, kernel, verdict());
    }
}
