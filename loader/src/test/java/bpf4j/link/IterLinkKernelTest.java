package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.BpfFs;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.link.LinkInfo.Details;
import bpf4j.link.LinkInfo.Details.Iterator.Scope;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Iterators that are read. */
@KernelTest
class IterLinkKernelTest {

    private static final int PID = (int) ProcessHandle.current().pid();

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private LoadedObject loaded;

    @BeforeEach
    void load() throws IOException {
        loaded = BpfObject.read(Fixtures.object("iterators-el.o")).load();
    }

    @AfterEach
    void close() {
        loaded.close();
    }

    private static List<String> lines(IterLink link) {
        try (Stream<String> lines = link.lines()) {
            return lines.toList();
        }
    }

    @Test
    void readersGoOverAllTasks() {
        for (String program : List.of("tasks", "tasks_sleepable")) {
            int id;
            try (IterLink link = assertInstanceOf(IterLink.class, loaded.program(program).attach())) {
                id = link.info().id();
                assertTrue(lines(link).contains(PID + " " + PID));
                assertTrue(lines(link).contains(PID + " " + PID), "a second reader starts from the beginning");
                LinkInfo info = link.info();
                assertEquals(Optional.of(LinkType.BPF_LINK_TYPE_ITER), info.type());
                assertEquals(new Details.Iterator("task", new Scope.Everything()), info.details());
            }
            assertEquals("ENOENT", assertThrows(KernelException.class, () -> Link.ofId(id)).errnoName());
        }
    }

    @Test
    void tasksOfOneProcessAndOneThread() {
        try (IterLink process = IterLink.attach(loaded.program("tasks"), new IterScope.OneProcess(PID));
                IterLink thread = IterLink.attach(loaded.program("tasks"), new IterScope.OneThread(PID))) {
            List<String> threads = lines(process);
            assertTrue(threads.size() > 1 && threads.stream().allMatch(line -> line.startsWith(PID + " ")));
            assertEquals(List.of(PID + " " + PID), lines(thread));
            assertEquals(new Scope.OneTask(0, PID), ((Details.Iterator) process.info().details()).scope());
            assertEquals(new Scope.OneTask(PID, 0), ((Details.Iterator) thread.info().details()).scope());
        }
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    @Test
    void elementsOfAMap() {
        LoadedMap numbers = loaded.map("numbers");
        for (int i = 1; i <= 3; i++) {
            numbers.update(bytes(4).putInt(i).array(), bytes(8).putLong(i * 100L).array(), LoadedMap.BPF_ANY);
        }
        try (IterLink link = IterLink.attach(loaded.program("elements"), new IterScope.MapElements(numbers))) {
            assertEquals(Set.of("1=100", "2=200", "3=300"), Set.copyOf(lines(link)));
            assertEquals(new Details.Iterator("bpf_map_elem", new Scope.OneMap(numbers.info().id())),
                    link.info().details());
            numbers.delete(bytes(4).putInt(2).array());
            assertEquals(Set.of("1=100", "3=300"), Set.copyOf(lines(link)));
        }
    }

    @Test
    void scopeThatIsMissingIsExplained() {
        for (String program : List.of("elements", "cgroups")) {
            KernelException e = assertThrows(KernelException.class, () -> loaded.program(program).attach());
            assertTrue(e.advice().contains("IterScope"), e::getMessage);
        }
    }

    private static String id(Path cgroup) throws IOException {
        return Files.getAttribute(cgroup, "unix:ino").toString();
    }

    @Test
    void cgroupsInTheOrderAskedFor() throws IOException {
        Path parent = Files.createDirectory(TestCgroup.mount().resolve("bpf4j-iter-test-" + PID));
        Path child = Files.createDirectory(parent.resolve("child"));
        try {
            List<String> both = List.of(id(parent), id(child));
            assertEquals(both, cgroups(new IterScope.Cgroups(parent, CgroupOrder.DESCENDANTS_PRE)));
            assertEquals(both.reversed(), cgroups(new IterScope.Cgroups(parent, CgroupOrder.DESCENDANTS_POST)));
            assertEquals(List.of(id(parent)), cgroups(new IterScope.Cgroups(parent, CgroupOrder.SELF_ONLY)));
            assertEquals(List.of(id(child), id(parent), id(TestCgroup.mount())),
                    cgroups(new IterScope.CgroupsById(Long.parseLong(id(child)), CgroupOrder.ANCESTORS_UP)));
            try (IterLink link = IterLink.attach(loaded.program("cgroups"),
                    new IterScope.Cgroups(child, CgroupOrder.SELF_ONLY))) {
                assertEquals(new Scope.Cgroups(Long.parseLong(id(child)), Optional.of(CgroupOrder.SELF_ONLY)),
                        ((Details.Iterator) link.info().details()).scope());
            }
        } finally {
            Files.delete(child);
            Files.delete(parent);
        }
        assertEquals("ENOENT", assertThrows(KernelException.class,
                () -> cgroups(new IterScope.Cgroups(child, CgroupOrder.SELF_ONLY))).errnoName());
    }

    private List<String> cgroups(IterScope scope) {
        try (IterLink link = IterLink.attach(loaded.program("cgroups"), scope)) {
            return lines(link);
        }
    }

    @Test
    void streamIsReadToItsEndAlthoughTheLinkIsClosed() throws IOException {
        InputStream stream;
        try (IterLink link = IterLink.attach(loaded.program("tasks"))) {
            stream = link.open();
        }
        try (stream) {
            assertTrue(new String(stream.readAllBytes()).lines().collect(Collectors.toSet()).contains(PID + " " + PID));
            assertEquals(-1, stream.read());
        }
        assertThrows(IOException.class, stream::read);
    }

    @Test
    void programIsReplacedByOneForTheSameObjects() throws IOException {
        try (IterLink link = IterLink.attach(loaded.program("tasks"));
                LoadedObject other = BpfObject.read(Fixtures.object("iterators-el.o")).load()) {
            assertEquals("EPERM", assertThrows(KernelException.class,
                    () -> link.update(other.program("tasks"), other.program("tasks"))).errnoName());
            link.update(other.program("tasks"), loaded.program("tasks"));
            assertEquals(other.program("tasks").info().id(), link.info().programId());
            assertTrue(lines(link).contains(PID + " " + PID));
            assertTrue(assertThrows(KernelException.class, () -> link.update(other.program("elements"))).advice()
                    .contains("has another type or attach type"));
        }
    }

    @Test
    void pinnedIteratorIsReadByWhoOpensIt() throws IOException {
        try (BpfFs fs = new BpfFs()) {
            Path pin = fs.folder().resolve("tasks");
            try (IterLink link = IterLink.attach(loaded.program("tasks"))) {
                link.pin(pin);
            }
            assertTrue(Files.readAllLines(pin).contains(PID + " " + PID), "by any program that reads files");
            try (IterLink link = assertInstanceOf(IterLink.class, Link.open(pin))) {
                assertTrue(lines(link).contains(PID + " " + PID));
                link.unpin();
                assertEquals(List.of(), fs.names());
                link.detach();
                assertThrows(IllegalStateException.class, link::open);
            }
        }
    }
}
