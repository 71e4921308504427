package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@KernelTest
class PerfEventKernelTest {

    private static int openClock(Arena arena, long bits) {
        MemorySegment attr = PerfEvent.Attr.STRUCT.allocate(arena);
        PerfEvent.Attr.TYPE.set(attr, PerfEvent.PERF_TYPE_SOFTWARE);
        PerfEvent.Attr.CONFIG.set(attr, PerfEvent.PERF_COUNT_SW_CPU_CLOCK);
        PerfEvent.Attr.BITS.set(attr, bits);
        return PerfEvent.open(attr, 0, -1);
    }

    private static long count(Arena arena, Fd event) {
        MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
        assertEquals(Long.BYTES, Syscall.read(event.number(), value));
        return value.get(ValueLayout.JAVA_LONG, 0);
    }

    @Test
    void countsWhileItIsEnabled() {
        try (Arena arena = Arena.ofConfined();
                Fd event = Fd.owning(openClock(arena, PerfEvent.Attr.DISABLED), "clock")) {
            assertEquals(0, count(arena, event));
            assertEquals(0, PerfEvent.enable(event.number()));
            long first = count(arena, event);
            assertTrue(count(arena, event) > first);
            assertEquals(0, PerfEvent.disable(event.number()));
            long last = count(arena, event);
            assertEquals(last, count(arena, event));
            assertEquals(1, Syscall.fcntl(event.number(), Syscall.F_GETFD, 0), "FD_CLOEXEC");
        }
    }

    @Test
    void knowsTheRequestThatSetsAProgram() {
        try (Arena arena = Arena.ofConfined(); Fd event = Fd.owning(openClock(arena, 0), "clock")) {
            // Another request would be ENOTTY.
            assertEquals(-Errno.EBADF.number(), PerfEvent.setProgram(event.number(), -1));
        }
    }

    @Test
    void bitsAreWhereTheKernelHasThem() throws IOException {
        Btf vmlinux = Btf.parse(Files.readAllBytes(Path.of("/sys/kernel/btf/vmlinux")));
        var attr = (BtfType.Composite) vmlinux.type(
                vmlinux.find("perf_event_attr", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        Map<String, Long> offsets = attr.members().stream().filter(member -> member.bitfieldBits() == 1)
                .collect(Collectors.toMap(BtfType.Member::name, BtfType.Member::offsetBits));
        Map<String, Long> bits = Map.of("disabled", PerfEvent.Attr.DISABLED, "inherit", PerfEvent.Attr.INHERIT,
                "exclude_user", PerfEvent.Attr.EXCLUDE_USER, "exclude_kernel", PerfEvent.Attr.EXCLUDE_KERNEL,
                "freq", PerfEvent.Attr.FREQ, "watermark", PerfEvent.Attr.WATERMARK);
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        bits.forEach((name, bit) -> assertEquals(offsets.get(name) - PerfEvent.Attr.BITS.offsetBytes() * Byte.SIZE,
                little ? Long.numberOfTrailingZeros(bit) : Long.numberOfLeadingZeros(bit), name));
    }

    @Test
    void aCpuThatIsNotThereIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = PerfEvent.Attr.STRUCT.allocate(arena);
            PerfEvent.Attr.TYPE.set(attr, PerfEvent.PERF_TYPE_SOFTWARE);
            PerfEvent.Attr.CONFIG.set(attr, PerfEvent.PERF_COUNT_SW_BPF_OUTPUT);
            assertEquals(-Errno.EINVAL.number(), PerfEvent.open(attr, -1, 1 << 20));
        }
    }
}
