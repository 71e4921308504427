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
