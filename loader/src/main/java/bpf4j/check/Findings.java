package bpf4j.check;

import bpf4j.reloc.SourceLine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects findings, each once. */
final class Findings {

    private final Set<Finding> found = new LinkedHashSet<>();

    void blocks(Finding.Rule rule, String subject, String problem) {
        add(Severity.BLOCKS, rule, subject, problem, Optional.empty());
    }

    void undecided(Finding.Rule rule, String subject, String problem) {
        add(Severity.UNDECIDED, rule, subject, problem, Optional.empty());
    }

    void note(Finding.Rule rule, String subject, String problem) {
        add(Severity.NOTE, rule, subject, problem, Optional.empty());
    }

    void add(Severity severity, Finding.Rule rule, String subject, String problem, Optional<SourceLine> source) {
        found.add(new Finding(severity, rule, subject, problem, source));
    }

    List<Finding> list() {
        return new ArrayList<>(found);
    }
}
