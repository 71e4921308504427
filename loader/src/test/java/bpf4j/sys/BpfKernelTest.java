package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.Memory.Mapping;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@KernelTest
class BpfKernelTest {

    private static final int BPF_MAP_TYPE_ARRAY = 2;
    private static final int BPF_F_MMAPABLE = 1 << 10;
    private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");

    private static Fd array() {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = MapAttr.Create.STRUCT.allocate(buffer);
            MapAttr.Create.MAP_TYPE.set(attr, BPF_MAP_TYPE_ARRAY);
            MapAttr.Create.KEY_SIZE.set(attr, 4);
            MapAttr.Create.VALUE_SIZE.set(attr, 8);
            MapAttr.Create.MAX_ENTRIES.set(attr, 4);
            MapAttr.Create.MAP_FLAGS.set(attr, BPF_F_MMAPABLE);
            MapAttr.Create.MAP_NAME.setString(attr, "bpf4j_sys");
            int number = Syscall.bpf(BpfCommand.BPF_MAP_CREATE, attr);
            assertTrue(number >= 0, () -> Errno.name(-number));
            return Fd.owning(number, "map \"bpf4j_sys\"");
        }
    }

    private static long lookUp(Fd map, int key) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment value = buffer.allocate(8, 8);
            MemorySegment attr = MapAttr.Elem.STRUCT.allocate(buffer);
            MapAttr.Elem.MAP_FD.set(attr, map.number());
            MapAttr.Elem.KEY.set(attr, buffer.allocateFrom(ValueLayout.JAVA_INT, key));
            MapAttr.Elem.VALUE.set(attr, value);
            int result = Syscall.bpf(BpfCommand.BPF_MAP_LOOKUP_ELEM, attr);
            return result < 0 ? result : value.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    @Test
    void describesAMap() {
        try (Fd map = array(); var buffer = CallBuffer.acquire()) {
            MemorySegment info = BpfInfo.Map.STRUCT.allocate(buffer);
            MemorySegment attr = ObjectAttr.Info.STRUCT.allocate(buffer);
            ObjectAttr.Info.BPF_FD.set(attr, map.number());
            ObjectAttr.Info.INFO_LEN.set(attr, BpfInfo.Map.STRUCT.sizeBytes());
            ObjectAttr.Info.INFO.set(attr, info);
            assertEquals(0, Syscall.bpf(BpfCommand.BPF_OBJ_GET_INFO_BY_FD, attr));
            assertEquals("bpf4j_sys", BpfInfo.Map.NAME.getString(info));
            assertEquals(BPF_MAP_TYPE_ARRAY, BpfInfo.Map.TYPE.get(info));
            assertEquals(4, BpfInfo.Map.MAX_ENTRIES.get(info));
        }
    }

    @Test
    void mappedArrayIsTheMap() {
        try (Fd map = array(); Arena arena = Arena.ofConfined()) {
            MemorySegment values = assertInstanceOf(Mapping.Mapped.class, Memory.map(arena, map, 0,
                    Memory.pageSizeBytes(), Memory.PROT_READ | Memory.PROT_WRITE, Memory.MAP_SHARED)).memory();
            values.setAtIndex(ValueLayout.JAVA_LONG, 3, 0x1234_5678_9abcL);
            assertEquals(0x1234_5678_9abcL, lookUp(map, 3));
            assertEquals(-Errno.ENOENT.number(), lookUp(map, 4));
        }
    }

    @Test
    void mapsKernelTypesPrivately() throws IOException {
        long sizeBytes = Files.size(VMLINUX);
        try (Fd fd = Fd.owning(Syscall.open(VMLINUX.toString(), Syscall.O_RDONLY), "kernel BTF");
                Arena arena = Arena.ofConfined()) {
            switch (Memory.map(arena, fd, 0, sizeBytes, Memory.PROT_READ, Memory.MAP_PRIVATE)) {
                case Mapping.Mapped(MemorySegment memory) ->
                    assertEquals(-1, memory.mismatch(MemorySegment.ofArray(Files.readAllBytes(VMLINUX))));
                // Kernels before 6.16 do not map it at all.
                case Mapping.Refused(int errno) -> assertEquals(Errno.ENODEV.number(), errno);
            }
            assertInstanceOf(Mapping.Refused.class,
                    Memory.map(arena, fd, 0, sizeBytes, Memory.PROT_READ, Memory.MAP_SHARED));
        }
    }

    @Test
    void closedMapIsGone() {
        Fd map = array();
        int number = map.number();
        map.close();
        assertEquals(-Errno.EBADF.number(), Syscall.fcntl(number, Syscall.F_GETFD, 0));
    }
}
