package bpf4j.reloc;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The types of a kernel that offers {@code tcp_congestion_ops} and nothing else. */
public final class CongestionKernel {

    /** The callbacks in the order of the struct, ahead of its data. */
    public static final List<String> CALLBACKS = List.of("ssthresh", "cong_avoid", "set_state", "cwnd_event",
            "in_ack_event",
            "undo_cwnd", "pkts_acked", "init", "release");

    private CongestionKernel() {
    }

    /** {@return the struct and its wrapper in the kernel proper} */
    public static KernelTypes inVmlinux() {
        BtfBuilder types = new BtfBuilder();
        addInt(types);
        addOps(types);
        return KernelTypes.of(types.build(ByteOrder.nativeOrder(), "vmlinux"));
    }

    /** {@return the struct and its wrapper in the module {@code tcp_bpf4j}} */
    public static KernelTypes inModule() {
        BtfBuilder base = new BtfBuilder();
        addInt(base);
        Btf vmlinux = base.build(ByteOrder.nativeOrder(), "vmlinux");
        BtfBuilder types = BtfBuilder.onBase(vmlinux);
        addOps(types);
        return KernelTypes.of(vmlinux, types.build(ByteOrder.nativeOrder(), "tcp_bpf4j"));
    }

    private static void addInt(BtfBuilder types) {
        types.add(new BtfType.Int("unsigned int", 4, 0, 0, 32));
    }

    private static void addOps(BtfBuilder types) {
        int u32 = 1;
        int name = types.add(new BtfType.Array(types.add(new BtfType.Int("char", 1, BtfType.Int.SIGNED, 0, 8)), u32,
                16));
        int callback = types.add(new BtfType.Ptr(types.add(new BtfType.FuncProto(u32, List.of()))));
        int module = types.add(new BtfType.Ptr(types.add(new BtfType.Fwd("module", false))));
        List<BtfType.Member> members = new ArrayList<>();
        CALLBACKS.forEach(c -> members.add(new BtfType.Member(c, callback, members.size() * 64L, 0)));
        long next = members.size() * 64L;
        members.add(new BtfType.Member("flags", u32, next, 0));
        members.add(new BtfType.Member("owner", module, next + 64, 0));
        members.add(new BtfType.Member("name", name, next + 128, 0));
        long bytes = next / 8 + 32;
        int ops = types.add(new BtfType.Struct("tcp_congestion_ops", bytes, false, members));
        types.add(new BtfType.Struct("bpf_struct_ops_tcp_congestion_ops", bytes + 64, false,
                List.of(new BtfType.Member("common", u32, 0, 0), new BtfType.Member("data", ops, 512, 0))));
    }
}
