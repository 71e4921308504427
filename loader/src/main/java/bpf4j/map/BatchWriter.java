package bpf4j.map;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;

/** Writes or deletes many elements: in batches, or one by one where kernel or map have no batches. */
record BatchWriter<K, V>(MapAccess access, Codec<K> keys, Codec<V> values) {

    /** What became of a batch. */
    private record Outcome(int status, int done) {
    }

    /** Updates all, in order. */
    void update(List<Map.Entry<K, V>> entries, long flags) {
        int done = 0;
        boolean single = false;
        while (done < entries.size()) {
            List<Map.Entry<K, V>> rest = entries.subList(done,
                    Math.min(entries.size(), done + BatchReader.batchSize(access)));
            if (!single) {
                Outcome outcome = batch(BpfCommand.BPF_MAP_UPDATE_BATCH, rest.stream().map(Map.Entry::getKey).toList(),
                        rest, flags);
                done += outcome.done();
                single = MapAccess.isUnsupported(outcome.status()) && outcome.done() == 0;
                if (outcome.status() < 0 && !single) {
                    throw stopped(outcome.status(), done, entries.size());
                }
            } else {
                try (var buffer = CallBuffer.acquire()) {
                    int status = access.update(MapAccess.encode(buffer, keys, rest.getFirst().getKey()),
                            MapAccess.encode(buffer, values, rest.getFirst().getValue()), flags);
                    if (status < 0) {
                        throw stopped(status, done, entries.size());
                    }
                }
                done++;
            }
        }
    }

    /** Deletes all that are there, and tells how many were. */
    int delete(List<K> wanted) {
        int at = 0;
        int deleted = 0;
        boolean single = false;
        while (at < wanted.size()) {
            List<K> rest = wanted.subList(at, Math.min(wanted.size(), at + BatchReader.batchSize(access)));
            if (!single) {
                Outcome outcome = batch(BpfCommand.BPF_MAP_DELETE_BATCH, rest, null, 0);
                at += outcome.done();
                deleted += outcome.done();
                single = MapAccess.isUnsupported(outcome.status()) && outcome.done() == 0;
                if (outcome.status() == -Errno.ENOENT.number()) {
                    // A batch stops at a key that is not there.
                    at++;
                } else if (outcome.status() < 0 && !single) {
                    throw stopped(outcome.status(), at, wanted.size());
                }
            } else {
                try (var buffer = CallBuffer.acquire()) {
                    int status = access.delete(MapAccess.encode(buffer, keys, rest.getFirst()));
                    if (status < 0 && status != -Errno.ENOENT.number()) {
                        throw stopped(status, at, wanted.size());
                    }
                    deleted += status < 0 ? 0 : 1;
                }
                at++;
            }
        }
        return deleted;
    }

    private Outcome batch(BpfCommand command, List<K> batch, List<Map.Entry<K, V>> entries, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment keyBytes = arena.allocate((long) batch.size() * access.keyBytes(), Long.BYTES);
            for (int i = 0; i < batch.size(); i++) {
                keys.write(keyBytes, (long) i * access.keyBytes(), batch.get(i));
            }
            MemorySegment valueBytes = MemorySegment.NULL;
            if (entries != null) {
                valueBytes = arena.allocate((long) batch.size() * access.valueBytes(), Long.BYTES);
                for (int i = 0; i < batch.size(); i++) {
                    values.write(valueBytes, (long) i * access.valueBytes(), entries.get(i).getValue());
                }
            }
            MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, batch.size());
            int status = access.batch(command, MemorySegment.NULL, MemorySegment.NULL, keyBytes, valueBytes, count,
                    flags);
            int counted = count.get(ValueLayout.JAVA_INT, 0);
            // A call that is refused before the first element leaves the count as it was.
            return new Outcome(status, status >= 0 ? batch.size() : counted >= batch.size() ? 0 : Math.max(counted, 0));
        }
    }

    private BatchException stopped(int status, int done, int wanted) {
        return new BatchException(access.refused(status), done, wanted);
    }
}
