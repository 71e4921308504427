package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.link.LinkInfo.Details;
import bpf4j.link.LinkInfo.Details.Iterator.Scope;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Field;
import bpf4j.sys.KernelStruct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the kernel about a link: first for what all links have, then for what its type has, then again where the answer
 * has a size that only the answer tells. Source: the {@code fill_link_info} functions of the kernel.
 */
final class LinkInfoReader {

    /** {@code PATH_MAX}, which is more than the name of a tracepoint, function or iterator has. */
    private static final int NAME_BYTES = 4096;
    private static final Set<String> TASKS = Set.of("task", "task_file", "task_vma");

    private static final int BPF_PERF_EVENT_UPROBE = 1;
    private static final int BPF_PERF_EVENT_URETPROBE = 2;
    private static final int BPF_PERF_EVENT_KPROBE = 3;
    private static final int BPF_PERF_EVENT_KRETPROBE = 4;
    private static final int BPF_PERF_EVENT_TRACEPOINT = 5;
    private static final int BPF_PERF_EVENT_EVENT = 6;

    private final BpfCalls calls;
    private final int fd;
    private final String subject;
    private final CallBuffer buffer;

    private LinkInfoReader(BpfCalls calls, int fd, String subject, CallBuffer buffer) {
        this.calls = calls;
        this.fd = fd;
        this.subject = subject;
        this.buffer = buffer;
    }

    static LinkInfo read(BpfCalls calls, int fd, String subject) {
        try (CallBuffer buffer = CallBuffer.acquire()) {
            LinkInfoReader reader = new LinkInfoReader(calls, fd, subject, buffer);
            MemorySegment info = reader.ask(BpfInfo.Link.STRUCT);
            int type = BpfInfo.Link.TYPE.get(info);
            return new LinkInfo(BpfInfo.Link.ID.get(info), type, BpfInfo.Link.PROG_ID.get(info),
                    LinkType.of(type).map(reader::details).orElseGet(Details.Unknown::new));
        }
    }

    private Details details(LinkType type) {
        return switch (type) {
            case BPF_LINK_TYPE_UNSPEC -> new Details.Unknown();
            case BPF_LINK_TYPE_RAW_TRACEPOINT -> rawTracepoint();
            case BPF_LINK_TYPE_TRACING -> tracing();
            case BPF_LINK_TYPE_CGROUP -> cgroup();
            case BPF_LINK_TYPE_ITER -> iterator();
            case BPF_LINK_TYPE_NETNS -> namespace();
            case BPF_LINK_TYPE_XDP -> new Details.Xdp(BpfInfo.XdpLink.IFINDEX.get(ask(BpfInfo.XdpLink.STRUCT)));
            case BPF_LINK_TYPE_PERF_EVENT -> perfEvent();
            case BPF_LINK_TYPE_KPROBE_MULTI -> kprobeMulti();
            case BPF_LINK_TYPE_STRUCT_OPS ->
                    new Details.StructOps(BpfInfo.StructOpsLink.MAP_ID.get(ask(BpfInfo.StructOpsLink.STRUCT)));
            case BPF_LINK_TYPE_NETFILTER -> netfilter();
            case BPF_LINK_TYPE_TCX -> tcx();
            case BPF_LINK_TYPE_UPROBE_MULTI -> uprobeMulti();
            case BPF_LINK_TYPE_NETKIT -> netkit();
            case BPF_LINK_TYPE_SOCKMAP -> sockmap();
        };
    }

    private Details rawTracepoint() {
        MemorySegment info = BpfInfo.RawTracepointLink.STRUCT.allocate(buffer);
        MemorySegment name = name(info, BpfInfo.RawTracepointLink.TP_NAME, BpfInfo.RawTracepointLink.TP_NAME_LEN);
        ask(info);
        return new Details.RawTracepoint(name.getString(0), BpfInfo.RawTracepointLink.COOKIE.get(info));
    }

    private Details tracing() {
        MemorySegment info = ask(BpfInfo.TracingLink.STRUCT);
        return new Details.Tracing(attachType(BpfInfo.TracingLink.ATTACH_TYPE, info),
                BpfInfo.TracingLink.TARGET_OBJ_ID.get(info), BpfInfo.TracingLink.TARGET_BTF_ID.get(info),
                BpfInfo.TracingLink.COOKIE.get(info));
    }

    private Details cgroup() {
        MemorySegment info = ask(BpfInfo.CgroupLink.STRUCT);
        return new Details.Cgroup(BpfInfo.CgroupLink.CGROUP_ID.get(info),
                attachType(BpfInfo.CgroupLink.ATTACH_TYPE, info));
    }

    private Details iterator() {
        MemorySegment info = BpfInfo.IterCgroupLink.STRUCT.allocate(buffer);
        MemorySegment name = name(info, BpfInfo.IterLink.TARGET_NAME, BpfInfo.IterLink.TARGET_NAME_LEN);
        ask(info);
        String target = name.getString(0);
        return new Details.Iterator(target, scope(target, info));
    }

    private static Scope scope(String target, MemorySegment info) {
        int map = BpfInfo.IterLink.MAP_ID.get(info);
        int tid = BpfInfo.IterTaskLink.TID.get(info);
        int pid = BpfInfo.IterTaskLink.PID.get(info);
        if (map != 0) {
            return new Scope.OneMap(map);
        }
        if (target.equals("cgroup")) {
            return new Scope.Cgroups(BpfInfo.IterCgroupLink.CGROUP_ID.get(info),
                    CgroupOrder.of(BpfInfo.IterCgroupLink.ORDER.get(info)));
        }
        return TASKS.contains(target) && (tid != 0 || pid != 0) ? new Scope.OneTask(tid, pid) : new Scope.Everything();
    }

    private Details namespace() {
        MemorySegment info = ask(BpfInfo.NetnsLink.STRUCT);
        return new Details.NetworkNamespace(BpfInfo.NetnsLink.NETNS_INO.get(info),
                attachType(BpfInfo.NetnsLink.ATTACH_TYPE, info));
    }

    private Details netfilter() {
        MemorySegment info = ask(BpfInfo.NetfilterLink.STRUCT);
        return new Details.Netfilter(BpfInfo.NetfilterLink.PF.get(info), BpfInfo.NetfilterLink.HOOKNUM.get(info),
                BpfInfo.NetfilterLink.PRIORITY.get(info), BpfInfo.NetfilterLink.FLAGS.get(info));
    }

    private Details tcx() {
        MemorySegment info = ask(BpfInfo.TcxLink.STRUCT);
        return new Details.Tcx(BpfInfo.TcxLink.IFINDEX.get(info), attachType(BpfInfo.TcxLink.ATTACH_TYPE, info));
    }

    private Details netkit() {
        MemorySegment info = ask(BpfInfo.NetkitLink.STRUCT);
        return new Details.Netkit(BpfInfo.NetkitLink.IFINDEX.get(info),
                attachType(BpfInfo.NetkitLink.ATTACH_TYPE, info));
    }

    private Details sockmap() {
        MemorySegment info = ask(BpfInfo.SockmapLink.STRUCT);
        return new Details.Sockmap(BpfInfo.SockmapLink.MAP_ID.get(info),
                attachType(BpfInfo.SockmapLink.ATTACH_TYPE, info));
    }

    private Details kprobeMulti() {
        int count = BpfInfo.KprobeMultiLink.COUNT.get(ask(BpfInfo.KprobeMultiLink.STRUCT));
        MemorySegment info = BpfInfo.KprobeMultiLink.STRUCT.allocate(buffer);
        MemorySegment addresses = words(info, BpfInfo.KprobeMultiLink.ADDRS, count);
        MemorySegment cookies = words(info, BpfInfo.KprobeMultiLink.COOKIES, count);
        BpfInfo.KprobeMultiLink.COUNT.set(info, count);
        ask(info);
        List<Long> given = longs(cookies);
        return new Details.KprobeMulti(BpfInfo.KprobeMultiLink.FLAGS.get(info),
                BpfInfo.KprobeMultiLink.MISSED.get(info),
                longs(addresses), given.stream().allMatch(c -> c == 0) ? List.of() : given);
    }

    private Details uprobeMulti() {
        int count = BpfInfo.UprobeMultiLink.COUNT.get(ask(BpfInfo.UprobeMultiLink.STRUCT));
        MemorySegment info = BpfInfo.UprobeMultiLink.STRUCT.allocate(buffer);
        MemorySegment path = count == 0 ? buffer.allocate(1)
                : name(info, BpfInfo.UprobeMultiLink.PATH, BpfInfo.UprobeMultiLink.PATH_SIZE);
        MemorySegment offsets = words(info, BpfInfo.UprobeMultiLink.OFFSETS, count);
        MemorySegment semaphores = words(info, BpfInfo.UprobeMultiLink.REF_CTR_OFFSETS, count);
        MemorySegment cookies = words(info, BpfInfo.UprobeMultiLink.COOKIES, count);
        BpfInfo.UprobeMultiLink.COUNT.set(info, count);
        ask(info);
        return new Details.UprobeMulti(path.getString(0), longs(offsets), longs(semaphores), longs(cookies),
                BpfInfo.UprobeMultiLink.FLAGS.get(info), BpfInfo.UprobeMultiLink.PID.get(info));
    }

    private Details perfEvent() {
        int kind = BpfInfo.PerfEventLink.PERF_EVENT_TYPE.get(ask(BpfInfo.PerfEventLink.STRUCT));
        return switch (kind) {
            case BPF_PERF_EVENT_UPROBE, BPF_PERF_EVENT_URETPROBE -> {
                MemorySegment info = BpfInfo.PerfUprobeLink.STRUCT.allocate(buffer);
                MemorySegment file = name(info, BpfInfo.PerfUprobeLink.FILE_NAME, BpfInfo.PerfUprobeLink.NAME_LEN);
                ask(info);
                yield new Details.Uprobe(file.getString(0), Integer.toUnsignedLong(
                        BpfInfo.PerfUprobeLink.OFFSET.get(info)), kind == BPF_PERF_EVENT_URETPROBE,
                        BpfInfo.PerfUprobeLink.REF_CTR_OFFSET.get(info), BpfInfo.PerfUprobeLink.COOKIE.get(info));
            }
            case BPF_PERF_EVENT_KPROBE, BPF_PERF_EVENT_KRETPROBE -> {
                MemorySegment info = BpfInfo.PerfKprobeLink.STRUCT.allocate(buffer);
                MemorySegment function = name(info, BpfInfo.PerfKprobeLink.FUNC_NAME, BpfInfo.PerfKprobeLink.NAME_LEN);
                ask(info);
                yield new Details.Kprobe(function.getString(0),
                        Integer.toUnsignedLong(BpfInfo.PerfKprobeLink.OFFSET.get(info)),
                        BpfInfo.PerfKprobeLink.ADDR.get(info), BpfInfo.PerfKprobeLink.MISSED.get(info),
                        kind == BPF_PERF_EVENT_KRETPROBE, BpfInfo.PerfKprobeLink.COOKIE.get(info));
            }
            case BPF_PERF_EVENT_TRACEPOINT -> {
                MemorySegment info = BpfInfo.PerfTracepointLink.STRUCT.allocate(buffer);
                MemorySegment name = name(info, BpfInfo.PerfTracepointLink.TP_NAME,
                        BpfInfo.PerfTracepointLink.NAME_LEN);
                ask(info);
                yield new Details.Tracepoint(name.getString(0), BpfInfo.PerfTracepointLink.COOKIE.get(info));
            }
            case BPF_PERF_EVENT_EVENT -> {
                MemorySegment info = ask(BpfInfo.PerfOtherLink.STRUCT);
                yield new Details.PerfEvent(BpfInfo.PerfOtherLink.EVENT_TYPE.get(info),
                        BpfInfo.PerfOtherLink.CONFIG.get(info), BpfInfo.PerfOtherLink.COOKIE.get(info));
            }
            default -> new Details.Unknown();
        };
    }

    private MemorySegment ask(KernelStruct struct) {
        return ask(struct.allocate(buffer));
    }

    private MemorySegment ask(MemorySegment info) {
        int status = calls.objects().info(fd, info);
        if (status < 0) {
            throw new KernelException(Step.QUERY, subject, -status);
        }
        return info;
    }

    private MemorySegment name(MemorySegment info, Field.U64 pointer, Field.U32 size) {
        MemorySegment name = buffer.allocate(NAME_BYTES);
        pointer.set(info, name);
        size.set(info, NAME_BYTES);
        return name;
    }

    /** The kernel refuses an array of no elements. */
    private MemorySegment words(MemorySegment info, Field.U64 pointer, int count) {
        MemorySegment words = buffer.allocate(Integer.toUnsignedLong(count) * Long.BYTES, Long.BYTES);
        pointer.set(info, count == 0 ? MemorySegment.NULL : words);
        return words;
    }

    private static List<Long> longs(MemorySegment words) {
        return Arrays.stream(words.toArray(ValueLayout.JAVA_LONG)).boxed().toList();
    }

    private static Optional<AttachType> attachType(Field.U32 field, MemorySegment info) {
        return AttachType.of(field.get(info));
    }
}
