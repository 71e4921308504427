package bpf4j.reloc;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.EssentialName;
import bpf4j.btf.core.TypeCompatibility;
import bpf4j.insn.NearNames;
import bpf4j.object.BpfObject;
import bpf4j.object.Extern;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Resolves the externs of an object against one kernel: options of its configuration, its symbols, its kfuncs. */
public final class ExternResolver {

    /** The declared sizes of texts add up to the image; no real option is longer than a few KB. */
    private static final long MAX_IMAGE_BYTES = 1 << 20;

    private record Found(Btf btf, int typeId) {
    }

    private final BpfObject object;
    private final KernelFacts facts;
    private final Map<String, ExternValue> values = new LinkedHashMap<>();
    private final List<String> adaptations = new ArrayList<>();
    private final ByteBuffer image;

    private ExternResolver(BpfObject object, KernelFacts facts) {
        this.object = object;
        this.facts = facts;
        this.image = ByteBuffer.allocate(imageBytes(object)).order(object.order());
    }

    /**
     * Resolves all externs of an object.
     *
     * @param object the object
     * @param facts the kernel; only the facts that an extern needs are asked for, and the table of symbols at most once
     * @return what the externs have become
     * @throws RelocationException if the kernel lacks what a strong extern names, has it in a form that does not fit,
     *     or a fact cannot be read
     */
    public static ResolvedExterns resolve(BpfObject object, KernelFacts facts) {
        return new ExternResolver(object, facts).resolve();
    }

    /**
     * Looks at all externs of an object, also where one cannot be resolved.
     *
     * @param object the object
     * @param facts the kernel; a fact that cannot be read leaves what depends on it unknown
     * @return what each extern comes to
     * @throws RelocationException if the object's options have no place in memory
     */
    public static ExternSurvey survey(BpfObject object, KernelFacts facts) {
        ExternResolver resolver = new ExternResolver(object, facts);
        Map<Extern, ExternResult> failures = new HashMap<>();
        resolver.resolveAll((extern, problem) -> failures.put(extern,
                problem.getCause() instanceof UncheckedIOException ? new ExternResult.Unknown(extern, problem)
                        : new ExternResult.Failed(extern, problem)));
        return new ExternSurvey(object.externs().stream().map(extern -> failures.containsKey(extern)
                ? failures.get(extern)
                : new ExternResult.Resolved(extern, resolver.values.get(extern.name()))).toList(),
                resolver.image.array());
    }

    private ResolvedExterns resolve() {
        resolveAll((_, problem) -> {
            throw problem;
        });
        return new ResolvedExterns(values, image.array(), adaptations);
    }

    private void resolveAll(BiConsumer<Extern, RelocationException> failed) {
        Set<Extern.Ksym> typeless = new LinkedHashSet<>();
        for (Extern extern : object.externs()) {
            try {
                switch (extern) {
                    case Extern.Kconfig option -> values.put(option.name(), option(option));
                    case Extern.Ksym symbol when symbol.typeId() == 0 -> typeless.add(symbol);
                    case Extern.Ksym symbol -> values.put(symbol.name(), variable(symbol));
                    case Extern.KernelVariable variable -> values.put(variable.name(), variable(variable));
                    case Extern.Kfunc kfunc -> values.put(kfunc.name(), kfunc(kfunc));
                }
            } catch (UncheckedIOException unreadable) {
                failed.accept(extern, fail(extern, unreadable.getMessage(), unreadable));
            } catch (RelocationException problem) {
                failed.accept(extern, problem);
            }
        }
        addresses(typeless, failed);
    }

    private static int imageBytes(BpfObject object) {
        long size = 0;
        for (Extern extern : object.externs()) {
            if (extern instanceof Extern.Kconfig option) {
                size = Math.max(size, (long) option.offsetBytes() + option.sizeBytes());
                if (size > MAX_IMAGE_BYTES) {
                    throw fail(option, "options of more than 0x%x bytes".formatted(MAX_IMAGE_BYTES));
                }
            }
        }
        return (int) size;
    }

    private ExternValue option(Extern.Kconfig option) {
        OptionEncoder encoder = new OptionEncoder(option, local(), image, adaptations);
        boolean present = true;
        switch (option.name()) {
            case "LINUX_KERNEL_VERSION" -> encoder.write(facts.versionCode());
            case "LINUX_HAS_BPF_COOKIE" -> encoder.write(facts.hasBpfCookie() ? 1 : 0);
            case "LINUX_HAS_SYSCALL_WRAPPER" -> encoder.write(facts.hasSyscallWrapper() ? 1 : 0);
            case String name when name.startsWith("CONFIG_") -> present = configured(option, encoder);
            case String name when name.startsWith("LINUX_") && option.weak() -> present = false;
            default -> throw fail(option, "no such virtual option; those of this version are LINUX_KERNEL_VERSION, "
                    + "LINUX_HAS_BPF_COOKIE and LINUX_HAS_SYSCALL_WRAPPER");
        }
        return new ExternValue.Option(option.offsetBytes(), option.sizeBytes(), present);
    }

    private boolean configured(Extern.Kconfig option, OptionEncoder encoder) {
        Kconfig config = facts.kconfig();
        Optional<String> value = config.value(option.name());
        if (value.isEmpty() && !option.weak()) {
            NearNames near = new NearNames(option.name());
            config.optionsRead().forEach(near::offer);
            throw missing(option, "the kernel's configuration does not set it", near);
        }
        value.ifPresent(encoder::write);
        return value.isPresent();
    }

    private ExternValue variable(Extern extern) {
        Optional<Found> found = find(extern.name(), BtfKind.BTF_KIND_VAR);
        if (found.isEmpty()) {
            return missing(extern, "the kernel has no variable of this name in its BTF",
                    EnumSet.of(BtfKind.BTF_KIND_VAR));
        }
        Btf btf = found.get().btf;
        if (!(btf.type(found.get().typeId) instanceof BtfType.Var variable)) {
            throw btf.fail(found.get().typeId, "not the variable that its kind says");
        }
        if (extern instanceof Extern.Ksym symbol
                && !TypeCompatibility.compatible(local(), symbol.typeId(), btf, btf.strip(variable.typeId()))) {
            throw fail(symbol, "its type is not compatible with that of the variable in " + btf.name());
        }
        return new ExternValue.TypedVariable(btf, found.get().typeId);
    }

    private ExternValue kfunc(Extern.Kfunc kfunc) {
        Optional<Found> found = find(EssentialName.of(kfunc.name()), BtfKind.BTF_KIND_FUNC);
        if (found.isEmpty()) {
            return missing(kfunc, "the kernel has no function of this name in its BTF",
                    EnumSet.of(BtfKind.BTF_KIND_FUNC));
        }
        Btf btf = found.get().btf;
        if (kfunc.typeId() == 0) {
            return new ExternValue.Kfunc(btf, found.get().typeId);
        }
        if (!(local().type(kfunc.typeId()) instanceof BtfType.Func localFunc)
                || !(btf.type(found.get().typeId) instanceof BtfType.Func kernelFunc)) {
            throw fail(kfunc, "not a function in both BTFs");
        }
        if (!TypeCompatibility.compatible(local(), localFunc.typeId(), btf, kernelFunc.typeId())) {
            String problem = "its prototype is not compatible with that of the function in " + btf.name();
            if (!kfunc.weak()) {
                throw fail(kfunc, problem);
            }
            adaptations.add("extern '" + kfunc.name() + "': left out: " + problem);
            return new ExternValue.Missing();
        }
        return new ExternValue.Kfunc(btf, found.get().typeId);
    }

    private Optional<Found> find(String name, BtfKind kind) {
        Btf vmlinux = facts.types().vmlinux();
        OptionalInt id = vmlinux.find(name, kind);
        if (id.isPresent()) {
            return Optional.of(new Found(vmlinux, id.getAsInt()));
        }
        for (Btf module : facts.types().modules()) {
            OptionalInt own = module.findOwn(name, kind);
            if (own.isPresent()) {
                return Optional.of(new Found(module, own.getAsInt()));
            }
        }
        return Optional.empty();
    }

    private void addresses(Set<Extern.Ksym> symbols, BiConsumer<Extern, RelocationException> failed) {
        if (symbols.isEmpty()) {
            return;
        }
        Set<String> names = new LinkedHashSet<>();
        symbols.forEach(symbol -> names.add(symbol.name()));
        Map<String, Long> addresses;
        try {
            addresses = facts.kallsyms().addresses(names);
        } catch (UncheckedIOException unreadable) {
            symbols.forEach(symbol -> failed.accept(symbol, fail(symbol, unreadable.getMessage(), unreadable)));
            return;
        } catch (RelocationException problem) {
            symbols.forEach(symbol -> failed.accept(symbol, problem));
            return;
        }
        for (Extern.Ksym symbol : symbols) {
            Long address = addresses.get(symbol.name());
            try {
                // The table is not read again for near names: nearly all of its names are in BTF as well.
                values.put(symbol.name(), address != null ? new ExternValue.Address(address)
                        : missing(symbol, "the kernel has no symbol of this name",
                                EnumSet.of(BtfKind.BTF_KIND_FUNC, BtfKind.BTF_KIND_VAR)));
            } catch (RelocationException problem) {
                failed.accept(symbol, problem);
            }
        }
    }

    private ExternValue missing(Extern extern, String problem, Set<BtfKind> kinds) {
        if (extern.weak()) {
            return new ExternValue.Missing();
        }
        NearNames near = new NearNames(EssentialName.of(extern.name()));
        offerKernelNames(near, kinds);
        throw missing(extern, problem, near);
    }

    /** Whatever is wrong with the kernel's types only costs the hint; the error is that the extern is missing. */
    private void offerKernelNames(NearNames near, Set<BtfKind> kinds) {
        try {
            offerNames(facts.types().vmlinux(), kinds, near::offer);
            facts.types().modules().forEach(module -> offerNames(module, kinds, near::offer));
        } catch (RuntimeException _) {
            return;
        }
    }

    private static void offerNames(Btf btf, Set<BtfKind> kinds, Consumer<String> names) {
        for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
            int kind = btf.kindNumber(id);
            if (kinds.stream().anyMatch(k -> k.ordinal() == kind)) {
                names.accept(btf.nameOf(id));
            }
        }
    }

    /** Every extern with a type id has its type there, or the object could not have been read. */
    private Btf local() {
        return object.btf().orElseThrow();
    }

    private static RelocationException missing(Extern extern, String problem, NearNames near) {
        return fail(extern, problem + ", and the extern is not weak" + near.hint());
    }

    static RelocationException fail(Extern extern, String problem) {
        return fail(extern, problem, null);
    }

    private static RelocationException fail(Extern extern, String problem, Throwable cause) {
        return new RelocationException("extern '" + extern.name() + "'", problem, Optional.empty(), cause);
    }
}
