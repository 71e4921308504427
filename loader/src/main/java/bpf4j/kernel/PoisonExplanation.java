package bpf4j.kernel;

import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.core.CoreTrace;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.reloc.RelocatedProgram;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Why an instruction is none that may run: the loader put a call of a helper into its place that does not exist, and
 * the verifier reached it.
 *
 * @param cause one sentence about what is missing
 * @param advice one sentence about what to do
 * @param candidates the kernel's types that CO-RE compared, where it is about one of them
 */
record PoisonExplanation(String cause, String advice, List<CoreTrace.Tried> candidates) {

    private static final Pattern UNKNOWN_HELPER = Pattern.compile("unknown#(\\d{1,10})");
    private static final int MAX_CANDIDATES_IN_SENTENCE = 4;

    /** Looks whether the refused instruction is a poisoned one. */
    static Optional<PoisonExplanation> of(List<String> messages, OptionalInt insnIndex, BpfObject object,
            RelocatedProgram program) {
        Matcher matcher = UNKNOWN_HELPER.matcher(String.join("\n", messages));
        if (insnIndex.isEmpty() || !matcher.find()) {
            return Optional.empty();
        }
        CoreFixup fixup = program.poisoned().get(insnIndex.getAsInt());
        if (fixup != null) {
            return Optional.of(core(fixup));
        }
        long helper = Long.parseLong(matcher.group(1));
        long map = helper - ProgramLinker.MAP_POISON;
        if (map >= 0 && map < object.maps().size()) {
            return Optional.of(missing(object.maps().get((int) map)));
        }
        long extern = helper - ExternLinker.KFUNC_POISON;
        if (extern >= 0 && extern < object.externs().size()) {
            return Optional.of(new PoisonExplanation(
                    "the kernel has no function '%s', and the program reaches a call of it".formatted(
                            object.externs().get((int) extern).name()),
                    "guard the call by a test of its address: the extern is weak, and its address is null here",
                    List.of()));
        }
        return Optional.empty();
    }

    private static PoisonExplanation missing(MapSpec map) {
        String use = "map '%s' was not created, and the program reaches an instruction that uses it"
                .formatted(map.name());
        // What was to be created is not there for one reason only.
        return map.create() ? new PoisonExplanation("%s: the kernel has no %s".formatted(use,
                        KernelFeature.GLOBAL_DATA.text()),
                        "load it into Linux %s or newer".formatted(KernelFeature.GLOBAL_DATA.since()), List.of())
                : new PoisonExplanation(use,
                        "create the map, or guard the use by a constant that is known when the object is loaded",
                        List.of());
    }

    private static PoisonExplanation core(CoreFixup fixup) {
        return switch (fixup) {
            case CoreFixup.Poison poison -> {
                List<CoreTrace.Tried> tried = poison.candidates();
                yield new PoisonExplanation("%s was not found: %s".formatted(poison.path(), why(poison, tried)),
                        "guard the access with an existence test such as bpf_core_field_exists", tried);
            }
            case CoreFixup.Patch patch -> new PoisonExplanation(
                    ("%s has %d bytes in the object and %d bytes in the kernel, "
                            + "and no load of another width gives its value").formatted(patch.path(),
                                    patch.access().localBytes(), patch.access().targetBytes()),
                    "declare the field as the kernel does, or read it with BPF_CORE_READ_BITFIELD",
                    patch.candidates());
        };
    }

    /** One candidate, or none, has a sentence of its own; of several the first few are shown. */
    private static String why(CoreFixup.Poison poison, List<CoreTrace.Tried> tried) {
        if (tried.size() <= 1) {
            return poison.reason();
        }
        int unseen = tried.size() - MAX_CANDIDATES_IN_SENTENCE;
        return tried.stream().limit(MAX_CANDIDATES_IN_SENTENCE).map(CoreTrace.Tried::toString)
                .collect(Collectors.joining("; ")) + (unseen > 0 ? "; and %d more".formatted(unseen) : "");
    }
}
