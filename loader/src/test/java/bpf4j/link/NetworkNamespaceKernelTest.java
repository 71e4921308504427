package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.ChildJvm;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** A namespace is entered on a thread that ends: nobody else finds himself in it. */
@KernelTest
class NetworkNamespaceKernelTest {

    private static String current() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
    }

    @Test
    void callerStaysWhereItIs() throws Exception {
        String before = current();
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assertEquals(before, current());
            assertNotEquals(before, namespace.call(NetworkNamespaceKernelTest::current));
            assertEquals(before, current());
        }
    }

    /** Virtual threads share carriers, pooled ones are used again: both must find the process's namespace. */
    @Test
    void pooledAndVirtualThreadsStayWhereTheyAre() throws Exception {
        String before = current();
        try (NetworkNamespace namespace = NetworkNamespace.create();
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService pool = Executors.newFixedThreadPool(1)) {
            String inside = namespace.call(NetworkNamespaceKernelTest::current);
            for (ExecutorService executor : new ExecutorService[] {virtual, pool}) {
                for (int i = 0; i < 20; i++) {
                    assertEquals(inside,
                            executor.submit(() -> namespace.call(NetworkNamespaceKernelTest::current)).get());
                    assertEquals(before, executor.submit(NetworkNamespaceKernelTest::current).get());
                }
            }
        }
    }

    /**
     * A thread begins where the one is that starts it: a carrier with who wakes a virtual thread, the one that closes
     * forgotten descriptors with who opens the first.
     */
    @Test
    void threadsOfTheJvmStartOutside() throws Exception {
        assertEquals(current(),
                ChildJvm.run(List.of(), ChildNamespace.class, List.of(), "--enable-native-access=ALL-UNNAMED",
                        "-Djdk.virtualThreadScheduler.parallelism=64"));
    }

    @Test
    void namespaceOfAThreadIsOpenedAgain() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            String inside = namespace.call(NetworkNamespaceKernelTest::current);
            try (NetworkNamespace again = namespace.call(NetworkNamespace::ofThisThread)) {
                assertEquals(inside, again.call(NetworkNamespaceKernelTest::current));
            }
        }
        try (NetworkNamespace own = NetworkNamespace.ofThisThread()) {
            assertEquals(current(), own.call(NetworkNamespaceKernelTest::current));
        }
    }

    @Test
    void newOneHasNothingButLoopback() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assertEquals(1, namespace.call(() -> NetInterface.named("lo").index()));
            assertEquals("interface lo", namespace.call(() -> NetInterface.ofIndex(1).toString()));
        }
    }

    @Test
    void whatIsThrownInsideIsThrownOutside() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assertEquals("inside", assertThrows(IOException.class, () -> namespace.call(() -> {
                throw new IOException("inside");
            })).getMessage());
            assertThrows(AssertionError.class, () -> namespace.call(() -> {
                throw new AssertionError("inside");
            }));
        }
    }

    @Test
    void interruptReachesTheActionAndComesBack() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                ExecutorService pool = Executors.newFixedThreadPool(1)) {
            CountDownLatch inside = new CountDownLatch(1);
            Thread[] caller = new Thread[1];
            boolean[] interrupted = new boolean[1];
            var outcome = pool.submit(() -> {
                caller[0] = Thread.currentThread();
                try {
                    return namespace.call(() -> {
                        inside.countDown();
                        Thread.sleep(60_000);
                        return "slept";
                    });
                } finally {
                    interrupted[0] = Thread.interrupted();
                }
            });
            inside.await();
            caller[0].interrupt();
            assertTrue(assertThrows(ExecutionException.class, outcome::get).getCause() instanceof InterruptedException);
            assertTrue(interrupted[0]);
        }
    }

    @Test
    void closedOneIsNotEntered() {
        NetworkNamespace namespace = NetworkNamespace.create();
        namespace.close();
        namespace.close();
        assertThrows(IllegalStateException.class, () -> namespace.call(() -> 0));
    }

    @Test
    void threadEndsWithItsAction() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            Thread thread = namespace.call(Thread::currentThread);
            thread.join(10_000);
            assertFalse(thread.isAlive());
            assertFalse(thread.isVirtual());
        }
    }
}
