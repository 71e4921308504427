package bpf4j.check;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import bpf4j.kernel.KernelBtf;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelVersion;
import bpf4j.kernel.RunningKernel;
import bpf4j.reloc.Kallsyms;
import bpf4j.reloc.Kconfig;
import bpf4j.reloc.KernelFacts;
import bpf4j.reloc.RelocationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A kernel that objects are checked against: its types, and whatever else is known of it. It need not run, and need not
 * be of this machine. Immutable; safe for use by several threads if its types are.
 */
public final class TargetKernel {

    /** The prefixes of system calls that take a pointer to registers, by architecture. */
    private static final List<String> WRAPPERS =
            List.of("__x64_", "__arm64_", "__riscv_", "__s390x_", "__powerpc_", "__loongarch_");

    private final String name;
    private final KernelTypes types;
    private final Optional<Kconfig> config;
    private final Optional<KernelVersion> version;
    private final Optional<Kallsyms> symbols;
    private KernelNames names;

    private TargetKernel(String name, KernelTypes types, Optional<Kconfig> config, Optional<KernelVersion> version,
            Optional<Kallsyms> symbols) {
        this.name = Objects.requireNonNull(name);
        this.types = Objects.requireNonNull(types);
        this.config = config;
        this.version = version;
        this.symbols = symbols;
    }

    /**
     * Makes a kernel of which the types are known.
     *
     * @param name what reports call it
     * @param types its types; modules are looked at where the kernel proper does not have something
     * @return the kernel
     */
    public static TargetKernel of(String name, KernelTypes types) {
        return new TargetKernel(name, types, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Takes the kernel that this process runs on: its types, configuration, version and symbols. Needs no privileges,
     * but where the kernel hides the addresses of its symbols, what depends on them is unknown.
     *
     * @return the kernel
     */
    public static TargetKernel running() {
        KernelTypes types = KernelBtf.shared();
        RunningKernel running = new RunningKernel(() -> types);
        TargetKernel result = of("running", types);
        if (showsAddresses(running.kallsyms())) {
            result = result.withSymbols(running.kallsyms());
        }
        Optional<Kconfig> config = readable(running::kconfig);
        Optional<KernelVersion> version = readable(running::version);
        if (config.isPresent()) {
            result = result.withConfig(config.get());
        }
        return version.isPresent() ? result.withVersion(version.get()) : result;
    }

    private static boolean showsAddresses(Kallsyms symbols) {
        try {
            symbols.addresses(Set.of("_text", "_stext"));
            return true;
        } catch (UncheckedIOException | RelocationException _) {
            return false;
        }
    }

    private static <T> Optional<T> readable(Supplier<T> fact) {
        try {
            return Optional.of(fact.get());
        } catch (UncheckedIOException _) {
            return Optional.empty();
        }
    }

    /**
     * Adds the configuration.
     *
     * @param newConfig all of the kernel's options
     * @return the changed copy
     */
    public TargetKernel withConfig(Kconfig newConfig) {
        return new TargetKernel(name, types, Optional.of(newConfig), version, symbols);
    }

    /**
     * Adds the version.
     *
     * @param newVersion the version of Linux that the kernel was built from
     * @return the changed copy
     */
    public TargetKernel withVersion(KernelVersion newVersion) {
        return new TargetKernel(name, types, config, Optional.of(newVersion), symbols);
    }

    /**
     * Adds the table of symbols.
     *
     * @param newSymbols the text of {@code /proc/kallsyms}, or a {@code System.map}
     * @return the changed copy
     */
    public TargetKernel withSymbols(Kallsyms newSymbols) {
        return new TargetKernel(name, types, config, version, Optional.of(newSymbols));
    }

    /** {@return what reports call it} */
    public String name() {
        return name;
    }

    /** {@return its types} */
    public KernelTypes types() {
        return types;
    }

    /** {@return its configuration, if that is known} */
    public Optional<Kconfig> config() {
        return config;
    }

    /** {@return its version, if that is known} */
    public Optional<KernelVersion> version() {
        return version;
    }

    /** {@return its table of symbols, if that is known} */
    public Optional<Kallsyms> symbols() {
        return symbols;
    }

    /** What its types tell of its BPF interface; read when first asked for. */
    synchronized KernelNames names() {
        if (names == null) {
            names = new KernelNames(types.vmlinux());
        }
        return names;
    }

    /** {@return the facts that externs are resolved with; one that is not known throws {@link UncheckedIOException}} */
    public KernelFacts facts() {
        return new KernelFacts() {

            @Override
            public KernelTypes types() {
                return types;
            }

            @Override
            public Kallsyms kallsyms() {
                return symbols.orElseThrow(() -> unknown("table of symbols"));
            }

            @Override
            public Kconfig kconfig() {
                return config.orElseThrow(() -> unknown("configuration"));
            }

            @Override
            public int versionCode() {
                return version.orElseThrow(() -> unknown("version")).code();
            }

            @Override
            public boolean hasBpfCookie() {
                if (!names().haveInterface()) {
                    throw unknown("list of helpers");
                }
                return names().hasEnumerator("BPF_FUNC_get_attach_cookie");
            }

            @Override
            public boolean hasSyscallWrapper() {
                return WRAPPERS.stream().anyMatch(prefix -> names().hasFunction(prefix + "sys_bpf"));
            }
        };
    }

    private UncheckedIOException unknown(String what) {
        String problem = "the %s of kernel '%s' is not known".formatted(what, name);
        return new UncheckedIOException(problem, new IOException(problem));
    }

    /** Whether modules were looked at that are there and may not be loaded. */
    boolean hasReadModulesThatMayNotBeLoaded() {
        return types instanceof LazyModules lazy && lazy.wereRead();
    }

    /** Whether the owner of some types is loaded for certain: the kernel proper, or a module that runs or was named. */
    boolean isLoaded(Btf owner) {
        return owner.base().isEmpty() || !(types instanceof LazyModules lazy) || lazy.isLoaded(owner.name());
    }

    /** The modules, none where they cannot be read. */
    List<Btf> modules() {
        try {
            return types.modules();
        } catch (KernelException _) {
            return List.of();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
