package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.ProgramSpec;
import bpf4j.object.SectionDefinition.Flag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Attaches programs to what their section names: the table of the sections that libbpf attaches by their name alone.
 */
public final class SectionAttacher {

    /** What a section has to say behind its slash. */
    private enum Target {
        /** Nothing: the program was loaded for its target. */
        LOADED_FOR,
        /** A name. */
        NAME,
        /** A file and what is in it, with a colon between. */
        IN_FILE
    }

    /**
     * @param sections the names, without what is behind the slash
     * @param target what has to be there
     * @param factory attaches
     */
    private record Row(List<String> sections, Target target, Function<LoadedProgram, Link> factory) {
    }

    private static final List<Row> TABLE = List.of(
            new Row(List.of("tp_btf", "tp_btf.s", "fentry", "fentry.s", "fmod_ret", "fmod_ret.s", "fexit", "fexit.s",
                    "fsession", "fsession.s", "lsm", "lsm.s"), Target.LOADED_FOR, TracingLink::attach),
            new Row(List.of("raw_tracepoint", "raw_tp", "raw_tracepoint.s", "raw_tp.s", "raw_tracepoint.w", "raw_tp.w"),
                    Target.NAME, RawTracepointLink::attach),
            new Row(List.of("tracepoint", "tp", "tracepoint.s", "tp.s"), Target.NAME, TracepointLink::attachBySection),
            new Row(List.of("kprobe", "kretprobe", "ksyscall", "kretsyscall"), Target.NAME,
                    KprobeLink::attachBySection),
            new Row(List.of("kprobe.multi", "kretprobe.multi", "kprobe.session"), Target.NAME,
                    KprobeMultiLink::attachBySection),
            new Row(List.of("freplace"), Target.LOADED_FOR, FreplaceLink::attach),
            new Row(List.of("iter", "iter.s"), Target.LOADED_FOR, IterLink::attach),
            new Row(List.of("uprobe", "uprobe.s", "uretprobe", "uretprobe.s"), Target.IN_FILE,
                    UprobeLink::attachBySection),
            new Row(List.of("uprobe.multi", "uprobe.multi.s", "uretprobe.multi", "uretprobe.multi.s", "uprobe.session",
                    "uprobe.session.s"), Target.IN_FILE, UprobeMultiLink::attachBySection),
            new Row(List.of("usdt", "usdt.s"), Target.IN_FILE, UsdtLink::attachBySection));

    private static final Map<String, Row> BY_SECTION = new HashMap<>();

    static {
        TABLE.forEach(row -> row.sections.forEach(section -> BY_SECTION.put(section, row)));
    }

    private SectionAttacher() {
    }

    /** {@return the names of all sections that are attached, without their targets} */
    static Set<String> sections() {
        return BY_SECTION.keySet();
    }

    /**
     * Tells whether a program's section says to what it is to be attached.
     *
     * @param program the program
     * @return whether {@link #attach} has all that it needs
     */
    public static boolean canAttach(LoadedProgram program) {
        return program.spec().filter(spec -> problem(spec).isEmpty()).isPresent();
    }

    /**
     * Attaches a program to what its section names.
     *
     * @param program the program
     * @return the attachment, the caller's to close
     * @throws KernelException if the section does not say to what, or the kernel refuses
     */
    public static Link attach(LoadedProgram program) {
        String subject = "program '" + program.name() + "'";
        ProgramSpec spec = program.spec().orElseThrow(() -> new KernelException(Step.ATTACH, subject, 0,
                "it is of no object, so that no section names a target; a class of bpf4j.link attaches it"));
        String problem = problem(spec);
        if (!problem.isEmpty()) {
            throw new KernelException(Step.ATTACH, subject, 0, problem);
        }
        return row(spec).factory.apply(program);
    }

    private static Row row(ProgramSpec spec) {
        return spec.definition().map(definition -> BY_SECTION.get(definition.name())).orElse(null);
    }

    private static String problem(ProgramSpec spec) {
        Row row = row(spec);
        if (row == null) {
            return spec.has(Flag.AUTO_ATTACH)
                    ? "nothing attaches programs of section '%s'".formatted(spec.section())
                    : "section '%s' does not say to what it is attached; a class of bpf4j.link attaches %s"
                            .formatted(spec.section(), spec.type());
        }
        String target = spec.attachTarget().orElse("");
        return switch (row.target) {
            case LOADED_FOR -> "";
            case NAME -> target.isEmpty() ? "section '%s' names no target".formatted(spec.section()) : "";
            case IN_FILE -> !target.isEmpty() ? ""
                    : "section '%s' names no place in a file, as '%s/FILE:NAME' would".formatted(spec.section(),
                            spec.definition().orElseThrow().name());
        };
    }
}
