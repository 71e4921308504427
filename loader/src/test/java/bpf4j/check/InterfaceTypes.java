package bpf4j.check;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import bpf4j.insn.HelperFunction;
import bpf4j.kernel.MapFlags;
import bpf4j.object.AttachType;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Types of a kernel that knows all of the BPF interface but what a test takes away. */
public final class InterfaceTypes {

    private final BtfBuilder types = new BtfBuilder();
    private final Set<String> without;

    private InterfaceTypes(Set<String> without) {
        this.without = without;
    }

    /** {@return the kernel without some enumerators, program types, helpers or functions, each by its name} */
    static TargetKernel kernel(String... without) {
        return TargetKernel.of("test", new InterfaceTypes(Set.of(without)).build());
    }

    /** {@return the types of the kernel that lacks nothing, as in a file} */
    public static byte[] bytes() {
        return new InterfaceTypes(Set.of()).build().vmlinux().data().toArray(ValueLayout.JAVA_BYTE);
    }

    private KernelTypes build() {
        int number = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        enumeration("bpf_map_type", Arrays.stream(MapType.values()).map(Enum::name));
        enumeration("bpf_prog_type", Arrays.stream(ProgramType.values()).map(Enum::name));
        enumeration("bpf_attach_type", Arrays.stream(AttachType.values()).map(Enum::name));
        enumeration("bpf_func_id", Stream.concat(Stream.of("BPF_FUNC_unspec"), IntStream.rangeClosed(1,
                HelperFunction.count()).mapToObj(i -> HelperFunction.name(i).orElseThrow())
                .map(name -> name.replaceFirst("bpf_", "BPF_FUNC_"))));
        enumeration("", IntStream.range(0, 32).mapToObj(MapFlags::name).flatMap(Optional::stream));
        List<BtfType.Member> contexts = new ArrayList<>();
        for (ProgramType type : ProgramType.values()) {
            if (!without.contains("built in " + type.name())) {
                contexts.add(new BtfType.Member(type.name() + "_prog", number, contexts.size() * 32L, 0));
            }
        }
        types.add(new BtfType.Struct("bpf_ctx_convert", contexts.size() * 4L, false, contexts));
        types.add(new BtfType.Struct("bpf_func_info_aux", 4, false,
                List.of(new BtfType.Member("called", number, 0, 0))));
        types.add(new BtfType.Struct("task_struct", 8, false, List.of(new BtfType.Member("pid", number, 32, 0))));
        int prototype = types.add(new BtfType.FuncProto(number, List.of()));
        for (String function : List.of("vfs_read", "vfs_write", "xsk_map_alloc", "tcp_reno_ssthresh")) {
            if (!without.contains(function)) {
                types.add(new BtfType.Func(function, prototype, 0));
            }
        }
        types.add(new BtfType.Typedef("btf_trace_sys_enter", number));
        return KernelTypes.of(types.build(ByteOrder.LITTLE_ENDIAN, "vmlinux"));
    }

    private void enumeration(String name, Stream<String> names) {
        List<BtfType.EnumValue> values = new ArrayList<>();
        List<String> all = names.toList();
        for (int i = 0; i < all.size(); i++) {
            if (!without.contains(all.get(i))) {
                values.add(new BtfType.EnumValue(all.get(i), i));
            }
        }
        types.add(new BtfType.Enum(name, 4, false, values));
    }
}
