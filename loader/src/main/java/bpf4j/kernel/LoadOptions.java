package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import bpf4j.sys.Kernel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** How to load. Immutable; starts at {@link #defaults()}, and the {@code with} methods make changed copies. */
public final class LoadOptions {

    private static final LoadOptions DEFAULTS = new LoadOptions(Kernel.RUNNING, Optional.empty(), Optional.empty(),
            Map.of(), Map.of(), Path.of("/sys/fs/bpf"), 0, Optional.empty());

    private final Kernel kernel;
    private final Optional<KernelTypes> kernelTypes;
    private final Optional<Btf> coreTypes;
    private final Map<String, MapReplacement> replacements;
    private final Map<String, ProgramTarget> programTargets;
    private final Path pinRoot;
    private final int logLevel;
    private final Optional<Path> token;

    private LoadOptions(Kernel kernel, Optional<KernelTypes> kernelTypes, Optional<Btf> coreTypes,
            Map<String, MapReplacement> replacements, Map<String, ProgramTarget> programTargets, Path pinRoot,
            int logLevel, Optional<Path> token) {
        this.kernel = kernel;
        this.kernelTypes = kernelTypes;
        this.coreTypes = coreTypes;
        this.replacements = replacements;
        this.programTargets = programTargets;
        this.pinRoot = pinRoot;
        this.logLevel = logLevel;
        this.token = token;
    }

    /** {@return nothing special: the kernel's own types, every map created, pins below {@code /sys/fs/bpf}} */
    public static LoadOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Resolves CO-RE relocations against other types than the kernel's, as libbpf does with {@code btf_custom_path}.
     *
     * @param types the types; modules are not looked at then
     * @return the changed copy
     */
    public LoadOptions withCoreTypes(Btf types) {
        return new LoadOptions(kernel, kernelTypes, Optional.of(types), replacements, programTargets, pinRoot,
                logLevel, token);
    }

    /**
     * Uses a pinned map instead of creating one. It has to be of the same type, key size, value size, capacity and
     * flags.
     *
     * @param map the object's name for the map, or a section's such as {@code .bss}
     * @param pin its file in a BPF file system
     * @return the changed copy
     */
    public LoadOptions withPinnedMap(String map, Path pin) {
        return withReplacement(map, new MapReplacement.Pin(Objects.requireNonNull(pin)));
    }

    /**
     * Uses a map that is open already instead of creating one, as {@link #withPinnedMap} does. Where both name the same
     * map, the later one counts.
     *
     * @param map the object's name for the map, or a section's such as {@code .bss}
     * @param fd its descriptor, which stays the caller's and has to be open while the object is loaded; the loaded
     *     object has a duplicate
     * @return the changed copy
     */
    public LoadOptions withMapFd(String map, int fd) {
        return withReplacement(map, new MapReplacement.Descriptor(fd));
    }

    private LoadOptions withReplacement(String map, MapReplacement replacement) {
        Map<String, MapReplacement> more = new HashMap<>(replacements);
        more.put(Objects.requireNonNull(map), replacement);
        return new LoadOptions(kernel, kernelTypes, coreTypes, Map.copyOf(more), programTargets, pinRoot, logLevel,
                token);
    }

    /**
     * Says which function of a loaded program a program is for: what a freplace program replaces, or a fentry or fexit
     * program is put around. Without it fentry and fexit programs are for the kernel's own functions.
     *
     * @param program the object's name for the program
     * @param targetFd descriptor of the loaded program, which has to stay open until the load is over
     * @param function the function's name in that program
     * @return the changed copy
     */
    public LoadOptions withProgramTarget(String program, int targetFd, String function) {
        Map<String, ProgramTarget> more = new HashMap<>(programTargets);
        more.put(Objects.requireNonNull(program), new ProgramTarget(targetFd, Objects.requireNonNull(function)));
        return new LoadOptions(kernel, kernelTypes, coreTypes, replacements, Map.copyOf(more), pinRoot, logLevel,
                token);
    }

    /**
     * Changes where maps are pinned that ask for {@code LIBBPF_PIN_BY_NAME}.
     *
     * @param folder a folder in a BPF file system
     * @return the changed copy
     */
    public LoadOptions withPinRoot(Path folder) {
        return new LoadOptions(kernel, kernelTypes, coreTypes, replacements, programTargets,
                Objects.requireNonNull(folder), logLevel, token);
    }

    /**
     * Loads with the rights that a BPF file system delegates to its user namespace: a BPF token (Linux 6.9) goes along
     * when types, maps and programs are loaded. Without this the environment variable {@code LIBBPF_BPF_TOKEN_PATH} may
     * name the file system, and a load fails then, too, if no token can be made from it; without either, a process in a
     * user namespace tries {@code /sys/fs/bpf} and goes on without a token if there is none.
     *
     * @param bpffs where the BPF file system is mounted; an empty path for no token, whatever the environment says
     * @return the changed copy
     */
    public LoadOptions withToken(Path bpffs) {
        return new LoadOptions(kernel, kernelTypes, coreTypes, replacements, programTargets, pinRoot, logLevel,
                Optional.of(bpffs));
    }

    /**
     * Asks the verifier to log also when it accepts a program; see {@link LoadedProgram#log()}.
     *
     * @param level 0 for no log, 1 for the instructions, 2 for every state, 4 for statistics; may be added up
     * @return the changed copy
     */
    public LoadOptions withLogLevel(int level) {
        return new LoadOptions(kernel, kernelTypes, coreTypes, replacements, programTargets, pinRoot, level, token);
    }

    /**
     * Takes the kernel's own types from somewhere else than the shared view of this process.
     *
     * @param types the types of the kernel that is loaded into
     * @return the changed copy
     */
    public LoadOptions withKernelTypes(KernelTypes types) {
        return new LoadOptions(kernel, Optional.of(types), coreTypes, replacements, programTargets, pinRoot, logLevel,
                token);
    }

    /** For tests: loads into a kernel that is not there. */
    LoadOptions withKernel(Kernel other) {
        return new LoadOptions(other, kernelTypes, coreTypes, replacements, programTargets, pinRoot, logLevel, token);
    }

    Kernel kernel() {
        return kernel;
    }

    /** Where a token is made, if one is to be made. */
    Optional<TokenSource> tokenSource() {
        boolean userNamespace = kernel == Kernel.RUNNING && new PermissionDiagnosis(Path.of("/")).inUserNamespace();
        return TokenSource.choose(token, System.getenv(TokenSource.VARIABLE), userNamespace);
    }

    /** The kernel's types; nothing is read before somebody asks the result for a type. */
    KernelTypes kernelTypes() {
        return kernelTypes.orElseGet(KernelBtf::shared);
    }

    Optional<Btf> coreTypes() {
        return coreTypes;
    }

    /** Maps of the caller's, by the object's name for them or their section's. */
    Map<String, MapReplacement> replacements() {
        return replacements;
    }

    Map<String, ProgramTarget> programTargets() {
        return programTargets;
    }

    Path pinRoot() {
        return pinRoot;
    }

    int logLevel() {
        return logLevel;
    }
}
