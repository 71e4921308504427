package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Socket;
import bpf4j.sys.Syscall;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every attach type of cgroups, by a link and without: what the members do goes as usual, then as the program has it,
 * and as usual again. All of it happens in a network namespace of its own.
 */
@KernelTest
class CgroupTypesKernelTest {

    /** A port for which the programs put another one. */
    private static final int PORT = 7000;
    private static final int CHANGED_PORT = 6939;
    private static final int SENDER_PORT = 7001;
    private static final int REFUSED = -Errno.EPERM.number();
    private static final int NOTHING = -Errno.EAGAIN.number();
    private static final int DATAGRAM = Socket.SOCK_DGRAM;

    /** Something that a member of the cgroup does. */
    private interface Deed {
        long outcome() throws Exception;
    }

    /**
     * An attach type: which program of the test object is for it, what a member does, what comes out as usual and
     * with the program. Where the outcome does not change, the program counts.
     */
    private enum Point {
        BPF_CGROUP_INET_INGRESS("ingress", () -> received(Endpoint.AF_INET), SENDER_PORT, NOTHING),
        BPF_CGROUP_INET_EGRESS("egress", () -> sent(Endpoint.AF_INET), 1, REFUSED),
        BPF_CGROUP_INET_SOCK_CREATE("sock_create", () -> opened(Endpoint.AF_INET), 0, REFUSED),
        BPF_CGROUP_INET_SOCK_RELEASE("sock_release", () -> opened(Endpoint.AF_INET), 0, 0),
        BPF_CGROUP_INET4_BIND("bind4", () -> bound(Endpoint.AF_INET), PORT, CHANGED_PORT),
        BPF_CGROUP_INET6_BIND("bind6", () -> bound(Endpoint.AF_INET6), PORT, CHANGED_PORT),
        BPF_CGROUP_INET4_POST_BIND("post_bind4", () -> bound(Endpoint.AF_INET), PORT, REFUSED),
        BPF_CGROUP_INET6_POST_BIND("post_bind6", () -> bound(Endpoint.AF_INET6), PORT, REFUSED),
        BPF_CGROUP_INET4_CONNECT("connect4", () -> connected(Endpoint.AF_INET), PORT, CHANGED_PORT),
        BPF_CGROUP_INET6_CONNECT("connect6", () -> connected(Endpoint.AF_INET6), PORT, CHANGED_PORT),
        BPF_CGROUP_UNIX_CONNECT("connect_unix", () -> connected(Endpoint.AF_UNIX), 0, REFUSED),
        BPF_CGROUP_UDP4_SENDMSG("sendmsg4", () -> received(Endpoint.AF_INET), SENDER_PORT, NOTHING),
        BPF_CGROUP_UDP6_SENDMSG("sendmsg6", () -> received(Endpoint.AF_INET6), SENDER_PORT, NOTHING),
        BPF_CGROUP_UNIX_SENDMSG("sendmsg_unix", () -> sent(Endpoint.AF_UNIX), 1, REFUSED),
        BPF_CGROUP_UDP4_RECVMSG("recvmsg4", () -> received(Endpoint.AF_INET), SENDER_PORT, CHANGED_PORT),
        BPF_CGROUP_UDP6_RECVMSG("recvmsg6", () -> received(Endpoint.AF_INET6), SENDER_PORT, CHANGED_PORT),
        BPF_CGROUP_UNIX_RECVMSG("recvmsg_unix", () -> received(Endpoint.AF_UNIX), 0, 0),
        BPF_CGROUP_INET4_GETPEERNAME("getpeername4", () -> connected(Endpoint.AF_INET), PORT, CHANGED_PORT),
        BPF_CGROUP_INET6_GETPEERNAME("getpeername6", () -> connected(Endpoint.AF_INET6), PORT, CHANGED_PORT),
        BPF_CGROUP_UNIX_GETPEERNAME("getpeername_unix", () -> connected(Endpoint.AF_UNIX), 0, 0),
        BPF_CGROUP_INET4_GETSOCKNAME("getsockname4", () -> bound(Endpoint.AF_INET), PORT, CHANGED_PORT),
        BPF_CGROUP_INET6_GETSOCKNAME("getsockname6", () -> bound(Endpoint.AF_INET6), PORT, CHANGED_PORT),
        BPF_CGROUP_UNIX_GETSOCKNAME("getsockname_unix", () -> bound(Endpoint.AF_UNIX), 0, 0),
        BPF_CGROUP_SYSCTL("sysctl", () -> read("/proc/sys/net/ipv4/ip_forward"), 1, REFUSED),
        BPF_CGROUP_DEVICE("device", () -> read("/dev/zero"), 1, REFUSED),
        BPF_CGROUP_GETSOCKOPT("getsockopt", CgroupTypesKernelTest::priority, 2, 5),
        BPF_CGROUP_SETSOCKOPT("setsockopt", CgroupTypesKernelTest::priority, 2, REFUSED),
        BPF_CGROUP_SOCK_OPS("sock_ops", CgroupTypesKernelTest::stream, PORT, PORT);

        private final String program;
        private final Deed deed;
        private final long usual;
        private final long changed;

        Point(String program, Deed deed, long usual, long changed) {
            this.program = program;
            this.deed = deed;
            this.usual = usual;
            this.changed = changed;
        }

        /** Linux 6.7 has these. */
        boolean isOfLocalSockets() {
            return name().contains("_UNIX_");
        }
    }

    /** How a program is attached to a cgroup. */
    private enum Way {
        LINK,
        NO_LINK;

        Link attach(LoadedProgram program, TestCgroup cgroup) {
            return switch (this) {
                case LINK -> CgroupLink.attach(program, cgroup.folder());
                case NO_LINK -> CgroupAttachment.attach(program, cgroup.folder(), CgroupSharing.SHARED);
            };
        }
    }

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    /** Makes a socket. {@return 0 or a negated errno} */
    private static long opened(int family) {
        int fd = Endpoint.open(family, DATAGRAM);
        if (fd >= 0) {
            Syscall.close(fd);
        }
        return Math.min(fd, 0);
    }

    /** {@return the port that a socket says to have after it was bound, or a negated errno} */
    private static long bound(int family) {
        try (Endpoint socket = Endpoint.of(family, DATAGRAM)) {
            int status = socket.bind(PORT);
            return status < 0 ? status : socket.ownPort();
        }
    }

    /** {@return the port that a socket says to be connected to, or a negated errno} */
    private static long connected(int family) {
        try (Endpoint socket = Endpoint.of(family, DATAGRAM);
                Endpoint peer = Endpoint.of(family, DATAGRAM)) {
            if (family == Endpoint.AF_UNIX) {
                peer.bound(PORT);
            }
            int status = socket.connect(PORT);
            return status < 0 ? status : socket.peerPort();
        }
    }

    /** Sends a datagram. {@return 1 or a negated errno} */
    private static long sent(int family) {
        try (Endpoint _ = Endpoint.of(family, DATAGRAM).bound(PORT);
                Endpoint sender = Endpoint.of(family, DATAGRAM)) {
            return sender.send(PORT);
        }
    }

    /** Sends a datagram. {@return the port that it comes from, or a negated errno} */
    private static long received(int family) throws InterruptedException {
        try (Endpoint receiver = Endpoint.of(family, DATAGRAM).bound(PORT);
                Endpoint sender = Endpoint.of(family, DATAGRAM).bound(SENDER_PORT)) {
            assertEquals(1, sender.send(PORT));
            return receiver.sender();
        }
    }

    /** {@return how many bytes were read, or a negated errno} */
    private static long read(String file) {
        int fd = Syscall.open(file, Syscall.O_RDONLY);
        if (fd < 0) {
            return fd;
        }
        try (var buffer = CallBuffer.acquire()) {
            return Syscall.read(fd, buffer.allocate(1, 1));
        } finally {
            Syscall.close(fd);
        }
    }

    /** {@return the priority that a socket says to have after it was set to 2, or a negated errno} */
    private static long priority() {
        try (Endpoint socket = Endpoint.of(Endpoint.AF_INET, DATAGRAM)) {
            int status = socket.setPriority(2);
            return status < 0 ? status : socket.priority();
        }
    }

    /** {@return the port that a TCP socket is connected to} */
    private static long stream() {
        try (Endpoint _ = Endpoint.of(Endpoint.AF_INET, Socket.SOCK_STREAM).listening(PORT);
                Endpoint socket = Endpoint.of(Endpoint.AF_INET, Socket.SOCK_STREAM)) {
            assertEquals(0, socket.connect(PORT));
            return socket.peerPort();
        }
    }

    private static LoadedObject load(Point point) throws Exception {
        BpfObject object = BpfObject.read(Fixtures.object(
                point.isOfLocalSockets() ? "attach_cgroup_unix-el.o" : "attach_cgroup-el.o"));
        for (var program : object.programs()) {
            object = object.withProgram(program.name(), p -> p.withAutoload(p.name().equals(point.program)));
        }
        return object.load();
    }

    @ParameterizedTest
    @EnumSource
    void programDecidesWhileItIsAttached(Point point) throws Exception {
        if (point.isOfLocalSockets()) {
            KernelVersion.assumeAtLeast(6, 7, "programs for local sockets");
        }
        try (TestCgroup cgroup = new TestCgroup(); LoadedObject loaded = load(point);
                NetworkNamespace namespace = TestNetwork.withLoopback()) {
            LoadedProgram program = loaded.program(point.program);
            PacketCounts counts = PacketCounts.of(loaded);
            cgroup.enter();
            TestNetwork.in(namespace, () -> {
                for (Way way : Way.values()) {
                    long before = counts.get(0);
                    assertEquals(point.usual, point.deed.outcome(), "before");
                    try (Link link = way.attach(program, cgroup)) {
                        assertEquals(way == Way.LINK ? CgroupLink.class : CgroupAttachment.class, link.getClass());
                        assertEquals(point.changed, point.deed.outcome(), way.toString());
                        long counted = counts.get(0) - before;
                        assertEquals(point.usual == point.changed, counted > 0, () -> "counted " + counted);
                        link.detach();
                        long after = counts.get(0);
                        assertEquals(point.usual, point.deed.outcome(), "after " + way);
                        assertEquals(after, counts.get(0));
                    }
                }
            });
        }
    }

    /** Security hooks of cgroups, whose name begins otherwise, are tested with the others. */
    @Test
    void everyAttachTypeOfCgroupsIsTested() {
        assertEquals(Arrays.stream(AttachType.values()).map(Enum::name).filter(name -> name.startsWith("BPF_CGROUP_"))
                .collect(Collectors.toSet()),
                Arrays.stream(Point.values()).map(Enum::name).collect(Collectors.toSet()));
    }
}
