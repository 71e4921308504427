package bpf4j.kernel;

import bpf4j.btf.Btf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;

/**
 * The descriptions of USDT places that the programs of one object find by a number: a map that the object's header
 * declares, and which of its elements are in use. Of no use outside this module. Safe for use by several threads.
 */
public final class UsdtSlots {

    /** The map's name, an agreement between loaders and {@code usdt.bpf.h} of libbpf. */
    static final String MAP = "__bpf_usdt_specs";

    private final LoadedMap map;
    private final Btf types;
    private final BitSet used = new BitSet();

    private UsdtSlots(LoadedMap map, Btf types) {
        this.map = map;
        this.types = types;
    }

    /** {@return the slots of an object, empty if it has none} */
    static Optional<UsdtSlots> of(Map<String, LoadedMap> maps, Optional<Btf> types) {
        return Optional.ofNullable(maps.get(MAP)).flatMap(map -> types.map(t -> new UsdtSlots(map, t)));
    }

    /** {@return the map} */
    public LoadedMap map() {
        return map;
    }

    /** {@return the types that the map's value is declared with} */
    public Btf types() {
        return types;
    }

    /**
     * Writes a description into a slot that is free.
     *
     * @param description the map's value
     * @return the slot's number
     * @throws KernelException if no slot is free, or the kernel refuses
     */
    public synchronized int take(byte[] description) {
        int slot = used.nextClearBit(0);
        if (slot >= map.spec().maxEntries()) {
            throw new KernelException(Step.ATTACH, "map '" + MAP + "'", 0,
                    "all of its %d elements are in use; change its max_entries before loading".formatted(slot));
        }
        byte[] key = new byte[Integer.BYTES];
        ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).putInt(slot);
        map.update(key, description, LoadedMap.BPF_ANY);
        used.set(slot);
        return slot;
    }

    /**
     * Gives a slot back.
     *
     * @param slot its number
     */
    public synchronized void give(int slot) {
        used.clear(slot);
    }

    @Override
    public String toString() {
        return "%d of %d places".formatted(used.cardinality(), map.spec().maxEntries());
    }
}
