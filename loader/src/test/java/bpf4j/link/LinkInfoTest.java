package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.link.LinkInfo.Details;
import bpf4j.link.LinkInfo.Details.Iterator.Scope;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.ObjectAttr;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers of the kernel about links of all types, also those that need newer kernels. */
class LinkInfoTest {

    private static final long MAX_INFO_BYTES = 128;
    private static final int ID = 7;
    private static final int PROGRAM = 9;

    /** A kernel with one link. It writes as much of its answer as it is given room for. */
    private static final class OneLink implements Kernel {

        private final LinkType type;
        private final Consumer<MemorySegment> details;

        OneLink(LinkType type, Consumer<MemorySegment> details) {
            this.type = type;
            this.details = details;
        }

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            assertEquals(BpfCommand.BPF_OBJ_GET_INFO_BY_FD, command);
            int length = ObjectAttr.Info.INFO_LEN.get(attr);
            MemorySegment given = MemorySegment.ofAddress(ObjectAttr.Info.INFO.get(attr)).reinterpret(length);
            MemorySegment whole = MemorySegment.ofArray(new long[(int) MAX_INFO_BYTES / Long.BYTES]);
            whole.copyFrom(given);
            BpfInfo.Link.TYPE.set(whole, type.number());
            BpfInfo.Link.ID.set(whole, ID);
            BpfInfo.Link.PROG_ID.set(whole, PROGRAM);
            details.accept(whole);
            given.copyFrom(whole.asSlice(0, length));
            return 0;
        }

        @Override
        public int close(int fd) {
            throw new AssertionError("nothing to close");
        }
    }

    private static void text(long address, int size, String text) {
        if (address != 0) {
            MemorySegment.ofAddress(address).reinterpret(size).setString(0, text);
        }
    }

    private static void words(long address, long... words) {
        if (address != 0) {
            MemorySegment.ofAddress(address).reinterpret(words.length * 8L).copyFrom(MemorySegment.ofArray(words));
        }
    }

    private static Arguments link(LinkType type, Details expected, Consumer<MemorySegment> answer) {
        return Arguments.of(type, expected, answer);
    }

    private static Optional<AttachType> point(AttachType type) {
        return Optional.of(type);
    }

    static Stream<Arguments> links() {
        return Stream.of(
                link(LinkType.BPF_LINK_TYPE_UNSPEC, new Details.Unknown(), _ -> { }),
                link(LinkType.BPF_LINK_TYPE_RAW_TRACEPOINT, new Details.RawTracepoint("sys_enter", 42), info -> {
                    text(BpfInfo.RawTracepointLink.TP_NAME.get(info), BpfInfo.RawTracepointLink.TP_NAME_LEN.get(info),
                            "sys_enter");
                    BpfInfo.RawTracepointLink.COOKIE.set(info, 42);
                }),
                link(LinkType.BPF_LINK_TYPE_TRACING, new Details.Tracing(point(AttachType.BPF_TRACE_FEXIT), 1, 2, 3),
                        info -> {
                            BpfInfo.TracingLink.ATTACH_TYPE.set(info, AttachType.BPF_TRACE_FEXIT.number());
                            BpfInfo.TracingLink.TARGET_OBJ_ID.set(info, 1);
                            BpfInfo.TracingLink.TARGET_BTF_ID.set(info, 2);
                            BpfInfo.TracingLink.COOKIE.set(info, 3);
                        }),
                link(LinkType.BPF_LINK_TYPE_TRACING, new Details.Tracing(Optional.empty(), 0, 0, 0),
                        info -> BpfInfo.TracingLink.ATTACH_TYPE.set(info, 1000)),
                link(LinkType.BPF_LINK_TYPE_CGROUP, new Details.Cgroup(1L << 40, point(AttachType.BPF_CGROUP_DEVICE)),
                        info -> {
                            BpfInfo.CgroupLink.CGROUP_ID.set(info, 1L << 40);
                            BpfInfo.CgroupLink.ATTACH_TYPE.set(info, AttachType.BPF_CGROUP_DEVICE.number());
                        }),
                iterator("bpf_map", new Scope.Everything(), _ -> { }),
                iterator("bpf_map_elem", new Scope.OneMap(5), info -> BpfInfo.IterLink.MAP_ID.set(info, 5)),
                iterator("cgroup", new Scope.Cgroups(6, Optional.of(CgroupOrder.ANCESTORS_UP)), info -> {
                    BpfInfo.IterCgroupLink.CGROUP_ID.set(info, 6);
                    BpfInfo.IterCgroupLink.ORDER.set(info, 4);
                }),
                iterator("task_file", new Scope.OneTask(0, 8), info -> BpfInfo.IterTaskLink.PID.set(info, 8)),
                iterator("task", new Scope.Everything(), _ -> { }),
                link(LinkType.BPF_LINK_TYPE_NETNS, new Details.NetworkNamespace(11, point(AttachType.BPF_SK_LOOKUP)),
                        info -> {
                            BpfInfo.NetnsLink.NETNS_INO.set(info, 11);
                            BpfInfo.NetnsLink.ATTACH_TYPE.set(info, AttachType.BPF_SK_LOOKUP.number());
                        }),
                link(LinkType.BPF_LINK_TYPE_XDP, new Details.Xdp(3), info -> BpfInfo.XdpLink.IFINDEX.set(info, 3)),
                link(LinkType.BPF_LINK_TYPE_STRUCT_OPS, new Details.StructOps(4),
                        info -> BpfInfo.StructOpsLink.MAP_ID.set(info, 4)),
                link(LinkType.BPF_LINK_TYPE_NETFILTER, new Details.Netfilter(2, 1, -100, 1), info -> {
                    BpfInfo.NetfilterLink.PF.set(info, 2);
                    BpfInfo.NetfilterLink.HOOKNUM.set(info, 1);
                    BpfInfo.NetfilterLink.PRIORITY.set(info, -100);
                    BpfInfo.NetfilterLink.FLAGS.set(info, 1);
                }),
                link(LinkType.BPF_LINK_TYPE_KPROBE_MULTI,
                        new Details.KprobeMulti(1, 6, List.of(100L, 200L), List.of(0L, 5L)), kprobes(0, 5)),
                link(LinkType.BPF_LINK_TYPE_KPROBE_MULTI, new Details.KprobeMulti(1, 6, List.of(100L, 200L), List.of()),
                        kprobes(0, 0)),
                link(LinkType.BPF_LINK_TYPE_KPROBE_MULTI, new Details.KprobeMulti(0, 0, List.of(), List.of()), info -> {
                    assertEquals(0, BpfInfo.KprobeMultiLink.ADDRS.get(info),
                            "the kernel refuses an address without a size");
                    assertEquals(0, BpfInfo.KprobeMultiLink.COOKIES.get(info));
                }),
                link(LinkType.BPF_LINK_TYPE_UPROBE_MULTI, new Details.UprobeMulti("/bin/true", List.of(16L),
                        List.of(32L), List.of(3L), 1, 99), info -> {
                            text(BpfInfo.UprobeMultiLink.PATH.get(info), BpfInfo.UprobeMultiLink.PATH_SIZE.get(info),
                                    "/bin/true");
                            words(BpfInfo.UprobeMultiLink.OFFSETS.get(info), 16);
                            words(BpfInfo.UprobeMultiLink.REF_CTR_OFFSETS.get(info), 32);
                            words(BpfInfo.UprobeMultiLink.COOKIES.get(info), 3);
                            BpfInfo.UprobeMultiLink.COUNT.set(info, 1);
                            BpfInfo.UprobeMultiLink.FLAGS.set(info, 1);
                            BpfInfo.UprobeMultiLink.PID.set(info, 99);
                        }),
                link(LinkType.BPF_LINK_TYPE_PERF_EVENT, new Details.Unknown(), _ -> { }),
                link(LinkType.BPF_LINK_TYPE_PERF_EVENT, new Details.Uprobe("/bin/true", 0xfffffff0L, true, 32, 3),
                        info -> {
                            BpfInfo.PerfUprobeLink.PERF_EVENT_TYPE.set(info, 2);
                            text(BpfInfo.PerfUprobeLink.FILE_NAME.get(info), BpfInfo.PerfUprobeLink.NAME_LEN.get(info),
                                    "/bin/true");
                            BpfInfo.PerfUprobeLink.OFFSET.set(info, 0xfffffff0);
                            BpfInfo.PerfUprobeLink.COOKIE.set(info, 3);
                            BpfInfo.PerfUprobeLink.REF_CTR_OFFSET.set(info, 32);
                        }),
                link(LinkType.BPF_LINK_TYPE_PERF_EVENT, new Details.Kprobe("vfs_read", 8, -4096, 1, false, 2), info -> {
                    BpfInfo.PerfKprobeLink.PERF_EVENT_TYPE.set(info, 3);
                    text(BpfInfo.PerfKprobeLink.FUNC_NAME.get(info), BpfInfo.PerfKprobeLink.NAME_LEN.get(info),
                            "vfs_read");
                    BpfInfo.PerfKprobeLink.OFFSET.set(info, 8);
                    BpfInfo.PerfKprobeLink.ADDR.set(info, -4096);
                    BpfInfo.PerfKprobeLink.MISSED.set(info, 1);
                    BpfInfo.PerfKprobeLink.COOKIE.set(info, 2);
                }),
                link(LinkType.BPF_LINK_TYPE_PERF_EVENT, new Details.Tracepoint("sched_switch", 2), info -> {
                    BpfInfo.PerfTracepointLink.PERF_EVENT_TYPE.set(info, 5);
                    text(BpfInfo.PerfTracepointLink.TP_NAME.get(info), BpfInfo.PerfTracepointLink.NAME_LEN.get(info),
                            "sched_switch");
                    BpfInfo.PerfTracepointLink.COOKIE.set(info, 2);
                }),
                link(LinkType.BPF_LINK_TYPE_PERF_EVENT, new Details.PerfEvent(1, 1L << 33, 2), info -> {
                    BpfInfo.PerfOtherLink.PERF_EVENT_TYPE.set(info, 6);
                    BpfInfo.PerfOtherLink.EVENT_TYPE.set(info, 1);
                    BpfInfo.PerfOtherLink.CONFIG.set(info, 1L << 33);
                    BpfInfo.PerfOtherLink.COOKIE.set(info, 2);
                }),
                link(LinkType.BPF_LINK_TYPE_TCX, new Details.Tcx(3, point(AttachType.BPF_TCX_EGRESS)), info -> {
                    BpfInfo.TcxLink.IFINDEX.set(info, 3);
                    BpfInfo.TcxLink.ATTACH_TYPE.set(info, AttachType.BPF_TCX_EGRESS.number());
                }),
                link(LinkType.BPF_LINK_TYPE_NETKIT, new Details.Netkit(3, point(AttachType.BPF_NETKIT_PEER)), info -> {
                    BpfInfo.NetkitLink.IFINDEX.set(info, 3);
                    BpfInfo.NetkitLink.ATTACH_TYPE.set(info, AttachType.BPF_NETKIT_PEER.number());
                }),
                link(LinkType.BPF_LINK_TYPE_SOCKMAP, new Details.Sockmap(3, point(AttachType.BPF_SK_MSG_VERDICT)),
                        info -> {
                    BpfInfo.SockmapLink.MAP_ID.set(info, 3);
                    BpfInfo.SockmapLink.ATTACH_TYPE.set(info, AttachType.BPF_SK_MSG_VERDICT.number());
                }));
    }

    private static Arguments iterator(String target, Scope scope, Consumer<MemorySegment> answer) {
        return link(LinkType.BPF_LINK_TYPE_ITER, new Details.Iterator(target, scope), info -> {
            text(BpfInfo.IterLink.TARGET_NAME.get(info), BpfInfo.IterLink.TARGET_NAME_LEN.get(info), target);
            answer.accept(info);
        });
    }

    private static Consumer<MemorySegment> kprobes(long... cookies) {
        return info -> {
            words(BpfInfo.KprobeMultiLink.ADDRS.get(info), 100, 200);
            words(BpfInfo.KprobeMultiLink.COOKIES.get(info), cookies);
            BpfInfo.KprobeMultiLink.COUNT.set(info, 2);
            BpfInfo.KprobeMultiLink.FLAGS.set(info, 1);
            BpfInfo.KprobeMultiLink.MISSED.set(info, 6);
        };
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("links")
    void readsWhatTheTypeHas(LinkType type, Details expected, Consumer<MemorySegment> answer) {
        LinkInfo info = LinkInfoReader.read(new BpfCalls(new OneLink(type, answer)), 3, "a link");
        assertEquals(new LinkInfo(ID, type.number(), PROGRAM, expected), info);
        assertEquals(Optional.of(type), info.type());
    }

    @Test
    void everyTypeIsTested() {
        assertEquals(List.of(LinkType.values()),
                links().map(link -> (LinkType) link.get()[0]).distinct().sorted().toList());
    }

    @Test
    void typeOfANewerKernelIsANumber() {
        LinkInfo info = LinkInfoReader.read(new BpfCalls(new OneLink(LinkType.BPF_LINK_TYPE_UNSPEC,
                answer -> BpfInfo.Link.TYPE.set(answer, 99))), 3, "a link");
        assertEquals(new LinkInfo(ID, 99, PROGRAM, new Details.Unknown()), info);
        assertEquals(Optional.empty(), info.type());
        assertEquals("99", LinkType.nameOf(99));
        assertEquals(Optional.empty(), LinkType.of(-1));
    }

    @Test
    void refusalNamesTheLink() {
        Kernel refusing = new Kernel() {
            @Override
            public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
                return -Errno.EBADF.number();
            }

            @Override
            public int close(int fd) {
                return 0;
            }
        };
        KernelException e = assertThrows(KernelException.class,
                () -> LinkInfoReader.read(new BpfCalls(refusing), 3, "a link"));
        assertEquals(List.of(Step.QUERY, "a link", "EBADF"), List.of(e.step(), e.subject(), e.errnoName()));
    }
}
