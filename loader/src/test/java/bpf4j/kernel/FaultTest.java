package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import bpf4j.link.Link;
import bpf4j.link.Links;
import bpf4j.link.NetInterface;
import bpf4j.link.NetfilterLink;
import bpf4j.link.NetfilterOptions;
import bpf4j.link.NetnsLink;
import bpf4j.link.NetworkNamespace;
import bpf4j.link.Position;
import bpf4j.link.TcDirection;
import bpf4j.link.TcxLink;
import bpf4j.link.XdpLink;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.object.ProgramSpec;
import bpf4j.object.ProgramType;
import bpf4j.reloc.CongestionKernel;
import bpf4j.reloc.RelocationException;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each object of the fixtures and examples is loaded, attached, detached and closed as often as it makes calls of
 * {@code bpf(2)}, and each time another call fails, with each errno that it can fail with. Nothing may stay open or be
 * closed twice, and the exception names step, subject and errno. Calls that may fail, such as probes, end in no
 * exception.
 *
 * <p>A call fails in three ways ({@link Extent}). Of the product of calls, errnos and ways every eleventh is tried
 * here, which is one at least for each call; {@code -Dbpf4j.faults=all} tries them all. Attachments by perf events,
 * which are made by other system calls, are left to {@link SystemCallFaultKernelTest}.
 */
class FaultTest {

    private static final String ORDER = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "-el.o" : "-eb.o";
    /** Less than a call has errnos times ways to fail. */
    private static final int STEP = "all".equals(System.getProperty("bpf4j.faults")) ? 1 : 11;

    /** These look for types, functions and symbols of a whole kernel. */
    private static final Set<String> FOR_THE_RUNNING_KERNEL = Set.of("exception_callback", "extern_kconfig",
            "extern_kfunc", "extern_ksym_typed", "extern_ksym_typeless", "iterators", "trace_functions", "trace_lsm",
            "trace_raw", "verifier_causes", "verifier_causes_tracing", "runqslower");
    /** These need more of a kernel than calls that succeed: memory of a map, a file system for pins. */
    private static final Set<String> WITH_MEMORY_OR_PINS = Set.of("maps_arena", "maps_arena_anywhere", "maps_pinned");
    private static final Set<ProgramType> BY_PERF_EVENTS = EnumSet.of(ProgramType.BPF_PROG_TYPE_KPROBE,
            ProgramType.BPF_PROG_TYPE_TRACEPOINT, ProgramType.BPF_PROG_TYPE_PERF_EVENT);
    /** Where {@code ENOENT} is an answer, which exceptions put into words. */
    private static final Set<BpfCommand> BY_NAME = EnumSet.of(BpfCommand.BPF_OBJ_GET, BpfCommand.BPF_BTF_GET_FD_BY_ID);
    /** The verifier was content by then. */
    private static final Set<Errno> DESCRIPTOR_LIMITS = EnumSet.of(Errno.EMFILE, Errno.ENFILE);
    private static final String LOG = "0: (95) exit\nR0 !read_ok\nprocessed 1 insns (limit 1000000)\n";
    /** No machine has an interface of this number. */
    private static final NetInterface NOWHERE = new NetInterface(Integer.MAX_VALUE, "nowhere");

    private static final NetfilterOptions HOOK =
            NetfilterOptions.at(NetfilterOptions.Family.NFPROTO_IPV4, NetfilterOptions.Hook.NF_INET_LOCAL_IN);

    /** What fails beside the one call. */
    private enum Extent {
        /** Nothing. What is tried again succeeds. */
        ONCE,
        /** The same call when it is tried again, in whatever way. */
        ALWAYS,
        /** Every call from then on, those of probes too, as when the process runs out of descriptors. */
        EVERYTHING;

        FakeKernel.Rule rule(int failing, FakeKernel.Call call, Errno errno) {
            return (index, command, name, fields) -> switch (this) {
                case ONCE -> index == failing ? errno : null;
                // Probes may have a program's name, but not as many instructions.
                case ALWAYS -> index >= failing && command == call.command() && name.equals(call.name())
                        && Objects.equals(fields.get("insn_cnt"), call.fields().get("insn_cnt")) ? errno : null;
                case EVERYTHING -> index >= failing ? errno : null;
            };
        }
    }

    /** Goes on from object to object, so that not all begin with the same errno. */
    private static int turn;
    private static int tried;

    @TempDir
    private static Path folder;

    private static List<Path> objects() {
        List<Path> files = new ArrayList<>(Fixtures.list("obj", ORDER));
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            files.addAll(Fixtures.list("../examples/src/main/bpf", ".o"));
        }
        return files;
    }

    private static String name(Path file) {
        return file.getFileName().toString().replaceFirst("(-e[lb]|\\.bpf)\\.o$", "");
    }

    /**
     * What is loaded, and into what.
     *
     * @param name for messages
     * @param object the object
     * @param options how it is loaded
     * @param kernels makes a kernel for each try
     */
    private record Scenario(String name, BpfObject object, LoadOptions options, Supplier<FakeKernel> kernels) {
    }

    @AfterAll
    static void count() {
        System.out.printf("faults: %d tried of %d%n", tried, turn);
    }

    @TestFactory
    Stream<DynamicTest> everyCallOfEveryObjectMayFail() {
        Set<String> left = LoaderKernelTest.notForLoading();
        return objects().stream().filter(file -> !left.contains(name(file))
                && !WITH_MEMORY_OR_PINS.contains(name(file)))
                .map(file -> dynamicTest(name(file), () -> failEachCall(scenario(file))));
    }

    private static Scenario scenario(Path file) throws IOException {
        BpfObject object = BpfObject.read(file);
        LoadOptions defaults = LoadOptions.defaults();
        if (!FOR_THE_RUNNING_KERNEL.contains(name(file))) {
            return new Scenario(name(file), object, defaults.withKernelTypes(CongestionKernel.inVmlinux()),
                    FakeKernel::new);
        }
        assumeTrue(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "there is no kernel BTF");
        Scenario scenario = new Scenario(name(file), object, defaults.withKernelTypes(KernelBtf.shared()),
                FakeKernel::new);
        try {
            use(scenario, new FakeKernel());
        } catch (RelocationException e) {
            assumeTrue(false, "the running kernel is another: " + e.getMessage());
        }
        return scenario;
    }

    @Test
    void callsForTheTypesOfAModuleMayFail() throws IOException {
        failEachCall(new Scenario("struct_ops_order", BpfObject.read(Fixtures.object("struct_ops_order" + ORDER)),
                LoadOptions.defaults().withKernelTypes(CongestionKernel.inModule()),
                () -> new FakeKernel().module("other").module("tcp_bpf4j")));
    }

    @Test
    void callsForAPinnedMapMayFail() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("maps" + ORDER));
        MapSpec flows = object.map("flows");
        Map<String, Long> pinned = Map.of("type", (long) flows.type(), "key_size", (long) flows.keySize(),
                "value_size", (long) flows.valueSize(), "max_entries", (long) flows.maxEntries(),
                "map_flags", (long) flows.flags());
        failEachCall(new Scenario("maps", object, LoadOptions.defaults().withKernelTypes(CongestionKernel.inVmlinux())
                .withPinnedMap("flows", Path.of("/pins/flows")), () -> new FakeKernel().pinned("/pins/flows", pinned)));
    }

    @Test
    void callForATokenMayFail() throws IOException {
        failEachCall(new Scenario("maps", BpfObject.read(Fixtures.object("maps" + ORDER)), LoadOptions.defaults()
                .withKernelTypes(CongestionKernel.inVmlinux()).withToken(folder), FakeKernel::new));
    }

    private static void failEachCall(Scenario scenario) {
        FakeKernel sound = scenario.kernels.get();
        use(scenario, sound);
        List<FakeKernel.Call> calls = List.copyOf(sound.calls());
        assertTrue(!calls.isEmpty() || scenario.name.equals("empty"));
        for (int i = 0; i < calls.size(); i++) {
            for (Errno errno : Faults.of(calls.get(i).command())) {
                for (Extent extent : Extent.values()) {
                    if (turn++ % STEP == 0) {
                        tried++;
                        fail(scenario, calls, i, errno, extent);
                    }
                }
            }
        }
        FakeKernel complaining = scenario.kernels.get().complainingOnClose(Errno.EIO);
        use(scenario, complaining);
        assertEquals(Set.of(), complaining.open());
    }

    private static void fail(Scenario scenario, List<FakeKernel.Call> calls, int failing, Errno errno, Extent extent) {
        FakeKernel.Call call = calls.get(failing);
        String text = "call %d, %s, fails with %s %s".formatted(failing, call, errno, extent);
        FakeKernel kernel = scenario.kernels.get().refusing(extent.rule(failing, call, errno));
        boolean logs = call.command() == BpfCommand.BPF_PROG_LOAD && failing % 2 == 0;
        if (logs) {
            kernel.logging(LOG);
        }
        try {
            List<Adaptation> adaptations = use(scenario, kernel);
            assertTrue(!Faults.steps(call.command()).isEmpty() || !adaptations.isEmpty(), text);
            assertTrue(isProbe(scenario.object, calls, failing)
                    || mayBeDoneWithout(scenario.object, call, errno, extent), () -> text + " and nobody says so");
        } catch (KernelException e) {
            if (errno == Errno.ENOENT && BY_NAME.contains(call.command())) {
                assertTrue(e.errno() == 0 && e.getMessage().matches(".*(none of that name|nothing is pinned).*"),
                        e::getMessage);
                assertEquals(Set.of(), kernel.open(), text);
                return;
            }
            assertEquals(errno.number(), e.errno(), text);
            assertFalse(e.subject().isBlank(), text);
            assertTrue(e.getMessage().contains(errno.name()) && e.getMessage().contains(e.step().text()),
                    e::getMessage);
            if (extent != Extent.EVERYTHING) {
                assertTrue(Faults.steps(call.command()).contains(e.step()), () -> text + ": " + e);
                assertTrue(call.name().isEmpty() || namesIt(e, call.name()), () -> text + ": " + e);
                assertEquals(logs && !DESCRIPTOR_LIMITS.contains(errno), e instanceof VerifierException, text);
            }
        }
        assertEquals(Set.of(), kernel.open(), text);
    }

    /** The kernel's names are cut at 15 bytes, and those of data sections begin with the object's. */
    private static boolean namesIt(KernelException e, String name) {
        return e.getMessage().contains(name) || name.endsWith(".inner")
                || name.contains(".") && e.subject().contains(name.substring(name.indexOf('.')));
    }

    private static boolean mayBeDoneWithout(BpfObject object, FakeKernel.Call call, Errno errno, Extent extent) {
        boolean hasStructOps = object.structOps().findAny().isPresent();
        return switch (call.command()) {
            case BPF_PROG_BIND_MAP -> true;
            // Gone between listing and opening.
            case BPF_BTF_GET_FD_BY_ID -> errno == Errno.ENOENT && extent == Extent.ONCE;
            // Types are of use to people, and to the kernel only for struct_ops.
            case BPF_BTF_LOAD -> extent == Extent.ONCE || !hasStructOps && extent == Extent.ALWAYS;
            // Tried again with a log, or with less.
            case BPF_PROG_LOAD, BPF_MAP_CREATE -> extent == Extent.ONCE;
            // Tried again in the older way, or the value of a link's map is there already.
            case BPF_LINK_CREATE -> errno == Errno.EINVAL;
            case BPF_MAP_UPDATE_ELEM -> hasStructOps && errno == Errno.EBUSY;
            // Kinds of links that end only with their descriptor.
            case BPF_LINK_DETACH -> errno == Errno.EOPNOTSUPP || errno == Errno.EINVAL;
            default -> false;
        };
    }

    /** A program that is not the object's, or a link before there is one of its programs. */
    private static boolean isProbe(BpfObject object, List<FakeKernel.Call> calls, int index) {
        return switch (calls.get(index).command()) {
            case BPF_PROG_LOAD -> object.programs().stream().noneMatch(program -> isCalled(program, calls.get(index)));
            case BPF_LINK_CREATE -> calls.subList(0, index).stream().noneMatch(call -> object.programs().stream()
                    .anyMatch(program -> isCalled(program, call)));
            default -> false;
        };
    }

    private static boolean isCalled(ProgramSpec program, FakeKernel.Call call) {
        return !call.name().isEmpty() && program.name().startsWith(call.name());
    }

    /** Loads, attaches, detaches, closes. */
    private static List<Adaptation> use(Scenario scenario, FakeKernel kernel) {
        try (LoadedObject loaded = scenario.object.load(scenario.options.withKernel(kernel));
                Links links = attach(loaded)) {
            links.detach();
            return loaded.adaptations();
        }
    }

    private static Links attach(LoadedObject loaded) {
        List<Link> made = new ArrayList<>();
        try {
            made.addAll(Links.attach(loaded.programs().stream()
                    .filter(program -> !BY_PERF_EVENTS.contains(program.type())).toList(), loaded.structOps()).links());
            loaded.programs().forEach(program -> attach(program, loaded).ifPresent(made::add));
            return Links.of(made);
        } catch (RuntimeException e) {
            made.reversed().forEach(Link::close);
            throw e;
        }
    }

    /** What sections do not say: which cgroup, map, interface. */
    private static Optional<Link> attach(LoadedProgram program, LoadedObject loaded) {
        return switch (program.type()) {
            case BPF_PROG_TYPE_CGROUP_SKB, BPF_PROG_TYPE_SOCK_OPS, BPF_PROG_TYPE_CGROUP_SOCK ->
                program.attachType().map(_ -> program.attachToCgroup(folder));
            case BPF_PROG_TYPE_SK_MSG, BPF_PROG_TYPE_SK_SKB -> loaded.maps().stream()
                    .filter(map -> map.spec().is(MapType.BPF_MAP_TYPE_SOCKHASH)
                            || map.spec().is(MapType.BPF_MAP_TYPE_SOCKMAP))
                    .findFirst().map(program::attachToSockmap);
            case BPF_PROG_TYPE_XDP -> program.attachType().filter(type -> type == AttachType.BPF_XDP)
                    .map(_ -> XdpLink.attach(program, NOWHERE));
            case BPF_PROG_TYPE_SCHED_CLS ->
                Optional.of(TcxLink.attach(program, NOWHERE, TcDirection.INGRESS, Position.last()));
            case BPF_PROG_TYPE_NETFILTER -> Optional.of(NetfilterLink.attach(program, HOOK));
            case BPF_PROG_TYPE_SK_LOOKUP, BPF_PROG_TYPE_FLOW_DISSECTOR -> {
                try (NetworkNamespace here = NetworkNamespace.ofThisThread()) {
                    yield Optional.of(NetnsLink.attach(program, here));
                }
            }
            default -> Optional.empty();
        };
    }
}
