package bpf4j.map;

import bpf4j.kernel.CpuList;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The values of all possible CPUs, one after the other, each padded to a multiple of 8 bytes. */
record PerCpuCodec<V>(Codec<V> one, List<Integer> cpus) implements Codec<PerCpuValues<V>> {

    static <V> PerCpuCodec<V> of(Codec<V> one) {
        return new PerCpuCodec<>(one, CpuList.possible().numbers());
    }

    int strideBytes() {
        return Math.ceilDiv(one.sizeBytes(), Long.BYTES) * Long.BYTES;
    }

    @Override
    public int sizeBytes() {
        return Math.multiplyExact(strideBytes(), cpus.size());
    }

    @Override
    public PerCpuValues<V> read(MemorySegment segment, long offsetBytes) {
        List<V> values = new ArrayList<>(cpus.size());
        for (int i = 0; i < cpus.size(); i++) {
            values.add(one.read(segment, offsetBytes + (long) i * strideBytes()));
        }
        return new PerCpuValues<>(cpus, values);
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, PerCpuValues<V> value) {
        if (!value.cpus().equals(cpus)) {
            throw new IllegalArgumentException("values for the CPUs %s, not %s".formatted(value.cpus(), cpus));
        }
        segment.asSlice(offsetBytes, sizeBytes()).fill((byte) 0);
        for (int i = 0; i < cpus.size(); i++) {
            one.write(segment, offsetBytes + (long) i * strideBytes(), value.values().get(i));
        }
    }

    @Override
    public String toString() {
        return "%s for each of %d CPUs".formatted(one, cpus.size());
    }
}
