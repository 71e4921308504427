package bpf4j.examples.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CgroupMountTest {

    private static final String V1 = "31 30 0:28 / /sys/fs/cgroup/cpu rw,relatime shared:12 - cgroup cgroup rw,cpu";

    @Test
    void findsTheMountBesideV1() {
        assertEquals(Optional.of(new CgroupMount("/", Path.of("/sys/fs/cgroup/unified"))), CgroupMount.find(List.of(V1,
                "42 30 0:39 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw")));
    }

    @Test
    void skipsAnyNumberOfOptionalFields() {
        assertEquals(Optional.of(new CgroupMount("/", Path.of("/cg"))), CgroupMount.find(List.of(
                "42 30 0:39 / /cg rw shared:5 master:2 propagate_from:9 - cgroup2 none rw")));
    }

    @Test
    void readsEscapedBlanksAndTheRootOfAContainer() {
        assertEquals(Optional.of(new CgroupMount("/box", Path.of("/my cgroups"))), CgroupMount.find(List.of(
                "42 30 0:39 /box /my\\040cgroups rw - cgroup2 none rw")));
    }

    @Test
    void findsNothingWhereOnlyV1IsMounted() {
        assertEquals(Optional.empty(), CgroupMount.find(List.of(V1)));
    }
}
