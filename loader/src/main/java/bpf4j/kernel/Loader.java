package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.object.Extern;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.object.ProgramSpec;
import bpf4j.object.SectionDefinition;
import bpf4j.reloc.ExternResolver;
import bpf4j.reloc.RelocatedObject;
import bpf4j.reloc.RelocatedProgram;
import bpf4j.reloc.RelocationException;
import bpf4j.reloc.ResolvedExterns;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/**
 * Loads objects: fits them to the kernel's types, then makes BTF, maps and programs in this order. A load that fails
 * closes what it had made, in reverse. One instance is one load; the static methods are the way in.
 */
public final class Loader {

    private final BpfObject object;
    private final LoadOptions options;
    private final Kernel kernel;
    private final BpfCalls calls;
    private final KernelTypes kernelTypes;
    private final KernelFeatures features;
    /** Whether the maps of data sections are created. */
    private final boolean withData;
    private final List<Adaptation> adaptations = new ArrayList<>();
    /** Undo what was made, each any number of times. */
    private final List<Runnable> releases = new ArrayList<>();
    private final List<Path> pinned = new ArrayList<>();
    private final Map<String, LoadedMap> maps = new LinkedHashMap<>();
    private final Map<String, LoadedProgram> programs = new LinkedHashMap<>();
    private Optional<Fd> btf = Optional.empty();

    private Loader(BpfObject object, LoadOptions options, Kernel kernel, List<Adaptation> before, boolean withData) {
        this.options = options;
        this.withData = withData;
        this.adaptations.addAll(before);
        this.kernel = kernel;
        this.kernelTypes = options.kernelTypes();
        this.features = options.features(kernel);
        this.object = withManyPlaces(object, features);
        this.calls = new BpfCalls(new MemlockRaisingKernel(kernel, features));
    }

    /**
     * Loads an object into the running kernel.
     *
     * @param object the object
     * @param options how
     * @return the loaded object, the caller's to close
     * @throws RelocationException if the object does not fit the kernel's types
     * @throws VerifierException if the verifier refuses a program
     * @throws KernelException if the kernel refuses something else
     */
    public static LoadedObject load(BpfObject object, LoadOptions options) {
        Optional<TokenSource> source = options.tokenSource();
        Optional<Fd> token = source.flatMap(s -> s.create(options.kernel()));
        if (token.isEmpty()) {
            return load(object, options, options.kernel(), List.of());
        }
        try (Fd fd = token.get()) {
            List<Adaptation> unasked = source.get().mandatory() ? List.of() : List.of(new Adaptation(object.name(),
                    "loaded with the BPF token of " + source.get().folder(), "the process is in a user namespace"));
            return load(object, options, new TokenKernel(options.kernel(), fd), unasked);
        }
    }

    /** Whether a kernel has global data is asked only after a refusal: those that have none are old. */
    private static LoadedObject load(BpfObject object, LoadOptions options, Kernel kernel, List<Adaptation> before) {
        Loader loader = new Loader(object, options, kernel, before, true);
        try {
            return loader.load();
        } catch (KernelException e) {
            boolean needsData = object.maps().stream().anyMatch(spec -> spec.isData() && spec.create());
            if (!needsData || loader.features.ask(KernelFeature.GLOBAL_DATA) != FeatureSupport.MISSING) {
                throw e;
            }
            try {
                return new Loader(object, options, kernel, before, false).load();
            } catch (KernelException other) {
                other.addSuppressed(e);
                throw other;
            }
        }
    }

    /** A USDT probe may be at many places, for which one link is enough if the program was loaded for that. */
    private static BpfObject withManyPlaces(BpfObject object, KernelFeatures features) {
        BpfObject result = object;
        for (ProgramSpec program : object.programs()) {
            if (program.has(SectionDefinition.Flag.USDT) && program.autoload() && program.attachType().isEmpty()
                    && features.has(KernelFeature.UPROBE_MULTI)) {
                result = result.withProgram(program.name(),
                        p -> p.withType(p.type(), Optional.of(AttachType.BPF_TRACE_UPROBE_MULTI)));
            }
        }
        return result;
    }

    private LoadedObject load() {
        if (object.order() != ByteOrder.nativeOrder()) {
            throw new KernelException(Step.READ_OBJECT, object.name(), 0,
                    "the object is for a %s machine and this one is %s: compile with -target %s".formatted(
                            name(object.order()), name(ByteOrder.nativeOrder()),
                            ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "bpfel" : "bpfeb"));
        }
        try (ModuleBtfs modules = new ModuleBtfs(calls)) {
            RelocatedObject relocated = options.coreTypes()
                    .map(types -> RelocatedObject.relocate(object, kernelTypes, types))
                    .orElseGet(() -> RelocatedObject.relocate(object, kernelTypes));
            ResolvedExterns externs = ExternResolver.resolve(object, options.facts(features));
            externs.adaptations().forEach(text -> adaptations.add(new Adaptation(object.name(), text, "extern")));
            uploadBtf();
            try (MapCreator creator = new MapCreator(calls, btf, modules, features, adaptations)) {
                createMaps(relocated, externs, creator);
                loadPrograms(relocated, externs, modules);
                fillSlots(creator, true, programs, LoadedProgram::fd);
            }
            return new LoadedObject(object, maps, programs, structOps(relocated), adaptations, releases);
        } catch (Throwable e) {
            undo(e);
            throw e;
        }
    }

    private static String name(ByteOrder order) {
        return order == ByteOrder.LITTLE_ENDIAN ? "little-endian" : "big-endian";
    }

    private void undo(Throwable failure) {
        for (Path path : pinned.reversed()) {
            try {
                Pins.unpin(path, path.toString());
            } catch (KernelException e) {
                failure.addSuppressed(e);
            }
        }
        releases.reversed().forEach(Runnable::run);
    }

    private void uploadBtf() {
        Optional<Btf> types = object.btf();
        if (types.isEmpty() || types.get().typeCount() == 1) {
            return;
        }
        switch (BtfUploader.upload(calls.kernel(), types.get(), object.name(), features, change -> adaptations.add(
                new Adaptation(object.name() + ": .BTF", change, "this kernel does not know the original")))) {
            case BtfUploader.Uploaded.Loaded(Fd fd) -> {
                releases.add(fd::close);
                btf = Optional.of(fd);
            }
            case BtfUploader.Uploaded.Refused refused -> {
                KernelException problem = Refusal.isOfVerifier(refused.errno(), refused.log())
                        ? new KernelException(Step.LOAD_BTF, object.name(), refused.errno(),
                                new VerifierLog(refused.log()).reason())
                        : KernelException.refused(Step.LOAD_BTF, object.name(), "", refused.errno());
                if (object.structOps().findAny().isPresent()) {
                    throw problem;
                }
                adaptations.add(new Adaptation(object.name(), "loaded without types", problem.getMessage()));
            }
        }
    }

    private void createMaps(RelocatedObject relocated, ResolvedExterns externs, MapCreator creator) {
        options.replacements().keySet().forEach(object::map);
        options.innerMaps().keySet().forEach(object::map);
        options.programTargets().keySet().forEach(object::program);
        for (MapSpec spec : object.maps()) {
            if (spec.create() && spec.isData() && !withData) {
                adaptations.add(new Adaptation(MapCreator.subject(spec), "not created",
                        "this kernel has no " + KernelFeature.GLOBAL_DATA.text()));
            } else if (spec.create()) {
                Optional<StructOpsPlan> plan = Optional.ofNullable(relocated.structOps().get(spec.name()));
                Optional<byte[]> kconfig = spec.contents() instanceof MapContents.Kconfig
                        ? Optional.of(externs.kconfigImage()) : Optional.empty();
                Fd fd = open(spec, creator, plan, kconfig);
                releases.add(fd::close);
                Optional<ArenaMemory> memory = creator.takeMemory(fd);
                memory.ifPresent(m -> releases.add(m::close));
                int valueSize = plan.map(p -> (int) p.kernel().valueSizeBytes()).orElse(spec.valueSize());
                maps.put(spec.name(), new LoadedMap(spec, fd, valueSize, calls,
                        ArenaMemory.dataOffsetBytes(spec, features), memory.map(ArenaMemory::memory),
                        object.btf().flatMap(types -> MapTypes.of(types, spec))));
            }
        }
        fillSlots(creator, false, maps, LoadedMap::fd);
    }

    /** A map that the caller named, or one pinned under its name, or a new one. */
    private Fd open(MapSpec spec, MapCreator creator, Optional<StructOpsPlan> plan, Optional<byte[]> kconfig) {
        String subject = MapCreator.subject(spec);
        for (Map.Entry<String, MapReplacement> named : options.replacements().entrySet()) {
            if (object.map(named.getKey()) == spec) {
                MapReplacement replacement = named.getValue();
                return PinnedMaps.requireCompatible(calls, replacement.open(calls, subject), MapCreator.sized(spec),
                        replacement.text());
            }
        }
        OptionalInt inner = innerMap(spec);
        Optional<Path> pin = spec.pinPath().or(() -> spec.pinByName()
                ? Optional.of(options.pinRoot().resolve(spec.name())) : Optional.empty());
        if (pin.isEmpty()) {
            return creator.create(spec, plan, kconfig, inner);
        }
        return PinnedMaps.openOrCreate(calls, MapCreator.sized(spec), pin.get(),
                () -> creator.create(spec, plan, kconfig, inner), pinned::add);
    }

    /** The caller's map that inner maps are to be like, in place of the object's template. */
    private OptionalInt innerMap(MapSpec spec) {
        for (Map.Entry<String, Integer> named : options.innerMaps().entrySet()) {
            if (object.map(named.getKey()) == spec) {
                if (!spec.holdsMaps()) {
                    throw new KernelException(Step.CREATE_MAP, MapCreator.subject(spec), 0,
                            "its values are no maps, and so it takes no inner map");
                }
                return OptionalInt.of(named.getValue());
            }
        }
        return OptionalInt.empty();
    }

    private void loadPrograms(RelocatedObject relocated, ResolvedExterns externs, ModuleBtfs modules) {
        List<String> externNames = object.externs().stream().map(Extern::name).toList();
        ProgramLoader loader = new ProgramLoader(calls, object, btf, kernelTypes, modules, features, adaptations,
                options);
        Optional<UsdtSlots> usdtSlots = UsdtSlots.of(maps, object.btf());
        for (RelocatedProgram program : relocated.programs()) {
            ExternLinker externLinker = new ExternLinker(externNames, externs, modules::fd);
            long[] slots = new ProgramLinker(object.maps(), maps, externLinker).link(program);
            ProgramLoader.Loaded loaded = loader.load(program, slots, externLinker.fdArray());
            releases.add(loaded.fd()::close);
            programs.put(program.name(), new LoadedProgram(program.spec(), loaded.fd(), loaded.log(), calls,
                    usdtSlots));
            bindReadOnlyData(program, loaded.fd());
        }
    }

    /**
     * Read-only data stays with each program although no instruction may refer to it: that is where tools look for
     * metadata.
     */
    private void bindReadOnlyData(RelocatedProgram program, Fd fd) {
        for (LoadedMap map : maps.values()) {
            if (map.spec().contents() instanceof MapContents.Data data && data.frozen()) {
                int status = calls.programs().bindMap(fd.number(), map.fd());
                if (status < 0) {
                    KernelException problem = new KernelException(Step.LOAD_PROGRAM,
                            "program '" + program.name() + "'", -status);
                    adaptations.add(new Adaptation("program '" + program.name() + "'",
                            "not bound to map '" + map.name() + "'", problem.errnoName()));
                }
            }
        }
    }

    /** Fills the maps that list others, or the program arrays that list programs, with what was loaded. */
    private <T> void fillSlots(MapCreator creator, boolean programArrays, Map<String, T> loaded, ToIntFunction<T> fd) {
        for (LoadedMap map : maps.values()) {
            if (map.spec().contents() instanceof MapContents.Slots slots
                    && map.spec().is(MapType.BPF_MAP_TYPE_PROG_ARRAY) == programArrays) {
                slots.names().forEach((index, name) -> {
                    if (!loaded.containsKey(name)) {
                        throw new KernelException(Step.FILL_MAP, "map '" + map.name() + "'", 0,
                                "slot %d holds '%s', which was not loaded".formatted(index, name));
                    }
                    creator.fillSlot(map.spec(), map.fd(), index, fd.applyAsInt(loaded.get(name)));
                });
            }
        }
    }

    private Map<String, LoadedStructOps> structOps(RelocatedObject relocated) {
        Map<String, LoadedStructOps> result = new LinkedHashMap<>();
        for (LoadedMap map : maps.values()) {
            if (map.spec().contents() instanceof MapContents.StructOps ops) {
                StructOpsPlan plan = relocated.structOps().get(map.name());
                plan.skipped().forEach(skipped -> adaptations.add(new Adaptation(
                        "struct_ops '%s' member '%s'".formatted(map.name(), skipped.member()), "left out",
                        skipped.reason())));
                result.put(map.name(), new LoadedStructOps(map, plan, programs, ops.link()));
            }
        }
        return result;
    }
}
