package bpf4j.map;

import static bpf4j.map.TestMaps.families;
import static bpf4j.map.TestMaps.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.map.TestMaps.Flow;
import bpf4j.map.TestMaps.Traffic;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Socket;
import bpf4j.sys.Syscall;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The maps that are neither hash tables nor arrays. */
@KernelTest
class MapFamiliesKernelTest {

    private static final int SOL_SOCKET = 1;
    private static final int SO_COOKIE = 57;
    private static final int SOCKADDR_BYTES = 16;

    @Test
    void queueGivesTheOldestFirst() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfQueue<Integer> queue = BpfQueue.of(loaded.map("queue"), Integer.class);
            assertEquals(Optional.empty(), queue.peek());
            assertEquals(Optional.empty(), queue.pop());
            IntStream.of(100, 200, 300).forEach(queue::push);
            assertFalse(queue.offer(400));
            assertEquals(Errno.E2BIG.number(), assertThrows(KernelException.class, () -> queue.push(400)).errno());
            queue.pushDroppingOldest(400);
            assertEquals(200, run(loaded.program("use")));
            assertEquals(Optional.of(300), queue.peek());
            assertEquals(List.of(300, 400), List.of(queue.pop().orElseThrow(), queue.pop().orElseThrow()));
            assertTrue(queue.offer(500));
        }
    }

    @Test
    void stackGivesTheNewestFirst() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfQueue<Integer> stack = BpfQueue.of(loaded.map("stack"), Codec.INT);
            stack.push(1);
            run(loaded.program("use"));
            assertEquals(Optional.of(100), stack.peek());
            assertEquals(Optional.of(100), stack.pop());
            assertEquals(Optional.of(1), stack.pop());
            assertEquals(Optional.empty(), stack.pop());
        }
    }

    @Test
    void queueAsBytes() throws IOException {
        try (LoadedObject loaded = families()) {
            LoadedMap queue = loaded.map("queue");
            queue.update(new byte[0], new byte[] {1, 2, 3, 4}, LoadedMap.BPF_ANY);
            assertEquals(4, queue.lookup(new byte[0]).orElseThrow().length);
            assertEquals(2, queue.lookupAndDelete(new byte[0], 0).orElseThrow()[1]);
            assertTrue(queue.lookupAndDelete(new byte[0], 0).isEmpty());
        }
    }

    @Test
    void bloomFilterKnowsWhatIsNotInIt() throws IOException {
        try (LoadedObject loaded = families()) {
            BloomFilter<Integer> bloom = BloomFilter.of(loaded.map("bloom"), Integer.class);
            assertEquals(0, run(loaded.program("use")));
            assertFalse(bloom.mightContain(100));
            bloom.add(100);
            assertTrue(bloom.mightContain(100));
            assertEquals(10, run(loaded.program("use")));
            assertTrue(IntStream.range(1000, 2000).filter(bloom::mightContain).count() < 100);
        }
    }

    @Test
    void mapsGoIntoMaps() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap.of(loaded.map("inner_a"), Integer.class, Long.class).put(0, 3L);
            BpfMap.of(loaded.map("inner_b"), Integer.class, Long.class).put(0, 4L);
            MapOfMaps<Integer> array = MapOfMaps.of(loaded.map("array_of_maps"), Integer.class);
            MapOfMaps<Long> hash = MapOfMaps.of(loaded.map("hash_of_maps"), Long.class);
            assertEquals(OptionalInt.empty(), array.innerId(1));
            assertTrue(array.open(1).isEmpty());
            array.put(1, loaded.map("inner_a"));
            assertEquals(3, run(loaded.program("use")));
            array.put(1, loaded.map("inner_b"));
            hash.put(10L, loaded.map("inner_a"), LoadedMap.BPF_NOEXIST);
            assertEquals(7, run(loaded.program("use")));
            assertEquals(OptionalInt.of(loaded.map("inner_b").info().id()), array.innerId(1));
            assertEquals(List.of(1), array.keys().toList());
            assertEquals(List.of(10L), hash.keys().toList());
            try (LoadedMap inner = hash.open(10L).orElseThrow()) {
                assertEquals(3L, BpfMap.of(inner, Integer.class, Long.class).get(0));
            }
            KernelException e = assertThrows(KernelException.class, () -> array.put(2, loaded.map("not_inner")));
            assertTrue(e.getMessage().contains("differs from the template"), e::getMessage);
            assertTrue(array.delete(1));
            assertTrue(hash.delete(10L));
            assertFalse(hash.delete(10L));
            assertEquals(0, run(loaded.program("use")));
        }
    }

    @Test
    void tailCallGoesWhereTheArraySays() throws IOException {
        try (LoadedObject loaded = families()) {
            ProgramArray programs = ProgramArray.of(loaded.map("programs"));
            assertEquals(1, run(loaded.program("jump")));
            programs.put(1, loaded.program("target"));
            assertEquals(2, run(loaded.program("jump")));
            assertEquals(OptionalInt.of(loaded.program("target").info().id()), programs.programId(1));
            assertEquals(OptionalInt.empty(), programs.programId(0));
            assertEquals(List.of(1), programs.keys().toList());
            try (LoadedProgram opened = programs.open(1).orElseThrow()) {
                assertEquals("target", opened.name());
            }
            assertTrue(programs.open(0).isEmpty());
            assertTrue(programs.delete(1));
            assertFalse(programs.delete(1));
            assertEquals(1, run(loaded.program("jump")));
            assertThrows(KernelException.class, () -> programs.put(2, loaded.program("target")));
        }
    }

    /** A UDP socket of the loopback interface. */
    private static Fd socket(Arena arena) {
        Fd socket = Fd.owning(Socket.open(Socket.AF_INET, Socket.SOCK_DGRAM, 0), "socket");
        MemorySegment address = arena.allocate(SOCKADDR_BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) Socket.AF_INET);
        address.set(ValueLayout.JAVA_INT, 4, MemorySegment.ofArray(new byte[] {127, 0, 0, 1})
                .get(ValueLayout.JAVA_INT_UNALIGNED, 0));
        assertEquals(0, Socket.bind(socket.number(), address));
        return socket;
    }

    private static long cookie(Fd socket, Arena arena) {
        MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
        MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, Long.BYTES);
        assertEquals(0, Syscall.getsockopt(socket.number(), SOL_SOCKET, SO_COOKIE, value, size));
        return value.get(ValueLayout.JAVA_LONG, 0);
    }

    @Test
    void socketsGoInAndLeaveWhenTheyAreClosed() throws IOException {
        Flow flow = new Flow(1, (short) 2, (byte) 3);
        try (Arena arena = Arena.ofConfined(); LoadedObject loaded = families()) {
            SocketMap<Integer> byIndex = SocketMap.of(loaded.map("sockets"), Integer.class);
            SocketMap<Flow> byFlow = SocketMap.of(loaded.map("sockets_by_flow"), Flow.class);
            try (Fd socket = socket(arena)) {
                byIndex.put(2, socket.number());
                byFlow.put(flow, socket.number());
                assertEquals(OptionalLong.of(cookie(socket, arena)), byIndex.cookie(2));
                assertEquals(OptionalLong.empty(), byIndex.cookie(1));
                assertEquals(List.of(0, 1, 2, 3), byIndex.keys().toList());
                assertEquals(List.of(flow), byFlow.keys().toList());
                assertEquals(Errno.ENOSPC.number(),
                        assertThrows(KernelException.class, () -> byFlow.cookie(flow)).errno());
                assertTrue(byFlow.delete(flow));
                assertFalse(byFlow.delete(flow));
                assertFalse(byIndex.delete(1));
            }
            assertEquals(OptionalLong.empty(), byIndex.cookie(2));
        }
    }

    @Test
    void cgroupsGoIntoAnArray() throws IOException {
        Path mount = Files.readAllLines(Path.of("/proc/mounts")).stream().map(line -> line.split(" "))
                .filter(fields -> fields[2].equals("cgroup2")).map(fields -> Path.of(fields[1])).findFirst()
                .orElseThrow();
        try (LoadedObject loaded = families()) {
            CgroupArray cgroups = CgroupArray.of(loaded.map("cgroups"));
            assertFalse(cgroups.delete(0));
            cgroups.put(0, mount);
            assertTrue(cgroups.delete(0));
            assertThrows(KernelException.class, () -> cgroups.put(0, Path.of("/proc/self")));
            assertThrows(KernelException.class, () -> cgroups.put(0, mount.resolve("no-such-cgroup")));
        }
    }

    @Test
    void devicesAndCpus() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<Integer, DeviceTarget> devices = BpfMap.of(loaded.map("devices"), Codec.INT,
                    DeviceTarget.WITH_PROGRAM);
            devices.put(1, new DeviceTarget(1, 0));
            assertEquals(new DeviceTarget(1, 0), devices.get(1));
            assertEquals(List.of(1), devices.stream().map(entry -> entry.getKey()).toList());
            assertTrue(devices.delete(1));
            assertTrue(devices.lookup(1).isEmpty());
            BpfMap<Integer, DeviceTarget> byKey = BpfMap.of(loaded.map("devices_by_key"), Codec.INT,
                    DeviceTarget.WITHOUT_PROGRAM);
            byKey.put(77, new DeviceTarget(1, 0));
            assertEquals(1, byKey.get(77).interfaceIndex());
            BpfMap<Integer, CpuTarget> cpus = BpfMap.of(loaded.map("cpus"), Codec.INT, CpuTarget.WITHOUT_PROGRAM);
            cpus.put(0, new CpuTarget(192, 0));
            assertEquals(192, cpus.get(0).queueSize());
            cpus.put(0, new CpuTarget(0, 0));
            assertTrue(cpus.lookup(0).isEmpty());
        }
    }

    @Test
    void socketsAndProcessesHaveStorage() throws IOException {
        try (Arena arena = Arena.ofConfined(); LoadedObject loaded = families(); Fd socket = socket(arena)) {
            LocalStorage<Traffic> ofSockets = LocalStorage.of(loaded.map("socket_storage"), Traffic.class);
            assertEquals(Optional.empty(), ofSockets.lookup(socket.number()));
            ofSockets.put(socket.number(), new Traffic(1, 2), LoadedMap.BPF_NOEXIST);
            assertEquals(Optional.of(new Traffic(1, 2)), ofSockets.lookup(socket.number()));
            assertTrue(ofSockets.delete(socket.number()));
            assertFalse(ofSockets.delete(socket.number()));

            LocalStorage<Long> ofTasks = LocalStorage.of(loaded.map("task_storage"), Long.class);
            try (StorageOwner self = StorageOwner.ofProcess(ProcessHandle.current().pid())) {
                assertEquals(Optional.empty(), ofTasks.lookup(self));
                ofTasks.put(self, 7L);
                assertEquals(Optional.of(7L), ofTasks.lookup(self));
                assertTrue(ofTasks.delete(self));
                assertFalse(ofTasks.delete(self));
            }
            assertThrows(KernelException.class, () -> ofTasks.put(socket.number(), 1L, LoadedMap.BPF_ANY));
            try (StorageOwner self = StorageOwner.ofProcess(ProcessHandle.current().pid())) {
                ofTasks.put(self, 1L, LoadedMap.BPF_NOEXIST);
                assertEquals(Errno.EEXIST.number(), assertThrows(KernelException.class,
                        () -> ofTasks.put(self, 2L, LoadedMap.BPF_NOEXIST)).errno());
                assertEquals(Errno.EINVAL.number(), assertThrows(KernelException.class,
                        () -> ofTasks.lookup(self, LoadedMap.BPF_F_LOCK), "the value has no lock").errno());
            }
            assertThrows(KernelException.class, () -> StorageOwner.ofProcess(Integer.MAX_VALUE));
        }
    }

    @Test
    void mapOfAnotherTypeIsRefusedByName() throws IOException {
        try (LoadedObject loaded = families()) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> BpfQueue.of(loaded.map("flows"), Codec.INT)).getMessage();
            assertEquals(
                    "map 'flows' is a BPF_MAP_TYPE_HASH, and BpfQueue is for BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK; "
                    + "this one is for BpfMap", message);
        }
    }
}
