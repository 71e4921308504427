package bpf4j.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Runs something on a thread whose system calls another thread sees before the kernel carries them out, and may refuse:
 * the calls of this project are refused without a fake of the kernel. Threads that it starts are supervised, too, and
 * have to end with it. Source: {@code seccomp_unotify(2)}. On x86-64 and
 * AArch64.
 */
public final class SupervisedThread {

    /** The system calls that are looked at, by their numbers on x86-64 and AArch64. */
    public enum Call {
        BPF(321, 280),
        PERF_EVENT_OPEN(298, 241),
        IOCTL(16, 29),
        EPOLL_CREATE1(291, 20),
        EPOLL_CTL(233, 21),
        EVENTFD2(290, 19),
        OPENAT(257, 56),
        SOCKET(41, 198),
        SENDTO(44, 206),
        /** Of a file: the JVM maps memory when it likes. */
        MMAP(9, 222);

        private final int x86;
        private final int arm;

        Call(int x86, int arm) {
            this.x86 = x86;
            this.arm = arm;
        }

        private int number() {
            return isArm() ? arm : x86;
        }

        private static Optional<Call> of(int number) {
            return List.of(values()).stream().filter(call -> call.number() == number).findAny();
        }
    }

    /** Decides about a call: an errno, or null to let it pass. */
    public interface Judge {

        /** {@return the errno} */
        Errno refuse(int index, Call call);
    }

    /**
     * What came of it.
     *
     * @param calls the calls that were judged
     * @param thrown what ended the action, or null
     */
    public record Outcome(List<Call> calls, Throwable thrown) {
    }

    /** What may throw. */
    public interface Action {

        /** Makes system calls. */
        void run() throws Exception;
    }

    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final long SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
    private static final int SECCOMP_RET_USER_NOTIF = 0x7fc0_0000;
    private static final int SECCOMP_RET_ALLOW = 0x7fff_0000;
    private static final int SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;
    private static final int SECCOMP_IOCTL_NOTIF_RECV = 0xc050_2100;
    private static final int SECCOMP_IOCTL_NOTIF_SEND = 0xc018_2101;
    private static final Map<Boolean, Long> SECCOMP = Map.of(false, 317L, true, 277L);
    private static final int NOTIFICATION_BYTES = 80;
    private static final int RESPONSE_BYTES = 24;
    /** Where a notification has number and arguments of the call. */
    private static final int NUMBER_OFFSET = 16;
    private static final int ARGUMENTS_OFFSET = 32;
    /** Where a filter sees them. */
    private static final int DATA_NUMBER = 0;
    private static final int DATA_MMAP_FD = 16 + 4 * Long.BYTES;
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    /** No command of {@code bpf(2)}: the thread is at its end. */
    private static final int THE_END = Integer.MAX_VALUE;

    private static final MethodHandle SYSCALL = Downcall.link("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS),
            Linker.Option.firstVariadicArg(1));

    private SupervisedThread() {
    }

    /** {@return whether this machine is one of those whose numbers are known here} */
    public static boolean isPossible() {
        return isArm() || Architecture.current() == Architecture.X86_64;
    }

    private static boolean isArm() {
        return Architecture.current() == Architecture.AARCH64;
    }

    /** Runs something on a thread of its own. Files are looked at only below {@code /sys} and {@code /proc}. */
    public static Outcome run(Judge judge, Action action) throws Exception {
        CompletableFuture<Integer> listener = new CompletableFuture<>();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread supervised = Thread.ofPlatform().start(() -> {
            int fd = filter();
            listener.complete(fd);
            Throwable end = null;
            try {
                if (fd >= 0) {
                    action.run();
                }
            } catch (Throwable e) {
                end = e;
            } finally {
                thrown.complete(end);
                syscall(Call.BPF.number(), THE_END, 0, MemorySegment.NULL);
            }
        });
        int fd = listener.get();
        if (fd < 0) {
            throw new IllegalStateException("seccomp: " + Errno.name(-fd));
        }
        try {
            List<Call> calls = supervise(fd, judge);
            supervised.join();
            return new Outcome(calls, thrown.get());
        } finally {
            Syscall.close(fd);
        }
    }

    private static List<Call> supervise(int fd, Judge judge) {
        List<Call> calls = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment notification = arena.allocate(NOTIFICATION_BYTES, Long.BYTES);
            MemorySegment response = arena.allocate(RESPONSE_BYTES, Long.BYTES);
            while (true) {
                notification.fill((byte) 0);
                int status = Syscall.ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, notification.address());
                if (status == -Errno.EINTR.number() || status == -Errno.ENOENT.number()) {
                    continue;
                }
                if (status < 0) {
                    throw new IllegalStateException("seccomp notification: " + Errno.name(-status));
                }
                Call call = Call.of(notification.get(JAVA_INT, NUMBER_OFFSET)).orElseThrow();
                long first = notification.get(JAVA_LONG, ARGUMENTS_OFFSET);
                boolean isEnd = call == Call.BPF && first == THE_END;
                Errno errno = null;
                if (isEnd) {
                    errno = Errno.EINVAL;
                } else if (call != Call.OPENAT
                        || isOfTheKernel(notification.get(JAVA_LONG, ARGUMENTS_OFFSET + Long.BYTES))) {
                    errno = judge.refuse(calls.size(), call);
                    calls.add(call);
                }
                response.fill((byte) 0);
                response.set(JAVA_LONG, 0, notification.get(JAVA_LONG, 0));
                response.set(JAVA_INT, 16, errno == null ? 0 : -errno.number());
                response.set(JAVA_INT, 20, errno == null ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0);
                Syscall.ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, response.address());
                if (isEnd) {
                    return calls;
                }
            }
        }
    }

    /** Class loaders open files, too. */
    @SuppressWarnings("restricted")
    private static boolean isOfTheKernel(long path) {
        String name = MemorySegment.ofAddress(path).reinterpret(Short.MAX_VALUE).getString(0);
        return name.startsWith("/sys/") || name.startsWith("/proc/");
    }

    /** {@return the descriptor that this thread's calls are told to, or a negated errno} */
    private static int filter() {
        List<Long> code = new ArrayList<>();
        for (Call call : Call.values()) {
            code.add(insn(LOAD_WORD, 0, 0, DATA_NUMBER));
            if (call == Call.MMAP) {
                code.add(insn(JUMP_IF_EQUAL, 0, 3, call.number()));
                code.add(insn(LOAD_WORD, 0, 0, DATA_MMAP_FD));
                code.add(insn(JUMP_IF_EQUAL, 1, 0, -1));
            } else {
                code.add(insn(JUMP_IF_EQUAL, 0, 1, call.number()));
            }
            code.add(insn(RETURN, 0, 0, SECCOMP_RET_USER_NOTIF));
        }
        code.add(insn(RETURN, 0, 0, SECCOMP_RET_ALLOW));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment insns = arena.allocateFrom(JAVA_LONG, code.stream().mapToLong(Long::longValue).toArray());
            MemorySegment program = arena.allocate(2L * Long.BYTES, Long.BYTES);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) code.size());
            program.set(ADDRESS, Long.BYTES, insns);
            return (int) syscall(SECCOMP.get(isArm()), SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                    program);
        }
    }

    /** {@code struct sock_filter} of classic BPF as one little-endian word. */
    private static long insn(int code, int ifTrue, int ifFalse, int constant) {
        return code | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) constant << 32;
    }

    private static long syscall(long number, long first, long second, MemorySegment third) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((long) SYSCALL.invokeExact(capture, number, first, second, third), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }
}
