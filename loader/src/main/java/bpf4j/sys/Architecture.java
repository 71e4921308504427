package bpf4j.sys;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What differs between the machines that bpf4j runs on: system call numbers, and the few structs and flags of the C
 * library that are not the same everywhere. Numbers: {@code arch/ARCH/include/uapi/asm/unistd.h} and
 * {@code include/uapi/asm-generic/unistd.h} of the kernel.
 */
public enum Architecture {
    /** 64-bit x86. Its {@code struct epoll_event} is packed. */
    X86_64("amd64", ByteOrder.LITTLE_ENDIAN, 321, 298, 257, 3, true, Long.BYTES),
    /** 64-bit Arm, little endian. */
    AARCH64("aarch64", ByteOrder.LITTLE_ENDIAN, 280, 241, 56, 57, false, Long.BYTES),
    /** 64-bit RISC-V. */
    RISCV64("riscv64", ByteOrder.LITTLE_ENDIAN, 280, 241, 56, 57, false, Long.BYTES),
    /** IBM Z, big endian. The words of its {@code struct statfs} have 32 bits. */
    S390X("s390x", ByteOrder.BIG_ENDIAN, 351, 331, 288, 6, false, Integer.BYTES),
    /** 64-bit PowerPC, little endian. */
    PPC64LE("ppc64le", ByteOrder.LITTLE_ENDIAN, 361, 319, 286, 6, false, Long.BYTES),
    /** 64-bit LoongArch. */
    LOONGARCH64("loongarch64", ByteOrder.LITTLE_ENDIAN, 280, 241, 56, 57, false, Long.BYTES);

    private final String osArch;
    private final ByteOrder byteOrder;
    private final int bpf;
    private final int perfEventOpen;
    private final int openat;
    private final int close;
    private final boolean epollEventPacked;
    private final int statfsWordBytes;

    Architecture(String osArch, ByteOrder byteOrder, int bpf, int perfEventOpen, int openat, int close,
            boolean epollEventPacked, int statfsWordBytes) {
        this.osArch = osArch;
        this.byteOrder = byteOrder;
        this.bpf = bpf;
        this.perfEventOpen = perfEventOpen;
        this.openat = openat;
        this.close = close;
        this.epollEventPacked = epollEventPacked;
        this.statfsWordBytes = statfsWordBytes;
    }

    /**
     * {@return the architecture of this process}
     *
     * @throws UnsupportedOperationException if this is not Linux, or not one of the architectures here
     */
    public static Architecture current() {
        Architecture current = Current.ARCHITECTURE;
        if (current == null) {
            throw new UnsupportedOperationException(
                    "%s on %s (%s): bpf(2) cannot be called here; supported is Linux on %s".formatted(
                            System.getProperty("os.name"), System.getProperty("os.arch"), ByteOrder.nativeOrder(),
                            Arrays.stream(values()).map(known -> known.osArch).collect(Collectors.joining(", "))));
        }
        return current;
    }

    /**
     * Finds an architecture by the names that Java uses.
     *
     * @param osName the system property {@code os.name}
     * @param osArch the system property {@code os.arch}
     * @param byteOrder the byte order of the process
     * @return the architecture, or empty if there is no such one here
     */
    static Optional<Architecture> find(String osName, String osArch, ByteOrder byteOrder) {
        return Arrays.stream(values())
                .filter(known -> osName.equals("Linux") && known.osArch.equals(osArch) && known.byteOrder == byteOrder)
                .findFirst();
    }

    /**
     * {@return what the kernel puts before {@code sys_NAME} in the names of functions that take the arguments of a
     * system call as a pointer to registers, such as {@code __x64_}; empty where there is no such prefix}
     */
    public String syscallWrapperPrefix() {
        return switch (this) {
            case X86_64 -> "__x64_";
            case AARCH64 -> "__arm64_";
            case RISCV64 -> "__riscv_";
            case S390X -> "__s390x_";
            case PPC64LE, LOONGARCH64 -> "";
        };
    }

    /** {@return the number of {@code bpf(2)}} */
    int bpf() {
        return bpf;
    }

    /** {@return the number of {@code perf_event_open(2)}} */
    int perfEventOpen() {
        return perfEventOpen;
    }

    /** {@return the number of {@code openat(2)}} */
    int openat() {
        return openat;
    }

    /** {@return the number of {@code close(2)}} */
    int close() {
        return close;
    }

    /** {@return whether {@code data} of {@code struct epoll_event} follows {@code events} without padding} */
    boolean epollEventPacked() {
        return epollEventPacked;
    }

    /** {@return the size in bytes of {@code f_type}, the first member of {@code struct statfs}} */
    int statfsWordBytes() {
        return statfsWordBytes;
    }

    /** {@return the number of the {@code ioctl} request TIOCGWINSZ, which PowerPC has in the newer form} */
    int windowSizeRequest() {
        return this == PPC64LE ? 0x40087468 : 0x5413;
    }

    /**
     * Numbers an {@code ioctl} request without argument: {@code _IO} of {@code include/uapi/asm-generic/ioctl.h}, and
     * of {@code arch/powerpc/include/uapi/asm/ioctl.h}, where the bits for "no argument" are not zero.
     *
     * @param type the letter of the subsystem
     * @param number the number in it
     * @return the request
     */
    int requestWithoutArgument(int type, int number) {
        return (this == PPC64LE ? 1 << 29 : 0) | type << 8 | number;
    }

    /**
     * Numbers an {@code ioctl} request with something for the kernel to read: {@code _IOW}.
     *
     * @param type the letter of the subsystem
     * @param number the number in it
     * @param sizeBytes the size of the argument
     * @return the request
     */
    int requestThatWrites(int type, int number, int sizeBytes) {
        return (this == PPC64LE ? 4 << 29 : 1 << 30) | sizeBytes << 16 | type << 8 | number;
    }

    private static final class Current {
        /** Null where there is none: a constant to the compiler, which what an Optional holds is not. */
        static final Architecture ARCHITECTURE = find(
                System.getProperty("os.name"), System.getProperty("os.arch"), ByteOrder.nativeOrder()).orElse(null);
    }
}
