package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.Fd;
import bpf4j.sys.Namespaces;
import bpf4j.sys.Syscall;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A network namespace: interfaces, addresses, ports and routes of their own. It lasts as long as something is in it or
 * holds it, as this does until it is closed. Safe for use by several threads. Source: {@code network_namespaces(7)}.
 */
public final class NetworkNamespace implements AutoCloseable {

    private static final Path OF_THIS_THREAD = Path.of("/proc/thread-self/ns/net");

    private final String description;
    private final Fd fd;

    private NetworkNamespace(String description, Fd fd) {
        this.description = description;
        this.fd = fd;
    }

    /**
     * Opens a namespace.
     *
     * @param file {@code /proc/PID/ns/net} of a process in it, or the file in {@code /run/netns} that {@code ip netns}
     *     made
     * @return the namespace, the caller's to close
     * @throws KernelException if the file cannot be opened
     */
    public static NetworkNamespace open(Path file) {
        return owning(file, descriptor(file));
    }

    private static String description(Path file) {
        return "network namespace " + file;
    }

    private static int descriptor(Path file) {
        int number = Syscall.open(file.toString(), Syscall.O_RDONLY);
        if (number < 0) {
            throw new KernelException(Step.ATTACH, description(file), -number);
        }
        return number;
    }

    private static NetworkNamespace owning(Path file, int descriptor) {
        String description = description(file);
        return new NetworkNamespace(description, Fd.owning(descriptor, description));
    }

    /**
     * Opens the namespace of the calling thread.
     *
     * @return the namespace, the caller's to close
     * @throws KernelException if it cannot be opened
     */
    public static NetworkNamespace ofThisThread() {
        return open(OF_THIS_THREAD);
    }

    /**
     * Makes a namespace, in which there is nothing but a loopback interface that is down. Needs CAP_SYS_ADMIN.
     *
     * @return the namespace, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static NetworkNamespace create() {
        try {
            // The first of all owned descriptors starts the thread that cleans up: that one belongs outside.
            return owning(OF_THIS_THREAD, onOwnThread(() -> {
                int status = Namespaces.unshare(Namespaces.CLONE_NEWNET);
                if (status < 0) {
                    throw new KernelException(Step.ATTACH, "a new network namespace", -status);
                }
                return descriptor(OF_THIS_THREAD);
            }));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("nothing here throws it", e);
        }
    }

    /**
     * Runs something inside: what looks up interfaces, attaches to them, or opens sockets, which stay in the namespace
     * when they are used elsewhere. It runs on a platform thread of its own that ends with it, because a thread keeps
     * the namespace that it changed to. An interrupt is handed on to that thread.
     *
     * <p>A platform thread begins in the namespace of the thread that starts it. What the action starts is inside, too:
     * threads, pools, and the threads that carry virtual ones, of which the JVM may start one when the action starts or
     * wakes a virtual thread. Have virtual threads wait for the result of this call, not for what the action does.
     *
     * @param <T> what it returns
     * @param action what to run
     * @return what it returned
     * @throws Exception what it threw
     * @throws KernelException if the kernel does not let this process in
     * @throws IllegalStateException if this is closed
     */
    public <T> T call(Callable<T> action) throws Exception {
        int number = fd.acquire();
        try {
            return onOwnThread(() -> {
                int status = Namespaces.enter(number, Namespaces.CLONE_NEWNET);
                if (status < 0) {
                    throw new KernelException(Step.ATTACH, description, -status);
                }
                return action.call();
            });
        } finally {
            fd.release();
        }
    }

    /**
     * Runs something on a thread that changes its namespace. Who wakes a virtual thread may start a carrier for it,
     * which would be in the namespace for good: a virtual caller is woken by a thread in between, which did not change.
     */
    private static <T> T onOwnThread(Callable<T> action) throws Exception {
        return Thread.currentThread().isVirtual() ? onThread(() -> onThread(action)) : onThread(action);
    }

    private static <T> T onThread(Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(action);
        Thread thread = Thread.ofPlatform().name("bpf4j-namespace").daemon().start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    thread.interrupt();
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new AssertionError(e.getCause());
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Holds the descriptor for a call, until {@link #release}. {@return the number} */
    int acquire() {
        return fd.acquire();
    }

    /** Ends what {@link #acquire} began. */
    void release() {
        fd.release();
    }

    /** Lets the namespace go. Idempotent. */
    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return description;
    }
}
