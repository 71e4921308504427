package bpf4j.kernel;

import java.util.function.Function;

/**
 * What kernels can or cannot do that loading depends on. The version is the first release of Linux that has the
 * feature; kernels of distributions may have it earlier, and configurations without it, so versions are for messages
 * and probes decide.
 */
public enum KernelFeature {
    /** Names of programs and maps. */
    PROG_NAME("names of programs and maps", "4.15", ProgramProbes::progName),
    /** Direct loads of addresses inside of a map's value. */
    GLOBAL_DATA("global data", "5.2", ProgramProbes::globalData),
    /** {@code BPF_BTF_LOAD}. */
    BTF("BTF", "4.18", BtfProbes::btf),
    /** {@code BTF_KIND_FUNC} and {@code BTF_KIND_FUNC_PROTO}, and with them func and line info. */
    BTF_FUNC("functions in BTF", "5.0", BtfProbes::func),
    /** {@code BTF_KIND_FUNC} of global linkage. */
    BTF_GLOBAL_FUNC("global functions in BTF", "5.6", BtfProbes::globalFunc),
    /** {@code BTF_KIND_VAR} and {@code BTF_KIND_DATASEC}. */
    BTF_DATASEC("variables in BTF", "5.2", BtfProbes::dataSec),
    /** A {@code BTF_KIND_DATASEC} whose name has a question mark, as optional struct_ops sections have. */
    BTF_QMARK_DATASEC("question marks in section names of BTF", "6.9", BtfProbes::questionMarkDataSec),
    /** {@code BTF_KIND_FLOAT}. */
    BTF_FLOAT("floating point types in BTF", "5.13", BtfProbes::floatType),
    /** {@code BTF_KIND_DECL_TAG}. */
    BTF_DECL_TAG("declaration tags in BTF", "5.16", BtfProbes::declTag),
    /** {@code BTF_KIND_TYPE_TAG}. */
    BTF_TYPE_TAG("type tags in BTF", "5.17", BtfProbes::typeTag),
    /** {@code BTF_KIND_ENUM64}, and the sign of {@code BTF_KIND_ENUM}. */
    BTF_ENUM64("64-bit enumerations in BTF", "6.0", BtfProbes::enum64),
    /** {@code BPF_F_MMAPABLE}. */
    ARRAY_MMAP("arrays that can be mapped into memory", "5.5", MapProbes::arrayMmap),
    /** {@code expected_attach_type} of a program. */
    EXPECTED_ATTACH_TYPE("expected attach types", "4.17", ProgramProbes::expectedAttachType),
    /** The helpers {@code bpf_probe_read_kernel} and its three relatives, 112 to 115. */
    PROBE_READ_KERNEL("helper bpf_probe_read_kernel", "5.5", ProgramProbes::probeReadKernel),
    /** {@code BPF_PROG_BIND_MAP}. */
    PROG_BIND_MAP("maps bound to programs", "5.10", MapProbes::bindMap),
    /** Names of BTF objects, and with them BTF of modules. */
    MODULE_BTF("BTF of modules", "5.11", BtfProbes::name),
    /** Links of perf events: kprobes, uprobes and tracepoints. */
    PERF_LINK("links of perf events", "5.15", LinkProbes::perfLink),
    /** {@code BPF_TRACE_UPROBE_MULTI} that heeds the process it is for. Came in 6.6, without that. */
    UPROBE_MULTI("many uprobes in one link", "6.10", LinkProbes::uprobeMulti),
    /** The helper {@code bpf_get_attach_cookie}. */
    BPF_COOKIE("cookies of attachments", "5.15", ProgramProbes::cookie),
    /** System calls that take a pointer to the registers: {@code __x64_sys_bpf} and the like. On x86 since 4.17. */
    SYSCALL_WRAPPER("wrapped system calls", "4.17", SymbolProbes::syscallWrapper),
    /** The declaration tag {@code arg:ctx} on parameters of global functions. */
    ARG_CTX_TAG("contexts as arguments of global functions", "6.8", ProgramProbes::argCtxTag),
    /** Memory of BPF objects counted against the memory group and no longer against {@code RLIMIT_MEMLOCK}. */
    MEMCG_ACCOUNT("memory accounting by group", "5.11", ProgramProbes::memcgAccount),
    /** Offsets of 512 MiB and more in loads of addresses inside of a map's value, for arenas. */
    LDIMM64_FULL_RANGE_OFF("large offsets in loads of map values", "7.0", ProgramProbes::largeOffset),
    /** More than 4096 instructions in a program, for privileged users. */
    LARGE_INSN_LIMIT("programs of a million instructions", "5.2", IsaProbes::largeProgram),
    /** Loops of which the verifier sees that they end. */
    BOUNDED_LOOPS("bounded loops", "5.3", IsaProbes::boundedLoop),
    /** Version 2 of the instruction set: jumps on less. */
    ISA_V2("instruction set version 2", "4.14", IsaProbes::version2),
    /** Version 3 of the instruction set: jumps on 32-bit comparisons. */
    ISA_V3("instruction set version 3", "5.1", IsaProbes::version3),
    /** Version 4 of the instruction set: long jumps, sign extension, signed division, byte swaps. */
    ISA_V4("instruction set version 4", "6.6", IsaProbes::version4),
    /** {@code BPF_TOKEN_CREATE}. */
    TOKEN("BPF tokens", "6.9", LinkProbes::token);

    private final String text;
    private final KernelVersion since;
    private final Function<ProbeCalls, FeatureSupport> probe;

    KernelFeature(String text, String since, Function<ProbeCalls, FeatureSupport> probe) {
        this.text = text;
        this.since = KernelVersion.parse(since).orElseThrow();
        this.probe = probe;
    }

    /** {@return the feature in words, for messages} */
    public String text() {
        return text;
    }

    /** {@return the first version of Linux that has it} */
    public KernelVersion since() {
        return since;
    }

    FeatureSupport probe(ProbeCalls calls) {
        return probe.apply(calls);
    }
}
