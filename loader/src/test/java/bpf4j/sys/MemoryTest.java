package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.Memory.Mapping;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class MemoryTest {

    @TempDir
    private Path folder;
    private Path file;
    private final int pageBytes = Memory.pageSizeBytes();

    @BeforeEach
    void makeFile() throws IOException {
        file = folder.resolve("pages");
        Files.write(file, new byte[2 * pageBytes]);
    }

    private Fd open() {
        return Fd.owning(Syscall.open(file.toString(), Syscall.O_RDWR), "file");
    }

    private static MemorySegment memory(Mapping mapping) {
        return assertInstanceOf(Mapping.Mapped.class, mapping).memory();
    }

    private boolean isMapped() throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains(file.toString());
    }

    @Test
    void sharedWritesReachTheFile() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Fd fd = open();
            MemorySegment memory = memory(Memory.map(arena, fd, pageBytes, pageBytes,
                    Memory.PROT_READ | Memory.PROT_WRITE, Memory.MAP_SHARED));
            fd.close();
            assertEquals(pageBytes, memory.byteSize());
            memory.set(ValueLayout.JAVA_BYTE, 7, (byte) 42);
            assertThrows(IndexOutOfBoundsException.class, () -> memory.get(ValueLayout.JAVA_BYTE, pageBytes));
        }
        assertEquals(42, Files.readAllBytes(file)[pageBytes + 7]);
    }

    @Test
    void theArenaUnmaps() throws IOException {
        MemorySegment memory;
        try (Arena arena = Arena.ofShared(); Fd fd = open()) {
            memory = memory(Memory.map(arena, fd, 0, pageBytes, Memory.PROT_READ, Memory.MAP_PRIVATE));
            assertTrue(isMapped());
        }
        assertFalse(isMapped());
        assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void readOnlyPagesRefuseWritesInJava() {
        try (Arena arena = Arena.ofConfined(); Fd fd = open()) {
            MemorySegment memory = memory(Memory.map(arena, fd, 0, pageBytes, Memory.PROT_READ, Memory.MAP_SHARED));
            assertTrue(memory.isReadOnly());
            assertThrows(IllegalArgumentException.class, () -> memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
        }
    }

    @Test
    void aGivenAddressIsUsedUnlessItIsTaken() throws IOException {
        long address;
        try (Arena arena = Arena.ofConfined(); Fd fd = open()) {
            MemorySegment first = memory(Memory.map(arena, fd, 0, pageBytes, Memory.PROT_READ, Memory.MAP_SHARED));
            address = first.address();
            assertEquals(new Mapping.Refused(Errno.EEXIST.number()),
                    Memory.mapAt(arena, fd, address, pageBytes, Memory.PROT_READ, Memory.MAP_SHARED));
            assertEquals(0, first.get(ValueLayout.JAVA_BYTE, 0));
        }
        try (Arena arena = Arena.ofConfined(); Fd fd = open()) {
            assertEquals(address,
                    memory(Memory.mapAt(arena, fd, address, pageBytes, Memory.PROT_READ, Memory.MAP_SHARED)).address());
        }
        assertFalse(isMapped());
    }

    @Test
    void aRefusalHasItsErrno() {
        try (Arena arena = Arena.ofConfined(); Fd fd = open()) {
            assertEquals(new Mapping.Refused(Errno.EINVAL.number()),
                    Memory.map(arena, fd, 1, pageBytes, Memory.PROT_READ, Memory.MAP_SHARED));
        }
    }

    @Test
    void aClosedArenaLeavesNoMapping() throws IOException {
        Arena arena = Arena.ofShared();
        arena.close();
        try (Fd fd = open()) {
            assertThrows(IllegalStateException.class,
                    () -> Memory.map(arena, fd, 0, pageBytes, Memory.PROT_READ, Memory.MAP_SHARED));
        }
        assertFalse(isMapped());
    }
}
