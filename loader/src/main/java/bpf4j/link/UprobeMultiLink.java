package bpf4j.link;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import bpf4j.binary.FunctionSymbol;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Kernel;
import bpf4j.sys.LinkAttr;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A program attached to the calls or returns of many functions of one file at once (Linux 6.6), or as a session to both
 * (Linux 6.13). One descriptor and one call, however many places there are.
 * Safe for use by several threads, as all links are.
 */
public final class UprobeMultiLink extends KernelLink {

    private static final int BPF_F_UPROBE_MULTI_RETURN = 1;

    private UprobeMultiLink(String description, AttachType type, Kernel kernel, int status) {
        super(description, type, kernel, status);
    }

    /**
     * Attaches a program to many places of a file.
     *
     * @param program a kprobe program loaded with the attach type {@code BPF_TRACE_UPROBE_MULTI} or {@code
     *     BPF_TRACE_UPROBE_SESSION}, as sections {@code uprobe.multi} and {@code uprobe.session} have them
     * @param options the places and more
     * @return the attachment, the caller's to close
     * @throws MissingTargetException if there is no such file, no function fits the pattern, or a named one is not
     *     there
     * @throws KernelException if a named function has several places, or the kernel refuses
     */
    public static UprobeMultiLink attach(LoadedProgram program, UprobeMultiOptions options) {
        String description = "program '%s' on %s".formatted(program.name(), describe(options));
        AttachType type = program.requireAttachType(description);
        if (type == AttachType.BPF_TRACE_UPROBE_SESSION && options.isReturn()) {
            throw new KernelException(Step.ATTACH, description, 0, "a session runs at calls and returns anyway");
        }
        return switch (options.places()) {
            case UprobeMultiOptions.Places.At(List<Long> fileOffsets) -> {
                TargetFile.Start start = TargetFile.locate(description, options.binary());
                yield attach(program, type, options, start,
                        fileOffsets.stream().map(offset -> start.offset() + offset).toList(), description);
            }
            case UprobeMultiOptions.Places.Named(List<String> names) -> {
                try (TargetFile file = TargetFile.open(description, options.binary())) {
                    yield attach(program, type, options, file.start(),
                            names.stream().map(name -> file.function(name).fileOffset()).toList(), description);
                }
            }
            case UprobeMultiOptions.Places.Matching(String glob) -> {
                try (TargetFile file = TargetFile.open(description, options.binary())) {
                    yield attach(program, type, options, file.start(), file.functions(new Glob(glob)).stream()
                            .map(FunctionSymbol::fileOffset).toList(), description);
                }
            }
        };
    }

    /**
     * Attaches a program to what its section name says: {@code uprobe.multi/FILE:GLOB},
     * {@code uretprobe.multi/FILE:GLOB} or {@code uprobe.session/FILE:GLOB}.
     *
     * @param program a kprobe program of an object
     * @return the attachment, the caller's to close
     * @throws KernelException if the section has no such pattern, or as {@link #attach} says
     */
    public static UprobeMultiLink attachBySection(LoadedProgram program) {
        SectionTarget target = SectionTarget.of(program);
        int colon = target.text().indexOf(':');
        if (colon <= 0 || colon == target.text().length() - 1) {
            throw target.malformed("file:function, where * and ? in the function stand for other characters");
        }
        return attach(program, UprobeMultiOptions
                .matching(target.text().substring(0, colon), target.text().substring(colon + 1))
                .withReturn(target.kind().startsWith("uretprobe")));
    }

    private static String describe(UprobeMultiOptions options) {
        String what = switch (options.places()) {
            case UprobeMultiOptions.Places.Matching(String glob) -> "functions " + options.binary() + ":" + glob;
            case UprobeMultiOptions.Places.Named(List<String> names) ->
                    some("function", options.binary() + ":" + names.getFirst(), names.size());
            case UprobeMultiOptions.Places.At(List<Long> offsets) ->
                    some("place", options.binary() + ":0x" + Long.toHexString(offsets.getFirst()), offsets.size());
        };
        return options.isReturn() ? "returns of " + what : what;
    }

    private static String some(String what, String first, int count) {
        return count == 1 ? what + " " + first
                : "%ss %s and %d %s".formatted(what, first, count - 1, count == 2 ? "other" : "others");
    }

    private static UprobeMultiLink attach(LoadedProgram program, AttachType type, UprobeMultiOptions options,
            TargetFile.Start start, List<Long> fileOffsets, String description) {
        int status = new BpfCalls(program.kernel()).links().create(LinkAttr.CreateUprobeMulti.STRUCT,
                program.descriptor(), 0, type.number(), 0, (attr, buffer) -> {
                    LinkAttr.CreateUprobeMulti.PATH.set(attr, buffer.allocateFrom(start.path().toString()));
                    LinkAttr.CreateUprobeMulti.OFFSETS.set(attr, array(fileOffsets, buffer));
                    LinkAttr.CreateUprobeMulti.CNT.set(attr, fileOffsets.size());
                    if (!options.cookies().isEmpty()) {
                        LinkAttr.CreateUprobeMulti.COOKIES.set(attr, array(options.cookies(), buffer));
                    }
                    if (!options.refCtrOffsets().isEmpty()) {
                        LinkAttr.CreateUprobeMulti.REF_CTR_OFFSETS.set(attr, array(options.refCtrOffsets().stream()
                                .map(counter -> UprobeLink.inFileOnDisk(counter, start)).toList(), buffer));
                    }
                    LinkAttr.CreateUprobeMulti.UPROBE_MULTI_FLAGS.set(attr,
                            options.isReturn() ? BPF_F_UPROBE_MULTI_RETURN : 0);
                    // Other than everywhere else, 0 stands for all processes here.
                    LinkAttr.CreateUprobeMulti.PID.set(attr, options.pid() == UprobeOptions.ALL_PROCESSES
                            ? 0 : UprobeLink.processId(options.pid()));
                });
        return new UprobeMultiLink(description, type, program.kernel(), status);
    }

    private static MemorySegment array(List<Long> numbers, CallBuffer buffer) {
        return buffer.allocateFrom(JAVA_LONG, numbers.stream().mapToLong(Long::longValue).toArray());
    }
}
