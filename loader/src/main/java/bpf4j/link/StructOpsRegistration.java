package bpf4j.link;

import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedStructOps;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import java.lang.foreign.MemorySegment;

/**
 * A variable of {@code .struct_ops} registered with its subsystem: the map's value is the registration. It lasts until
 * it is ended or the map goes. Safe for use by several threads, as all links are.
 */
public final class StructOpsRegistration extends DirectAttachment {

    private final BpfCalls calls;
    /** Held open, since the map stays registered until a descriptor of it ends that. */
    private final Fd map;
    private final int mapNumber;

    private StructOpsRegistration(String description, BpfCalls calls, Fd map, int mapNumber) {
        super(description, AttachType.BPF_STRUCT_OPS.name());
        this.calls = calls;
        this.map = map;
        this.mapNumber = mapNumber;
    }

    static StructOpsRegistration register(LoadedStructOps structOps) {
        LoadedMap map = structOps.map();
        int number = map.descriptor().acquire();
        try {
            StructOpsLink.setValue(structOps);
            return new StructOpsRegistration(structOps.toString(), new BpfCalls(map.kernel()), map.descriptor(),
                    number);
        } catch (RuntimeException e) {
            map.descriptor().release();
            throw e;
        }
    }

    @Override
    int end() {
        return calls.maps().delete(mapNumber, MemorySegment.ofArray(StructOpsLink.KEY));
    }

    @Override
    void release() {
        map.release();
    }

    @Override
    String whyNoLink() {
        return "a variable of .struct_ops is registered by its map; put it into .struct_ops.link for a registration "
                + "that can be pinned and replaced";
    }
}
