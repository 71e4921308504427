package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import bpf4j.reloc.Kconfig;
import bpf4j.reloc.KernelFacts;
import bpf4j.sys.Kernel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** How to load. Immutable; starts at {@link #defaults()}, and the {@code with} methods make changed copies. */
public final class LoadOptions {

    private static final LoadOptions DEFAULTS = new LoadOptions(new Draft());

    private final Kernel kernel;
    private final Optional<KernelTypes> kernelTypes;
    private final Optional<KernelFacts> facts;
    private final Optional<KernelFeatures> features;
    private final Optional<Btf> coreTypes;
    private final Kconfig kconfig;
    private final Map<String, MapReplacement> replacements;
    private final Map<String, Integer> innerMaps;
    private final Map<String, ProgramTarget> programTargets;
    private final Path pinRoot;
    private final int logLevel;
    private final Optional<Path> token;

    private LoadOptions(Draft draft) {
        this.kernel = draft.kernel;
        this.kernelTypes = draft.kernelTypes;
        this.facts = draft.facts;
        this.features = draft.features;
        this.coreTypes = draft.coreTypes;
        this.kconfig = draft.kconfig;
        this.replacements = Map.copyOf(draft.replacements);
        this.innerMaps = Map.copyOf(draft.innerMaps);
        this.programTargets = Map.copyOf(draft.programTargets);
        this.pinRoot = draft.pinRoot;
        this.logLevel = draft.logLevel;
        this.token = draft.token;
    }

    /** A copy on its way to other options. */
    private static final class Draft {

        private Kernel kernel = Kernel.RUNNING;
        private Optional<KernelTypes> kernelTypes = Optional.empty();
        private Optional<KernelFacts> facts = Optional.empty();
        private Optional<KernelFeatures> features = Optional.empty();
        private Optional<Btf> coreTypes = Optional.empty();
        private Kconfig kconfig = Kconfig.empty();
        private Map<String, MapReplacement> replacements = new HashMap<>();
        private Map<String, Integer> innerMaps = new HashMap<>();
        private Map<String, ProgramTarget> programTargets = new HashMap<>();
        private Path pinRoot = Path.of("/sys/fs/bpf");
        private int logLevel;
        private Optional<Path> token = Optional.empty();
    }

    private LoadOptions with(Consumer<Draft> change) {
        Draft draft = new Draft();
        draft.kernel = kernel;
        draft.kernelTypes = kernelTypes;
        draft.facts = facts;
        draft.features = features;
        draft.coreTypes = coreTypes;
        draft.kconfig = kconfig;
        draft.replacements = new HashMap<>(replacements);
        draft.innerMaps = new HashMap<>(innerMaps);
        draft.programTargets = new HashMap<>(programTargets);
        draft.pinRoot = pinRoot;
        draft.logLevel = logLevel;
        draft.token = token;
        change.accept(draft);
        return new LoadOptions(draft);
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
        Objects.requireNonNull(types);
        return with(draft -> draft.coreTypes = Optional.of(types));
    }

    /**
     * Gives options of the kernel's configuration that count before the kernel's own, for externs in {@code .kconfig}.
     *
     * @param text lines in the form of a kernel configuration file: {@code CONFIG_HZ=250}
     * @return the changed copy
     */
    public LoadOptions withKconfig(String text) {
        Kconfig given = Kconfig.parse(text, "the given configuration");
        return with(draft -> draft.kconfig = given);
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
        Objects.requireNonNull(map);
        return with(draft -> draft.replacements.put(map, replacement));
    }

    /**
     * Says by a map that is open already what the maps inside of a map are like, in place of the object's template: the
     * kernel remembers its type, sizes and flags, and keeps nothing else of it. {@link
     * bpf4j.object.MapSpec#withInner} says the same without a map.
     *
     * @param map the object's name for the map of maps
     * @param innerFd descriptor of the other map, which stays the caller's and has to be open while the object is
     *     loaded
     * @return the changed copy
     */
    public LoadOptions withInnerMapFd(String map, int innerFd) {
        Objects.requireNonNull(map);
        return with(draft -> draft.innerMaps.put(map, innerFd));
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
        Objects.requireNonNull(program);
        ProgramTarget target = new ProgramTarget(targetFd, Objects.requireNonNull(function));
        return with(draft -> draft.programTargets.put(program, target));
    }

    /**
     * Changes where maps are pinned that ask for {@code LIBBPF_PIN_BY_NAME}.
     *
     * @param folder a folder in a BPF file system
     * @return the changed copy
     */
    public LoadOptions withPinRoot(Path folder) {
        Objects.requireNonNull(folder);
        return with(draft -> draft.pinRoot = folder);
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
        Objects.requireNonNull(bpffs);
        return with(draft -> draft.token = Optional.of(bpffs));
    }

    /**
     * Asks the verifier to log also when it accepts a program; see {@link LoadedProgram#log()}.
     *
     * @param level 0 for no log, 1 for the instructions, 2 for every state, 4 for statistics; may be added up
     * @return the changed copy
     */
    public LoadOptions withLogLevel(int level) {
        return with(draft -> draft.logLevel = level);
    }

    /**
     * Takes the kernel's own types from somewhere else than the shared view of this process.
     *
     * @param types the types of the kernel that is loaded into
     * @return the changed copy
     */
    public LoadOptions withKernelTypes(KernelTypes types) {
        Objects.requireNonNull(types);
        return with(draft -> draft.kernelTypes = Optional.of(types));
    }

    /** For tests and measurements: loads through another seam. */
    LoadOptions withKernel(Kernel other) {
        return with(draft -> draft.kernel = other);
    }

    /** For plans: loads as if into a kernel of which this is known. */
    LoadOptions withFacts(KernelFacts newFacts, KernelFeatures newFeatures) {
        return with(draft -> {
            draft.kernelTypes = Optional.of(newFacts.types());
            draft.facts = Optional.of(newFacts);
            draft.features = Optional.of(newFeatures);
        });
    }

    Kernel kernel() {
        return kernel;
    }

    /** What the kernel can do: what was given, or what probes find out. */
    KernelFeatures features(Kernel probed) {
        return features.orElseGet(() -> KernelFeatures.of(probed));
    }

    /** What externs are resolved with. */
    KernelFacts facts(KernelFeatures known) {
        return facts.orElseGet(() -> new RunningKernel(this::kernelTypes, known, Path.of("/"), kconfig));
    }

    /** Where a token is made, if one is to be made. */
    Optional<TokenSource> tokenSource() {
        boolean userNamespace = kernel.isRunning() && new PermissionDiagnosis(Path.of("/")).inUserNamespace();
        return TokenSource.choose(token, System.getenv(TokenSource.VARIABLE), userNamespace);
    }

    /** The kernel's types; nothing is read before somebody asks the result for a type. */
    KernelTypes kernelTypes() {
        return kernelTypes.orElseGet(KernelBtf::shared);
    }

    Kconfig kconfig() {
        return kconfig;
    }

    Optional<Btf> coreTypes() {
        return coreTypes;
    }

    /** Maps of the caller's, by the object's name for them or their section's. */
    Map<String, MapReplacement> replacements() {
        return replacements;
    }

    /** Descriptors of maps that inner maps are to be like, by the name of the map of maps. */
    Map<String, Integer> innerMaps() {
        return innerMaps;
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
