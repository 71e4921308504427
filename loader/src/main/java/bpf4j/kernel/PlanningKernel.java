package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import bpf4j.object.MapSpec;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.MapAttr;
import bpf4j.sys.ObjectAttr;
import bpf4j.sys.Pointed;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A kernel that is imagined: it takes everything, makes nothing, and remembers what it was asked for. */
final class PlanningKernel implements Kernel {

    private static final int FIRST_FD = 1000;
    /** Ids of modules start behind the kernel's own. */
    private static final int FIRST_MODULE_ID = 2;

    private final KernelTypes types;
    private final PlanText text;
    private final List<PlannedCall> calls = new ArrayList<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Integer, MapSpec> specs = new HashMap<>();
    private final Map<String, MapSpec> pinned = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private int nextFd = FIRST_FD;

    PlanningKernel(KernelTypes types) {
        this.types = types;
        this.text = new PlanText(types, names);
    }

    /** Imagines that a map was pinned. */
    void pinned(String path, MapSpec map) {
        pinned.put(path, MapCreator.sized(map));
    }

    /** Look-ups of modules that turned out to be others are left out. */
    List<PlannedCall> calls() {
        return calls.stream().filter(call -> !call.command().equals(BpfCommand.BPF_BTF_GET_FD_BY_ID.name())
                || text.isUsed(call.result().orElseThrow())).toList();
    }

    @Override
    public synchronized int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
        return switch (command) {
            case BPF_MAP_CREATE -> made(command, attr, sizeBytes, "map:" + MapAttr.Create.MAP_NAME.getString(attr));
            case BPF_PROG_LOAD -> made(command, attr, sizeBytes, "prog:" + ProgAttr.Load.PROG_NAME.getString(attr));
            case BPF_BTF_LOAD -> made(command, attr, sizeBytes, "btf");
            case BPF_OBJ_GET -> open(command, attr, sizeBytes);
            case BPF_OBJ_GET_INFO_BY_FD -> describe(attr);
            case BPF_BTF_GET_NEXT_ID -> nextModule(attr);
            case BPF_BTF_GET_FD_BY_ID -> made(command, attr, sizeBytes,
                    "btf:" + module(ObjectAttr.GetId.BTF_ID.get(attr)).name());
            default -> {
                calls.add(text.call(command, attr, sizeBytes, Optional.empty()));
                yield 0;
            }
        };
    }

    @Override
    public int close(int fd) {
        return 0;
    }

    @Override
    public boolean isImagined() {
        return true;
    }

    private int made(BpfCommand command, MemorySegment attr, int sizeBytes, String wanted) {
        String name = wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = wanted + "#" + i;
        }
        calls.add(text.call(command, attr, sizeBytes, Optional.of(name)));
        int fd = nextFd++;
        names.put(fd, name);
        if (command == BpfCommand.BPF_MAP_CREATE) {
            text.madeMap(fd, MapAttr.Create.KEY_SIZE.get(attr), MapAttr.Create.VALUE_SIZE.get(attr));
        }
        return fd;
    }

    private int open(BpfCommand command, MemorySegment attr, int sizeBytes) {
        MapSpec spec = pinned.get(Pointed.text(ObjectAttr.Pin.PATHNAME.get(attr)));
        if (spec == null) {
            calls.add(text.call(command, attr, sizeBytes, Optional.empty()));
            return -Errno.ENOENT.number();
        }
        int fd = made(command, attr, sizeBytes, "map:" + spec.kernelName());
        specs.put(fd, spec);
        text.madeMap(fd, spec.keySize(), spec.valueSize());
        return fd;
    }

    /** A pinned map is what the object declares; a module has its name. */
    private int describe(MemorySegment attr) {
        int fd = ObjectAttr.Info.BPF_FD.get(attr);
        MemorySegment info = Pointed.memory(ObjectAttr.Info.INFO.get(attr), ObjectAttr.Info.INFO_LEN.get(attr));
        if (specs.get(fd) instanceof MapSpec spec) {
            BpfInfo.Map.TYPE.set(info, spec.type());
            BpfInfo.Map.KEY_SIZE.set(info, spec.keySize());
            BpfInfo.Map.VALUE_SIZE.set(info, spec.valueSize());
            BpfInfo.Map.MAX_ENTRIES.set(info, spec.maxEntries());
            BpfInfo.Map.MAP_FLAGS.set(info, spec.flags());
            BpfInfo.Map.MAP_EXTRA.set(info, spec.mapExtra());
        } else if (names.getOrDefault(fd, "").startsWith("btf:")) {
            BpfInfo.BtfObject.KERNEL_BTF.set(info, 1);
            Pointed.write(BpfInfo.BtfObject.NAME.get(info), BpfInfo.BtfObject.NAME_LEN.get(info),
                    names.get(fd).substring("btf:".length()).replaceFirst("#\\d+$", ""));
        }
        return 0;
    }

    private int nextModule(MemorySegment attr) {
        int id = Math.max(FIRST_MODULE_ID, ObjectAttr.GetId.START_ID.get(attr) + 1);
        if (id - FIRST_MODULE_ID >= types.modules().size()) {
            return -Errno.ENOENT.number();
        }
        ObjectAttr.GetId.NEXT_ID.set(attr, id);
        return 0;
    }

    private Btf module(int id) {
        return types.modules().get(id - FIRST_MODULE_ID);
    }

    @Override
    public String toString() {
        return "an imagined kernel";
    }
}
