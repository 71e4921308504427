package bpf4j.link;

import bpf4j.kernel.LoadedProgram;
import bpf4j.object.AttachType;

/** What is attached to what, in words. */
final class Descriptions {

    private Descriptions() {
    }

    /** A program at what its section names, or at what it was loaded for. */
    static String ofTarget(LoadedProgram program) {
        return "program '%s' at %s".formatted(program.name(), program.spec().map(spec -> spec.section())
                .or(() -> program.attachType().map(AttachType::name)).orElse("its target"));
    }
}
