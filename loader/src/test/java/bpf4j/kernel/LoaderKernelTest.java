package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import bpf4j.btf.BtfFormatException;
import bpf4j.object.BpfObject;
import bpf4j.object.ObjectFormatException;
import bpf4j.object.ProgramSpec;
import bpf4j.object.ProgramType;
import bpf4j.reloc.RelocationException;
import bpf4j.reloc.SourceLine;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelBuild;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every fixture against the running kernel, with the outcome that its source says. */
@KernelTest
class LoaderKernelTest {

    private static final String ORDER = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "-el.o" : "-eb.o";
    private static final String OTHER_ORDER = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "-eb.o" : "-el.o";

    private enum Outcome { LOADS, READ_ERROR, RELOCATION_ERROR, NO_TARGET, MAP_REFUSED, PROGRAM_REFUSED, VERIFIER }

    /** The kernels that brought what an object needs. */
    private static final Map<String, KernelVersion> FIRST_KERNELS = Map.ofEntries(
            Map.entry("maps_storage_cgroup", new KernelVersion(6, 2)),
            Map.entry("struct_ops_sleepable", new KernelVersion(6, 3)),
            Map.entry("struct_ops_both_sections", new KernelVersion(6, 4)),
            Map.entry("attach_netfilter", new KernelVersion(6, 4)),
            Map.entry("struct_ops_link", new KernelVersion(6, 4)),
            Map.entry("struct_ops_replace", new KernelVersion(6, 4)),
            Map.entry("struct_ops_optional", new KernelVersion(6, 4)),
            Map.entry("isa_v4", new KernelVersion(6, 6)),
            Map.entry("exception_callback", new KernelVersion(6, 7)),
            Map.entry("attach_cgroup_unix", new KernelVersion(6, 7)),
            Map.entry("probes_session", new KernelVersion(6, 10)));

    /** Where an object does not simply load. */
    private static final Map<Outcome, List<String>> OUTCOMES = Map.of(
            Outcome.READ_ERROR, List.of("maps_legacy_extra", "maps_legacy_short", "maps_unknown_field",
                    "maps_conflicting_size", "maps_static", "subprog_static_in_program_section",
                    "struct_ops_not_a_struct",
                    "struct_ops_wrong_program_type", "extern_undefined", "extern_common", "no_btf_maps",
                    "no_btf_struct_ops", "maps_arena_two", "maps_arena_missing"),
            Outcome.RELOCATION_ERROR, List.of("struct_ops_missing_nonzero", "struct_ops_missing_function",
                    "struct_ops_missing_bitfield_nonzero", "struct_ops_bitfield", "struct_ops_wrong_size",
                    "struct_ops_wrong_array_size", "struct_ops_wrong_kind", "struct_ops_wrong_kind_pointer",
                    "struct_ops_program_in_data_pointer", "struct_ops_two_slots", "struct_ops_unreferenced",
                    "struct_ops_unknown_type", "extern_kconfig_missing", "extern_ksym_missing",
                    // Not meant for loading: among others they have struct_ops programs that nothing refers to.
                    "sections", "sections_bare"),
            Outcome.NO_TARGET, List.of("freplace"),
            Outcome.VERIFIER, List.of("verifier_refused", "verifier_refused_subprogram", "core_load_width_signed",
                    "core_poison_reached", "core_poison_reached_wide", "core_synthetic", "core_ambiguous",
                    "license_none_gpl_helper", "verifier_causes", "verifier_causes_struct_ops", "verifier_poison"),
            // Kernels that trace no functions do not ask their verifier.
            Outcome.PROGRAM_REFUSED, List.of("verifier_causes_tracing"));

    /** What is not loaded as it stands, some of it on older kernels only; further tests say in which way. */
    private static final List<String> ADAPTED = List.of("struct_ops_", "maps_attributes", "subprog_context");

    private static final Set<ProgramType> WITH_BTF_TARGET = EnumSet.of(ProgramType.BPF_PROG_TYPE_STRUCT_OPS,
            ProgramType.BPF_PROG_TYPE_TRACING, ProgramType.BPF_PROG_TYPE_LSM);

    /** Programs for kernel functions, which some hosts let nobody load. */
    private static final List<String> FOR_FUNCTIONS = List.of("trace_functions", "trace_lsm");

    private static BpfFs fs;

    @BeforeAll
    static void mount() throws Exception {
        fs = new BpfFs();
    }

    @AfterAll
    static void unmount() throws Exception {
        fs.close();
    }

    /** {@return the fixtures that no kernel is asked to load, as they cannot be read or do not fit} */
    static Set<String> notForLoading() {
        return Stream.of(Outcome.READ_ERROR, Outcome.RELOCATION_ERROR, Outcome.NO_TARGET)
                .flatMap(outcome -> OUTCOMES.get(outcome).stream()).collect(Collectors.toSet());
    }

    private static Map<String, Outcome> outcomes() throws IOException {
        Map<String, Outcome> result = new HashMap<>();
        OUTCOMES.forEach((outcome, names) -> names.forEach(n -> result.put(n, outcome)));
        if (Files.readAllLines(Path.of("/proc/kallsyms")).stream().noneMatch(l -> l.endsWith(" runqueues"))) {
            result.put("extern_ksym_typed", Outcome.VERIFIER);
        }
        if (Files.readAllLines(Path.of("/proc/kallsyms")).stream()
                .noneMatch(l -> l.endsWith(" inode_storage_map_alloc"))) {
            result.put("maps_storage_inode", Outcome.MAP_REFUSED);
        }
        if (bpf4j.testdata.KernelVersion.running().compareTo(new bpf4j.testdata.KernelVersion(6, 9)) < 0) {
            result.put("maps_arena", Outcome.MAP_REFUSED);
            result.put("maps_arena_anywhere", Outcome.MAP_REFUSED);
        }
        return result;
    }

    private static LoadedObject load(String name) throws IOException {
        return BpfObject.read(Fixtures.object(name + ORDER)).load(LoadOptions.defaults().withPinRoot(fs.folder()));
    }

    @TestFactory
    Stream<DynamicTest> everyFixture() throws IOException {
        Map<String, Outcome> outcomes = outcomes();
        Set<String> unknown = new TreeSet<>(outcomes.keySet());
        List<String> names = Fixtures.list("obj", ORDER).stream().map(f -> f.getFileName().toString())
                .map(f -> f.substring(0, f.length() - ORDER.length())).toList();
        unknown.addAll(FIRST_KERNELS.keySet());
        names.forEach(unknown::remove);
        assertEquals(Set.of(), unknown);
        return names.stream().map(name -> dynamicTest(name, () -> {
            KernelVersion first = FIRST_KERNELS.getOrDefault(name, new KernelVersion(0, 0));
            KernelVersion.assumeAtLeast(first.major(), first.minor(), name);
            try (Descriptors _ = new Descriptors()) {
                check(name, outcomes.getOrDefault(name, Outcome.LOADS));
            } catch (KernelException e) {
                KernelBuild.assume(!FOR_FUNCTIONS.contains(name) || e.errno() != Errno.EPERM.number()
                        || e instanceof VerifierException, "leave to load programs for functions");
                throw e;
            }
        }));
    }

    private static void check(String name, Outcome outcome) throws IOException {
        switch (outcome) {
            case LOADS -> {
                try (LoadedObject loaded = load(name)) {
                    long wanted = loaded.object().programs().stream().filter(ProgramSpec::autoload).count();
                    assertTrue(loaded.programs().size() == wanted || name.startsWith("struct_ops_optional"));
                    loaded.programs().forEach(LoaderKernelTest::checkInfo);
                    loaded.maps().forEach(m -> assertEquals(m.spec().kernelName(), m.info().name()));
                    assertTrue(loaded.adaptations().isEmpty() || ADAPTED.stream().anyMatch(name::startsWith),
                            loaded.adaptations()::toString);
                }
            }
            case READ_ERROR -> {
                RuntimeException e = assertThrows(RuntimeException.class, () -> load(name));
                assertTrue(e instanceof ObjectFormatException || e instanceof BtfFormatException, e::toString);
            }
            case RELOCATION_ERROR -> assertThrows(RelocationException.class, () -> load(name));
            case NO_TARGET -> {
                KernelException e = assertThrows(KernelException.class, () -> load(name));
                assertEquals(List.of(Step.LOAD_PROGRAM, 0), List.of(e.step(), e.errno()));
                assertTrue(e.getMessage().contains("withProgramTarget"), e::getMessage);
            }
            case MAP_REFUSED -> {
                KernelException e = assertThrows(KernelException.class, () -> load(name));
                assertEquals(List.of(Step.CREATE_MAP, "EINVAL"), List.of(e.step(), e.errnoName()));
            }
            case PROGRAM_REFUSED -> {
                KernelException e = assertThrows(KernelException.class, () -> load(name));
                assertTrue(e.step() == Step.LOAD_PROGRAM && e.errno() != 0, e::getMessage);
            }
            case VERIFIER -> assertThrows(VerifierException.class, () -> load(name));
        }
    }

    private static void checkInfo(LoadedProgram program) {
        ProgramInfo info = program.info();
        assertEquals(program.type().number(), info.type());
        assertTrue(program.name().startsWith(info.name()) && info.name().length() <= 15);
        assertEquals(16, info.tag().length());
        assertEquals(program.spec().orElseThrow().function().funcInfo().isPresent(), info.funcInfoCount() > 0);
        assertEquals(!program.spec().orElseThrow().function().lineInfo().isEmpty(), info.lineInfoCount() > 0);
        assertEquals(WITH_BTF_TARGET.contains(program.type()), info.attachBtfId() != 0);
    }

    @TestFactory
    Stream<DynamicTest> objectsOfTheOtherByteOrderAreRefused() {
        return Fixtures.list("obj", OTHER_ORDER).stream().filter(f -> !OUTCOMES.get(Outcome.READ_ERROR).contains(
                f.getFileName().toString().replace(OTHER_ORDER, "")))
                .map(file -> dynamicTest(file.getFileName().toString(), () -> {
                    KernelException e = assertThrows(KernelException.class, () -> BpfObject.read(file).load());
                    assertEquals(Step.READ_OBJECT, e.step());
                    assertTrue(e.getMessage().contains("-endian machine"), e::getMessage);
                }));
    }

    private static VerifierException refusal(String name) {
        return assertThrows(VerifierException.class, () -> load(name).close());
    }

    @Test
    void refusalHasLogProgramAndSourceLine() throws IOException {
        VerifierException e = refusal("verifier_refused");
        assertEquals("reads_past_the_end", e.program());
        assertEquals("program 'reads_past_the_end'", e.subject());
        assertEquals("EACCES", e.errnoName());
        assertMarkedLine("verifier_refused", e);
        assertTrue(e.insnIndex().isPresent());
        List<String> log = e.log().lines().toList();
        assertTrue(log.getLast().startsWith("processed "), e::log);
        assertTrue(log.contains(e.reason()), e::log);
        assertTrue(e.getMessage().contains(e.reason()) && e.getMessage().contains(e.source().orElseThrow().toString()));
    }

    @Test
    void refusalInsideASubprogramNamesItsLine() throws IOException {
        assertMarkedLine("verifier_refused_subprogram", refusal("verifier_refused_subprogram"));
    }

    private static void assertMarkedLine(String name, VerifierException e) throws IOException {
        List<String> source = Files.readAllLines(Fixtures.path("src").resolve(name + ".bpf.c"));
        SourceLine line = e.source().orElseThrow();
        assertTrue(line.text().endsWith("// the refused line"), line::toString);
        assertEquals(line.text(), source.get(line.line() - 1).strip());
        assertTrue(line.file().endsWith(name + ".bpf.c"));
    }

    @Test
    void poisonThatIsReachedNamesThePath() {
        assertTrue(refusal("core_poison_reached").getMessage()
                .contains("struct task_struct.no_such_field was not found"));
        assertTrue(refusal("core_poison_reached_wide").getMessage()
                .contains("enum tcp_ca_state::TCP_CA_No_Such_State was not found"));
        assertTrue(refusal("core_load_width_signed").getMessage()
                .contains("undo_retrans has 8 bytes in the object and 4 bytes in the kernel"));
    }

    @Test
    void logIsKeptWhereItIsAskedFor() throws IOException {
        try (LoadedObject loaded = BpfObject.read(Fixtures.object("subprog_order" + ORDER))
                .load(LoadOptions.defaults().withLogLevel(2))) {
            loaded.programs().forEach(p -> assertTrue(p.log().contains("processed "), p::log));
        }
        try (LoadedObject loaded = load("subprog_order")) {
            loaded.programs().forEach(p -> assertEquals("", p.log()));
        }
    }

    @Test
    void dataIsWhatTheObjectSays() throws IOException {
        try (LoadedObject loaded = load("data_sections")) {
            byte[] data = loaded.map(".data").lookup(new byte[4]).orElseThrow();
            assertEquals(loaded.map(".data").spec().valueSize(), data.length);
            assertEquals(17, data[0]);
            assertEquals(0, loaded.map(".bss").lookup(new byte[4]).orElseThrow()[0]);
            KernelException e = assertThrows(KernelException.class, () -> loaded.map(".rodata").update(new byte[4],
                    new byte[loaded.map(".rodata").spec().valueSize()], LoadedMap.BPF_ANY));
            assertEquals(List.of(Step.ACCESS_MAP, "EPERM"), List.of(e.step(), e.errnoName()));
        }
    }

    @Test
    void elementsOfMaps() throws IOException {
        try (LoadedObject loaded = load("maps")) {
            LoadedMap map = loaded.map("recent");
            byte[] key = {1, 2, 3, 4, 5, 6, 7, 8};
            assertTrue(map.lookup(key).isEmpty());
            map.update(key, new byte[] {9, 0, 0, 0}, LoadedMap.BPF_NOEXIST);
            assertEquals(9, map.lookup(key).orElseThrow()[0]);
            assertEquals("EEXIST", assertThrows(KernelException.class,
                    () -> map.update(key, new byte[4], LoadedMap.BPF_NOEXIST)).errnoName());
            assertEquals(1, map.nextKey(null).orElseThrow()[0]);
            assertTrue(map.nextKey(key).isEmpty());
            assertTrue(map.delete(key));
            assertFalse(map.delete(key));
            assertThrows(IllegalArgumentException.class, () -> map.lookup(new byte[4]));
            assertThrows(IllegalArgumentException.class, () -> map.update(key, new byte[5], LoadedMap.BPF_ANY));
        }
    }

    /** What the object holds has to live as long as the object, whatever the collector does in between. */
    @Test
    void collectorRunsBetweenReadingLoadingAndUse() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("subprog_data" + ORDER));
        System.gc();
        try (LoadedObject loaded = object.load()) {
            System.gc();
            loaded.programs().forEach(p -> assertTrue(p.info().id() > 0));
            loaded.maps().forEach(m -> assertTrue(m.info().id() > 0));
        }
    }

    @Test
    void closedObjectIsGoneFromTheKernel() throws IOException {
        LoadedObject loaded = load("maps");
        LoadedProgram program = loaded.programs().iterator().next();
        loaded.close();
        loaded.close();
        assertThrows(IllegalStateException.class, program::info);
    }

    @Test
    void licenseDecidesAboutHelpers() {
        assertTrue(refusal("license_none_gpl_helper").reason().contains("GPL"));
        assertInstanceOf(KernelException.class, refusal("license_none_gpl_helper"));
    }
}
