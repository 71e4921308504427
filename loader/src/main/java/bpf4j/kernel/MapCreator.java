package bpf4j.kernel;

import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.MapAttr;
import bpf4j.sys.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Creates one map as its spec says: {@code BPF_MAP_CREATE}, then initial contents and freezing. */
final class MapCreator implements AutoCloseable {

    /** Types that the kernel refuses with BTF ids; it has no types to check in them. */
    private static final Set<MapType> WITHOUT_BTF = EnumSet.of(MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY,
            MapType.BPF_MAP_TYPE_CGROUP_ARRAY, MapType.BPF_MAP_TYPE_STACK_TRACE, MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS,
            MapType.BPF_MAP_TYPE_HASH_OF_MAPS, MapType.BPF_MAP_TYPE_DEVMAP, MapType.BPF_MAP_TYPE_DEVMAP_HASH,
            MapType.BPF_MAP_TYPE_CPUMAP, MapType.BPF_MAP_TYPE_XSKMAP, MapType.BPF_MAP_TYPE_SOCKMAP,
            MapType.BPF_MAP_TYPE_SOCKHASH, MapType.BPF_MAP_TYPE_QUEUE, MapType.BPF_MAP_TYPE_STACK,
            MapType.BPF_MAP_TYPE_ARENA);
    private static final int BPF_F_VTYPE_BTF_OBJ_FD = 1 << 15;

    private final BpfCalls calls;
    private final Optional<Fd> btf;
    private final ModuleBtfs modules;
    private final KernelFeatures features;
    private final List<Adaptation> adaptations;
    private final Map<Fd, ArenaMemory> arenas = new HashMap<>();

    MapCreator(BpfCalls calls, Optional<Fd> btf, ModuleBtfs modules, KernelFeatures features,
            List<Adaptation> adaptations) {
        this.calls = calls;
        this.btf = btf;
        this.modules = modules;
        this.features = features;
        this.adaptations = adaptations;
    }

    /** Creates a map that belongs to no object. */
    static LoadedMap createAlone(MapSpec spec, Kernel kernel) {
        boolean alone = spec.contents() instanceof MapContents.Empty || spec.contents() instanceof MapContents.Data;
        if (!alone || spec.is(MapType.BPF_MAP_TYPE_ARENA)) {
            throw new IllegalArgumentException(subject(spec) + ": it can be made with an object only");
        }
        KernelFeatures features = KernelFeatures.of(kernel);
        BpfCalls calls = new BpfCalls(new MemlockRaisingKernel(kernel, features));
        try (ModuleBtfs modules = new ModuleBtfs(calls);
                MapCreator creator = new MapCreator(calls, Optional.empty(), modules, features, new ArrayList<>())) {
            Fd fd = creator.create(spec, Optional.empty(), Optional.empty(), OptionalInt.empty());
            return new LoadedMap(spec, fd, spec.valueSize(), calls, 0, Optional.empty(), Optional.empty());
        }
    }

    /**
     * Creates a map and fills what is bytes; slots that hold maps or programs are filled once those are there.
     *
     * @param innerMap descriptor of a map that inner maps are to be like, if not like the spec's template
     */
    Fd create(MapSpec spec, Optional<StructOpsPlan> plan, Optional<byte[]> kconfig, OptionalInt innerMap) {
        Optional<Fd> template = innerMap.isPresent() ? Optional.empty() : spec.inner()
                .map(inner -> create(inner, Optional.empty(), Optional.empty(), OptionalInt.empty()));
        try {
            OptionalInt inner = template.isPresent() ? OptionalInt.of(template.get().number()) : innerMap;
            Fd fd = createEmpty(sized(spec), inner, plan);
            try {
                fill(spec, fd, kconfig);
                if (spec.is(MapType.BPF_MAP_TYPE_ARENA) && !calls.kernel().isImagined()) {
                    arenas.put(fd, ArenaMemory.of(fd, spec, features));
                }
                return fd;
            } catch (Throwable e) {
                fd.close();
                throw e;
            }
        } finally {
            template.ifPresent(Fd::close);
        }
    }

    /** Hands over the memory of an arena; empty for other maps and for those that were not made here. */
    Optional<ArenaMemory> takeMemory(Fd fd) {
        return Optional.ofNullable(arenas.remove(fd));
    }

    /** Unmaps the arenas that nobody took. */
    @Override
    public void close() {
        arenas.values().forEach(ArenaMemory::close);
    }

    /** Ring buffers are whole pages, a power of two of them; a perf event array has a slot for each CPU. */
    static MapSpec sized(MapSpec spec) {
        if (spec.is(MapType.BPF_MAP_TYPE_RINGBUF) || spec.is(MapType.BPF_MAP_TYPE_USER_RINGBUF)) {
            return spec.withMaxEntries(ringSize(spec.maxEntries(), Memory.pageSizeBytes()));
        }
        if (spec.is(MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY) && spec.maxEntries() == 0) {
            return spec.withMaxEntries(CpuList.possible().count());
        }
        return spec;
    }

    static int ringSize(int wanted, int pageSize) {
        long size = pageSize;
        while (size < Integer.toUnsignedLong(wanted)) {
            size *= 2;
        }
        return size > 1L << 31 ? wanted : (int) size;
    }

    private Fd createEmpty(MapSpec spec, OptionalInt inner, Optional<StructOpsPlan> plan) {
        boolean structOps = spec.contents() instanceof MapContents.StructOps;
        boolean typed = btf.isPresent() && (structOps || (spec.keyTypeId() != 0 || spec.valueTypeId() != 0)
                && MapType.of(spec.type()).filter(WITHOUT_BTF::contains).isEmpty());
        MapRequest request = new MapRequest(typed, true, spec.flags());
        int status = create(spec, inner, plan, request);
        if (status < 0 && typed && !structOps) {
            int untyped = create(spec, inner, plan, new MapRequest(false, true, spec.flags()));
            if (untyped >= 0) {
                adaptations.add(new Adaptation(subject(spec), "created without types of key and value",
                        "with them the kernel says " + Errno.name(-status)));
                status = untyped;
            }
        }
        if (status < 0) {
            MapRequest reduced = withoutWhatIsMissing(spec, request);
            if (!reduced.equals(request)) {
                status = create(spec, inner, plan, reduced);
            }
        }
        if (status < 0) {
            throw KernelException.refused(Step.CREATE_MAP, subject(spec), MapType.nameOf(spec.type()), -status);
        }
        return Fd.owning(status, subject(spec), calls.kernel());
    }

    /** Asked only after a refusal: kernels that need it are old, and probes are calls. */
    private MapRequest withoutWhatIsMissing(MapSpec spec, MapRequest request) {
        MapRequest result = request;
        if (features.ask(KernelFeature.PROG_NAME) == FeatureSupport.MISSING) {
            result = new MapRequest(false, false, result.flags());
            adaptations.add(new Adaptation(subject(spec), "created without its name",
                    "this kernel has no " + KernelFeature.PROG_NAME.text()));
        }
        if (spec.isData() && (spec.flags() & MapSpec.BPF_F_MMAPABLE) != 0
                && features.ask(KernelFeature.ARRAY_MMAP) == FeatureSupport.MISSING) {
            result = new MapRequest(result.typed(), result.named(), spec.flags() & ~MapSpec.BPF_F_MMAPABLE);
            adaptations.add(new Adaptation(subject(spec), "created without BPF_F_MMAPABLE",
                    "this kernel has no " + KernelFeature.ARRAY_MMAP.text()));
        }
        return result;
    }

    private int create(MapSpec spec, OptionalInt inner, Optional<StructOpsPlan> plan, MapRequest request) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = MapAttr.Create.STRUCT.allocate(buffer);
            MapAttr.Create.MAP_TYPE.set(attr, spec.type());
            MapAttr.Create.KEY_SIZE.set(attr, spec.keySize());
            MapAttr.Create.VALUE_SIZE.set(attr,
                    plan.map(p -> (int) p.kernel().valueSizeBytes()).orElse(spec.valueSize()));
            MapAttr.Create.MAX_ENTRIES.set(attr, spec.maxEntries());
            MapAttr.Create.MAP_FLAGS.set(attr, request.flags());
            MapAttr.Create.NUMA_NODE.set(attr, spec.numaNode());
            if (request.named()) {
                MapAttr.Create.MAP_NAME.setString(attr, spec.kernelName());
            }
            MapAttr.Create.MAP_EXTRA.set(attr, spec.mapExtra());
            inner.ifPresent(fd -> MapAttr.Create.INNER_MAP_FD.set(attr, fd));
            if (request.typed()) {
                MapAttr.Create.BTF_FD.set(attr, btf.orElseThrow().number());
                MapAttr.Create.BTF_KEY_TYPE_ID.set(attr, spec.keyTypeId());
                MapAttr.Create.BTF_VALUE_TYPE_ID.set(attr, spec.valueTypeId());
            }
            plan.ifPresent(p -> {
                MapAttr.Create.BTF_VMLINUX_VALUE_TYPE_ID.set(attr, p.kernel().valueTypeId());
                p.kernel().module().ifPresent(module -> {
                    MapAttr.Create.MAP_FLAGS.set(attr, request.flags() | BPF_F_VTYPE_BTF_OBJ_FD);
                    MapAttr.Create.VALUE_TYPE_BTF_OBJ_FD.set(attr, modules.fd(module.name()));
                });
            });
            int size = plan.flatMap(p -> p.kernel().module()).isPresent()
                    ? MapAttr.Create.VALUE_TYPE_BTF_OBJ_FD.endBytes() : MapAttr.Create.MAP_EXTRA.endBytes();
            return calls.kernel().bpf(BpfCommand.BPF_MAP_CREATE, attr, size);
        }
    }

    private void fill(MapSpec spec, Fd fd, Optional<byte[]> kconfig) {
        switch (spec.contents()) {
            case MapContents.Data data -> {
                if (!isZero(data.bytes()) || data.frozen()) {
                    byte[] value = new byte[data.sizeBytes()];
                    MemorySegment.copy(data.bytes(), ValueLayout.JAVA_BYTE, 0, value, 0,
                            (int) Math.min(value.length, data.bytes().byteSize()));
                    write(spec, fd, value, data.frozen());
                }
            }
            case MapContents.Kconfig _ -> write(spec, fd, kconfig.orElseThrow(), true);
            case MapContents.Empty _, MapContents.ArenaData _, MapContents.Slots _, MapContents.StructOps _ -> { }
        }
    }

    private void write(MapSpec spec, Fd fd, byte[] value, boolean freeze) {
        check(spec, calls.maps().update(fd.number(), key(0), MemorySegment.ofArray(value), LoadedMap.BPF_ANY));
        if (freeze) {
            check(spec, calls.maps().freeze(fd.number()));
        }
    }

    /** Puts a map or a program into a slot. */
    void fillSlot(MapSpec spec, int fd, int index, int content) {
        MemorySegment value = MemorySegment.ofArray(new int[] {content});
        check(spec, calls.maps().update(fd, key(index), value, LoadedMap.BPF_ANY));
    }

    private static MemorySegment key(int index) {
        return MemorySegment.ofArray(new int[] {index});
    }

    private static boolean isZero(MemorySegment bytes) {
        for (long i = 0; i < bytes.byteSize(); i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static void check(MapSpec spec, int status) {
        if (status < 0) {
            throw KernelException.refused(Step.FILL_MAP, subject(spec), MapType.nameOf(spec.type()), -status);
        }
    }

    static String subject(MapSpec spec) {
        return "map '" + spec.name() + "'";
    }
}
