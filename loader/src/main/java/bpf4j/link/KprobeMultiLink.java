package bpf4j.link;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.stream.Collectors.joining;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.LinkAttr;
import bpf4j.sys.LinkCalls;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A program attached to the calls or returns of many kernel functions at once (Linux 5.18), or as a session to both
 * (Linux 6.10). Needs function tracing in the kernel, and attaches in a moment to thousands.
 * Safe for use by several threads, as all links are.
 */
public final class KprobeMultiLink extends KernelLink {

    private static final int BPF_F_KPROBE_MULTI_RETURN = 1;

    KprobeMultiLink(String description, AttachType type, Kernel kernel, int status) {
        super(description, type, kernel, status);
    }

    /**
     * Attaches a program to many kernel functions.
     *
     * @param program a kprobe program loaded with the attach type {@code BPF_TRACE_KPROBE_MULTI} or {@code
     *     BPF_TRACE_KPROBE_SESSION}, as sections {@code kprobe.multi} and {@code kprobe.session} have them
     * @param options the functions and more
     * @return the attachment, the caller's to close
     * @throws MissingTargetException if no function fits the pattern, or a named one is not there
     * @throws UnsupportedFeatureException if the kernel was built without
     * @throws KernelException if tracefs, which a pattern needs, is not mounted, or the kernel refuses
     */
    public static KprobeMultiLink attach(LoadedProgram program, KprobeMultiOptions options) {
        String description = "program '%s' on %s".formatted(program.name(), describe(options));
        AttachType type = program.requireAttachType(description);
        if (type == AttachType.BPF_TRACE_KPROBE_SESSION && options.isReturn()) {
            throw new KernelException(Step.ATTACH, description, 0, "a session runs at calls and returns anyway");
        }
        int status = switch (options.functions()) {
            case KprobeMultiOptions.Functions.Matching(String glob) ->
                    create(program, type, options, matching(glob, options.isUnique(), description));
            case KprobeMultiOptions.Functions.At(List<Long> addresses) -> create(program, type, options, addresses);
            case KprobeMultiOptions.Functions.Named(List<String> names) -> {
                int named = createNamed(program, type, options, names);
                if (named == -Errno.ESRCH.number() || named == -Errno.ENOENT.number()) {
                    throw missing(names, description, -named);
                }
                yield named;
            }
        };
        if (status == -Errno.EOPNOTSUPP.number()) {
            throw new UnsupportedFeatureException(Step.ATTACH, description, -status, "kprobes of many functions",
                    "CONFIG_FPROBE");
        }
        return new KprobeMultiLink(description, type, program.kernel(), status);
    }

    /**
     * Attaches a program to what its section name says: {@code kprobe.multi/GLOB}, {@code kretprobe.multi/GLOB} or
     * {@code kprobe.session/GLOB}.
     *
     * @param program a kprobe program of an object
     * @return the attachment, the caller's to close
     * @throws KernelException if the section has no such pattern, or as {@link #attach} says
     */
    public static KprobeMultiLink attachBySection(LoadedProgram program) {
        SectionTarget target = SectionTarget.of(program);
        if (!Glob.isValid(target.text())) {
            throw target.malformed("function, where * and ? stand for other characters");
        }
        return attach(program, KprobeMultiOptions.matching(target.text())
                .withReturn(target.kind().equals("kretprobe.multi")));
    }

    private static String describe(KprobeMultiOptions options) {
        String what = switch (options.functions()) {
            case KprobeMultiOptions.Functions.Matching(String glob) -> "kernel functions " + glob;
            case KprobeMultiOptions.Functions.Named(List<String> names) -> some(names.size(), names.getFirst());
            case KprobeMultiOptions.Functions.At(List<Long> addresses) ->
                    some(addresses.size(), "0x" + Long.toHexString(addresses.getFirst()));
        };
        return options.isReturn() ? "returns of " + what : what;
    }

    private static String some(int count, String first) {
        return count == 1 ? "kernel function " + first
                : "kernel functions %s and %d %s".formatted(first, count - 1, count == 2 ? "other" : "others");
    }

    private static List<Long> matching(String glob, boolean isUnique, String description) {
        List<Long> addresses = TraceableFunctions.addresses(new Glob(glob),
                TraceFs.require(Step.ATTACH, description), KprobeRefusal.KALLSYMS, description);
        if (addresses.isEmpty()) {
            throw new MissingTargetException(description, glob,
                    "no kernel function that can be traced has a name like '%s'".formatted(glob), List.of());
        }
        if (isUnique && addresses.size() > 1) {
            throw new KernelException(Step.ATTACH, description, 0, "%d kernel functions have names like '%s', and one "
                    .formatted(addresses.size(), glob) + "is wanted");
        }
        return addresses;
    }

    private static KernelException missing(List<String> names, String description, int errno) {
        Set<String> listed = KprobeRefusal.KALLSYMS.listed(Set.copyOf(names));
        for (String name : names) {
            if (!listed.contains(name)) {
                return KprobeRefusal.HERE.missing(description, name);
            }
        }
        Set<String> untraceable = new HashSet<>(names);
        TraceFs.find().ifPresent(fs -> untraceable.removeAll(
                TraceableFunctions.reachable(Set.copyOf(names), fs)));
        return new KernelException(Step.ATTACH, description, errno, untraceable.size() == names.size()
                ? "kernel function tracing does not reach all of them"
                : "kernel function tracing does not reach " + untraceable.stream().sorted().collect(joining(", ")));
    }

    private static int create(LoadedProgram program, AttachType type, KprobeMultiOptions options,
            List<Long> addresses) {
        return create(program, type, options, addresses.size(), (attr, buffer) ->
                LinkAttr.CreateKprobeMulti.ADDRS.set(attr, array(addresses, buffer)));
    }

    private static int createNamed(LoadedProgram program, AttachType type, KprobeMultiOptions options,
            List<String> names) {
        return create(program, type, options, names.size(), (attr, buffer) -> LinkAttr.CreateKprobeMulti.SYMS.set(attr,
                array(names.stream().map(name -> buffer.allocateFrom(name).address()).toList(), buffer)));
    }

    private static int create(LoadedProgram program, AttachType type, KprobeMultiOptions options, int count,
            LinkCalls.Options functions) {
        return new BpfCalls(program.kernel()).links().create(LinkAttr.CreateKprobeMulti.STRUCT, program.descriptor(), 0,
                type.number(), 0, (attr, buffer) -> {
                    LinkAttr.CreateKprobeMulti.KPROBE_MULTI_FLAGS.set(attr,
                            options.isReturn() ? BPF_F_KPROBE_MULTI_RETURN : 0);
                    LinkAttr.CreateKprobeMulti.CNT.set(attr, count);
                    functions.write(attr, buffer);
                    if (!options.cookies().isEmpty()) {
                        LinkAttr.CreateKprobeMulti.COOKIES.set(attr, array(options.cookies(), buffer));
                    }
                });
    }

    private static MemorySegment array(List<Long> numbers, CallBuffer buffer) {
        return buffer.allocateFrom(JAVA_LONG, numbers.stream().mapToLong(Long::longValue).toArray());
    }
}
