package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SegmentPoolTest {

    @Test
    void lendsWhatCameBack() {
        var pool = new SegmentPool(8, 8);
        MemorySegment first = pool.acquire();
        pool.release(first);
        assertSame(first, pool.acquire());
    }

    @Test
    void lendsOneSegmentToOneUser() {
        var pool = new SegmentPool(8, 8);
        Set<Long> addresses = new HashSet<>();
        List<MemorySegment> lent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            lent.add(pool.acquire());
            addresses.add(lent.getLast().address());
        }
        assertEquals(100, addresses.size());
        lent.forEach(pool::release);
    }

    @Test
    void virtualThreadsDoNotShare() throws Exception {
        var pool = new SegmentPool(8, 8);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> tasks = new ArrayList<>();
            for (int task = 0; task < 500; task++) {
                long mark = task;
                Callable<Void> user = () -> {
                    for (int round = 0; round < 20; round++) {
                        MemorySegment segment = pool.acquire();
                        segment.set(ValueLayout.JAVA_LONG, 0, mark);
                        Thread.yield();
                        assertEquals(mark, segment.get(ValueLayout.JAVA_LONG, 0));
                        pool.release(segment);
                    }
                    return null;
                };
                tasks.add(executor.submit(user));
            }
            for (Future<Void> task : tasks) {
                task.get();
            }
        }
    }
}
