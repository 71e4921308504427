package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.ProgramSpec;
import bpf4j.object.SectionDefinition;

/**
 * What the section name of a program says that it is to be attached to.
 *
 * @param program the program
 * @param kind the section's name up to the slash: {@code kprobe.multi}
 * @param text what stands behind the slash
 */
record SectionTarget(LoadedProgram program, String kind, String text) {

    /**
     * Reads it.
     *
     * @throws KernelException if the program has no section, or the section names no target
     */
    static SectionTarget of(LoadedProgram program) {
        String subject = "program '" + program.name() + "'";
        ProgramSpec spec = program.spec().orElseThrow(() -> new KernelException(Step.ATTACH, subject, 0,
                "it was not loaded from an object, so that no section says what to attach it to"));
        String text = spec.attachTarget().filter(target -> !target.isEmpty())
                .orElseThrow(() -> new KernelException(Step.ATTACH, subject, 0,
                        "section '%s' does not say what to attach it to".formatted(spec.section())));
        return new SectionTarget(program, spec.definition().map(SectionDefinition::name).orElse(""), text);
    }

    /**
     * {@return the exception for a text that cannot be understood}
     *
     * @param form what it should look like: {@code category/name}
     */
    KernelException malformed(String form) {
        return new KernelException(Step.ATTACH, "program '" + program.name() + "'", 0,
                "'%s' in the name of its section is not of the form %s".formatted(text, form));
    }
}
