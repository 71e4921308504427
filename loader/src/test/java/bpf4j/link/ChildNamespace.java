package bpf4j.link;

import bpf4j.testdata.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes a network namespace and enters it from virtual threads whose carriers have not started yet, and prints the
 * namespaces that threads of this process are in afterwards, each once. In a process of its own, because carriers, and
 * the thread that closes forgotten descriptors, start only once.
 */
final class ChildNamespace {

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final int VIRTUAL_THREADS = 64;
    private static final int CALLS = 20;

    private ChildNamespace() {
    }

    private static Set<String> namespaces() throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> threads = Files.list(THREADS)) {
            for (Path thread : threads.toList()) {
                try {
                    found.add(Files.readSymbolicLink(thread.resolve("ns/net")).toString());
                } catch (IOException e) {
                    // It ended in the meantime.
                }
            }
        }
        return found;
    }

    public static void main(String[] arguments) throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Boolean> calls = () -> {
                for (int i = 0; i < CALLS; i++) {
                    namespace.call(() -> true);
                }
                return true;
            };
            List<Future<Boolean>> running = IntStream.range(0, VIRTUAL_THREADS).mapToObj(_ -> virtual.submit(calls))
                    .toList();
            for (Future<Boolean> one : running) {
                one.get();
            }
        }
        // Threads end a little later than what they did.
        Patience.until(() -> namespaces().size() == 1);
        namespaces().forEach(System.out::println);
    }
}
