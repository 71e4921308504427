package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.object.BpfObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many threads load an object at once, as the first thing that their process does. Prints how many loads succeeded, how
 * many different tables of the kernel's types they used, and how often those were read.
 */
final class ChildFirstUse {

    private ChildFirstUse() {
    }

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[1]);
        CountDownLatch start = new CountDownLatch(1);
        Set<Btf> tables = Collections.newSetFromMap(new IdentityHashMap<>());
        int loaded = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<Btf>> loads = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                loads.add(threads.submit(() -> {
                    start.await();
                    BpfObject.read(Path.of(arguments[0])).load().close();
                    return KernelBtf.shared().vmlinux();
                }));
            }
            start.countDown();
            for (Future<Btf> load : loads) {
                tables.add(load.get());
                loaded++;
            }
        }
        System.out.println("%d loads, %d tables, %d reads".formatted(loaded, tables.size(),
                KernelBtf.shared().readCount()));
    }
}
