package bpf4j.kernel;

import bpf4j.btf.Btf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;

/**
 * The descriptions of USDT places that the programs of one object find by a number: a map that the object's header
 * declares, and which of its elements are in use. On kernels without cookies programs find the number by the address of
 * the instruction, in another map. Of no use outside this module. Safe for use by several threads.
 */
public final class UsdtSlots {

    /** The map's name, an agreement between loaders and {@code usdt.bpf.h} of libbpf. */
    static final String MAP = "__bpf_usdt_specs";
    /** The name of the map with addresses, of the same agreement. */
    static final String ADDRESSES = "__bpf_usdt_ip_to_spec_id";

    private final LoadedMap map;
    private final Optional<LoadedMap> addresses;
    private final Btf types;
    private final BitSet used = new BitSet();

    private UsdtSlots(LoadedMap map, Optional<LoadedMap> addresses, Btf types) {
        this.map = map;
        this.addresses = addresses;
        this.types = types;
    }

    /** {@return the slots of an object, empty if it has none} */
    static Optional<UsdtSlots> of(Map<String, LoadedMap> maps, Optional<Btf> types) {
        return Optional.ofNullable(maps.get(MAP)).flatMap(map -> types.map(
                t -> new UsdtSlots(map, Optional.ofNullable(maps.get(ADDRESSES)), t)));
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
        map.update(number(slot), description, LoadedMap.BPF_ANY);
        used.set(slot);
        return slot;
    }

    /**
     * Says which description a program finds that has come to an instruction.
     *
     * @param address the instruction's address in the process
     * @param slot the description's number
     * @throws KernelException if the object has no map for addresses, that has no room, or a description is there
     */
    public void put(long address, int slot) {
        LoadedMap found = addresses.orElseThrow(() -> new KernelException(Step.ATTACH, "map '" + ADDRESSES + "'", 0,
                "the object does not have it, and this kernel, before 5.15, has no cookies"));
        found.update(address(address), number(slot), LoadedMap.BPF_NOEXIST);
    }

    /**
     * Forgets an address; does nothing once the object is closed, with which nothing is attached any more.
     *
     * @param address what was {@link #put}
     */
    public void remove(long address) {
        try {
            addresses.ifPresent(found -> found.delete(address(address)));
        } catch (IllegalStateException _) {
            // The map is closed.
        }
    }

    private static byte[] number(int slot) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(slot).array();
    }

    private static byte[] address(long address) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(address).array();
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
