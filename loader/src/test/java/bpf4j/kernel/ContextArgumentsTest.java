package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramType;
import bpf4j.reloc.CongestionKernel;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContextArgumentsTest {

    private static final ProgramType FILTER = ProgramType.BPF_PROG_TYPE_SCHED_CLS;
    private static final int FUNCTION = 4;

    /**
     * A function of an integer and an argument that points to {@code pointee}, which may be one of the types before it.
     */
    private static BtfBuilder function(int linkage, BtfType... pointee) {
        BtfBuilder types = new BtfBuilder();
        int number = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        int pointer = types.add(new BtfType.Ptr(pointee.length == 0 ? 0 : FUNCTION + 1));
        int prototype = types.add(new BtfType.FuncProto(number,
                List.of(new BtfType.Param("plus", number), new BtfType.Param("ctx", pointer))));
        assertEquals(FUNCTION, types.add(new BtfType.Func("sub", prototype, linkage)));
        for (BtfType type : pointee) {
            types.add(type);
        }
        return types;
    }

    private static Optional<Btf> retyped(BtfBuilder types, ProgramType program, int component) {
        types.add(new BtfType.DeclTag("arg:ctx", FUNCTION, component, false));
        return ContextArguments.retyped(types.build(ByteOrder.nativeOrder(), "test"), program, Set.of(FUNCTION));
    }

    /** The name of the struct that an argument points to, in words where it is none. */
    private static String pointee(Btf types, int function, int argument) {
        BtfType.Func func = (BtfType.Func) types.type(function);
        BtfType.FuncProto prototype = (BtfType.FuncProto) types.type(func.typeId());
        return types.stripped(prototype.params().get(argument).typeId()) instanceof BtfType.Ptr pointer
                && types.type(pointer.typeId()) instanceof BtfType.Struct struct ? struct.name() : "no struct";
    }

    @ParameterizedTest
    @EnumSource
    void pointerToNothingBecomesThePointerThatTheProgramTypeHas(ProgramType program) {
        Optional<Btf> changed = retyped(function(BtfType.Func.GLOBAL), program, 1);
        assertEquals(Optional.ofNullable(ContextArguments.CONTEXTS.get(program)),
                changed.map(b -> pointee(b, FUNCTION, 1)));
        changed.ifPresent(btf -> {
            BtfType.FuncProto prototype = (BtfType.FuncProto) btf.type(((BtfType.Func) btf.type(FUNCTION)).typeId());
            assertEquals(List.of("plus", "ctx"), prototype.params().stream().map(BtfType.Param::name).toList());
            assertEquals(List.of(1, 1), List.of(prototype.returnTypeId(), prototype.params().getFirst().typeId()));
        });
    }

    @Test
    void thereAreTwentyFiveContexts() {
        assertEquals(25, ContextArguments.CONTEXTS.size());
    }

    @ParameterizedTest
    @CsvSource({
        "BPF_PROG_TYPE_SCHED_CLS,      __sk_buff,               false",
        "BPF_PROG_TYPE_SCHED_CLS,      pt_regs,                 false",
        "BPF_PROG_TYPE_KPROBE,         pt_regs,                 true",
        "BPF_PROG_TYPE_KPROBE,         user_pt_regs,            false",
        "BPF_PROG_TYPE_KPROBE,         bpf_user_pt_regs_t,      false",
        "BPF_PROG_TYPE_PERF_EVENT,     pt_regs,                 true",
        "BPF_PROG_TYPE_PERF_EVENT,     user_pt_regs,            true",
        "BPF_PROG_TYPE_PERF_EVENT,     user_regs_struct,        true",
        "BPF_PROG_TYPE_PERF_EVENT,     bpf_perf_event_data,     false",
        "BPF_PROG_TYPE_XDP,            __sk_buff,               false"})
    void structsThatStandForTheContextAreReplacedAndOthersStay(ProgramType program, String struct, boolean replaced) {
        Optional<Btf> changed = retyped(function(BtfType.Func.GLOBAL, new BtfType.Struct(struct, 8, false, List.of())),
                program, 1);
        assertEquals(replaced, changed.isPresent());
    }

    @ParameterizedTest
    @CsvSource({"BPF_PROG_TYPE_KPROBE, true", "BPF_PROG_TYPE_PERF_EVENT, true", "BPF_PROG_TYPE_SCHED_CLS, false"})
    void typedefOfRegistersIsReplaced(ProgramType program, boolean replaced) {
        Optional<Btf> changed = retyped(function(BtfType.Func.GLOBAL, new BtfType.Const(FUNCTION + 2),
                new BtfType.Typedef("bpf_user_pt_regs_t", FUNCTION + 3),
                new BtfType.Struct("other", 8, false, List.of())), program, 1);
        assertEquals(replaced, changed.isPresent());
    }

    @ParameterizedTest
    @CsvSource({"BPF_PROG_TYPE_RAW_TRACEPOINT, 8, true", "BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, 8, true",
        "BPF_PROG_TYPE_RAW_TRACEPOINT, 4, false", "BPF_PROG_TYPE_SCHED_CLS, 8, false"})
    void arrayOfArgumentsIsReplaced(ProgramType program, int sizeBytes, boolean replaced) {
        Optional<Btf> changed = retyped(function(BtfType.Func.GLOBAL, new BtfType.Typedef("__u64", FUNCTION + 2),
                new BtfType.Int("number", sizeBytes, 0, 0, 8 * sizeBytes)), program, 1);
        assertEquals(replaced, changed.isPresent());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 2, 1000})
    void tagsOfNoPointerArgumentAreNoBusinessOfOurs(int component) {
        assertEquals(Optional.empty(), retyped(function(BtfType.Func.GLOBAL), FILTER, component));
    }

    @Test
    void staticFunctionsAndThoseOfOtherProgramsStay() {
        assertEquals(Optional.empty(), retyped(function(BtfType.Func.STATIC), FILTER, 1));
        BtfBuilder types = function(BtfType.Func.GLOBAL);
        types.add(new BtfType.DeclTag("arg:ctx", FUNCTION, 1, false));
        Btf btf = types.build(ByteOrder.nativeOrder(), "test");
        assertEquals(Optional.empty(), ContextArguments.retyped(btf, FILTER, Set.of()));
        assertTrue(ContextArguments.retyped(btf, FILTER, Set.of(FUNCTION)).isPresent());
    }

    @Test
    void otherTagsStay() {
        BtfBuilder types = function(BtfType.Func.GLOBAL);
        types.add(new BtfType.DeclTag("arg:nonnull", FUNCTION, 1, false));
        assertEquals(Optional.empty(),
                ContextArguments.retyped(types.build(ByteOrder.nativeOrder(), "test"), FILTER, Set.of(FUNCTION)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"el", "eb"})
    void sharedFunctionGetsTheTypeOfEachProgram(String order) throws IOException {
        Btf types = BpfObject.read(Fixtures.object("subprog_context-" + order + ".o")).btf().orElseThrow();
        int forward = types.find("forward", BtfKind.BTF_KIND_FUNC).orElseThrow();
        int load = types.find("load", BtfKind.BTF_KIND_FUNC).orElseThrow();
        int length = types.find("length", BtfKind.BTF_KIND_FUNC).orElseThrow();
        Btf filter = ContextArguments.retyped(types, FILTER, Set.of(forward, load, length)).orElseThrow();
        assertEquals(List.of("__sk_buff", "__sk_buff", "__sk_buff"),
                List.of(pointee(filter, forward, 0), pointee(filter, load, 1), pointee(filter, length, 0)));
        assertEquals(types.type(length), filter.type(length));
        Btf early = ContextArguments.retyped(types, ProgramType.BPF_PROG_TYPE_XDP, Set.of(forward)).orElseThrow();
        assertEquals(List.of("xdp_md", "no struct"), List.of(pointee(early, forward, 0), pointee(early, load, 1)));
    }

    /** An older kernel: it accepts the program with other types than the object's only. */
    private static FakeKernel older(AtomicInteger objectTypes, boolean tags) {
        FakeKernel kernel = new FakeKernel();
        AtomicInteger probes = new AtomicInteger();
        return kernel.logging("0: (95) exit\narg#0 is no context\n").refusing((_, command, name, fields) -> {
            if (command == BpfCommand.BPF_BTF_LOAD) {
                objectTypes.compareAndSet(0, 1000);
            }
            boolean probe = name.isEmpty() && command == BpfCommand.BPF_PROG_LOAD;
            boolean refused = probe ? !tags && probes.getAndIncrement() == 0
                    : name.equals("filter") && fields.get("prog_btf_fd") == objectTypes.get();
            return refused ? Errno.EINVAL : null;
        });
    }

    private static LoadedObject load(FakeKernel kernel) throws IOException {
        return BpfObject.read(Fixtures.object("subprog_context-el.o"))
                .load(LoadOptions.defaults().withKernel(kernel).withKernelTypes(CongestionKernel.inVmlinux()));
    }

    @Test
    void programIsLoadedAgainWithItsOwnTypes() throws IOException {
        AtomicInteger objectTypes = new AtomicInteger();
        FakeKernel kernel = older(objectTypes, false);
        try (LoadedObject loaded = load(kernel)) {
            assertEquals(List.of("program 'filter'"), loaded.adaptations().stream().map(Adaptation::subject).toList());
            assertTrue(loaded.adaptations().getFirst().change().contains("arg:ctx"));
            FakeKernel.Call call = kernel.calls(BpfCommand.BPF_PROG_LOAD).stream()
                    .filter(c -> c.name().equals("filter")).toList().getLast();
            assertNotEquals(objectTypes.get(), call.field("prog_btf_fd"));
            assertEquals(4, call.field("func_info_cnt"));
            assertEquals(1, kernel.open().stream().filter(o -> o.contains("BTF_LOAD")).count(),
                    kernel.open()::toString);
        }
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void refusalOfAKernelThatKnowsTheTagStays() {
        FakeKernel kernel = older(new AtomicInteger(), true);
        KernelException e = assertThrows(KernelException.class, () -> load(kernel));
        assertInstanceOf(VerifierException.class, e);
        assertEquals(Set.of(), kernel.open());
    }
}
