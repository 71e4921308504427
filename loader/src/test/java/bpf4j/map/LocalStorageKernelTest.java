package bpf4j.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.testdata.KernelBuild;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Storage that not every kernel has; that of sockets and tasks is with the other families. */
@KernelTest
class LocalStorageKernelTest {

    private static void belongsTo(LoadedMap map, Path owner, Path other) {
        LocalStorage<Long> storage = LocalStorage.of(map, Long.class);
        try (StorageOwner mine = StorageOwner.ofFile(owner); StorageOwner nobody = StorageOwner.ofFile(other)) {
            assertEquals(Optional.empty(), storage.lookup(mine));
            storage.put(mine, 7L);
            storage.put(mine, 8L);
            assertEquals(Optional.of(8L), storage.lookup(mine));
            assertEquals(Optional.empty(), storage.lookup(nobody));
            assertTrue(storage.delete(mine));
            assertFalse(storage.delete(mine));
        }
    }

    @Test
    void threadsHaveStorageOfTheirOwn() throws Exception {
        KernelVersion.assumeAtLeast(6, 9, "descriptors of threads");
        try (LoadedObject loaded = TestMaps.families();
                StorageOwner first = StorageOwner.ofProcess(ProcessHandle.current().pid());
                StorageOwner mine = StorageOwner.ofThread(
                        Long.parseLong(Path.of("/proc/thread-self").toRealPath().getFileName().toString()))) {
            LocalStorage<Long> tasks = LocalStorage.of(loaded.map("task_storage"), Long.class);
            tasks.put(first, 1L);
            assertEquals(Optional.empty(), tasks.lookup(mine));
            tasks.put(mine, 2L);
            assertEquals(Optional.of(1L), tasks.lookup(first));
            assertEquals(Optional.of(2L), tasks.lookup(mine));
        }
    }

    /** Whoever opens a pipe to read it waits for a writer. */
    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void pipeIsNamedWithoutBeingOpened(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        try (StorageOwner owner = StorageOwner.ofFile(pipe)) {
            assertTrue(owner.toString().contains("pipe"), owner::toString);
        }
    }

    @Test
    void inodesHaveStorage(@TempDir Path folder) throws IOException {
        KernelBuild.assume(Files.readAllLines(Path.of("/proc/kallsyms")).stream()
                .anyMatch(line -> line.endsWith(" inode_storage_map_alloc")), "BPF LSM");
        try (LoadedObject loaded = TestMaps.load("maps_storage_inode")) {
            belongsTo(loaded.map("inodes"), Files.createFile(folder.resolve("mine")),
                    Files.createFile(folder.resolve("other")));
        }
    }

    @Test
    void cgroupsHaveStorage() throws IOException {
        KernelVersion.assumeAtLeast(6, 2, "storage of cgroups");
        Path mount = Files.readAllLines(Path.of("/proc/mounts")).stream().map(line -> line.split(" "))
                .filter(fields -> fields[2].equals("cgroup2")).map(fields -> Path.of(fields[1])).findFirst()
                .orElseThrow();
        Path mine = Files.createDirectory(mount.resolve("bpf4j-storage-test-" + ProcessHandle.current().pid()));
        try (LoadedObject loaded = TestMaps.load("maps_storage_cgroup")) {
            belongsTo(loaded.map("cgroups"), mine, mount);
        } finally {
            Files.delete(mine);
        }
    }
}
