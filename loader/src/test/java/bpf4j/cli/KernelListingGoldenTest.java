package bpf4j.cli;

import bpf4j.kernel.MapInfo;
import bpf4j.kernel.ProgramInfo;
import bpf4j.link.CgroupOrder;
import bpf4j.link.LinkInfo;
import bpf4j.link.LinkInfo.Details;
import bpf4j.link.LinkInfo.Details.Iterator.Scope;
import bpf4j.object.AttachType;
import bpf4j.testdata.Golden;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** How lists of what a kernel holds look, whichever kernel it is: for a terminal, for files, and as JSON. */
class KernelListingGoldenTest {

    private static final Optional<Instant> MORNING = Optional.of(Instant.parse("2025-03-01T08:09:10Z"));

    private static final List<ProgListing> PROGRAMS = List.of(
            new ProgListing(new ProgramInfo(7, 6, "f223cb8a3c10a353", "grow", true, 0, 1, Optional.of(List.of(3, 4)),
                    352,
                    219, 12, 2, 9, 0, 0, 0, 2500, 10, 0, 40, OptionalLong.of(4096)), "grow", MORNING),
            new ProgListing(new ProgramInfo(70000, 13, "edd018dea8e68cf8", "file_establishe", false, 1000, 0,
                    Optional.empty(), 728, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, OptionalLong.empty()), "file_established",
                    Optional.empty()),
            new ProgListing(new ProgramInfo(70001, 99, "0000000000000000", "", true, 0, 1, Optional.of(List.of()),
                    16, 32, 0,
                    0, 0, 0, 0, 2, 0, 0, 0, 0, OptionalLong.empty()), "", MORNING));

    private static final List<MapInfo> MAPS = List.of(
            new MapInfo(3, 18, 44, 8, 65535, 0, "sockets", 0, 0, 0, 0, 0, 0, 0, Optional.of(false),
                    OptionalLong.of(1048960), OptionalInt.empty(), Optional.empty()),
            new MapInfo(4, 2, 4, 24, 1, 0x480, "sockmap.rodata", 12, 0, 7, 0, 0, 0, 0, Optional.of(true),
                    OptionalLong.of(8192), OptionalInt.empty(), Optional.empty()),
            new MapInfo(5, 77, 0, 0, -1, 0, "", 0, 0, 0, 0, 0, 0, 1, Optional.empty(), OptionalLong.empty(),
                    OptionalInt.empty(), Optional.empty()),
            new MapInfo(6, 3, 4, 4, 8, 0, "jumps", 0, 0, 0, 0, 0, 0, 0, Optional.of(false), OptionalLong.of(384),
                    OptionalInt.of(6), Optional.of(true)));

    private static final List<LinkInfo> LINKS = List.of(
            link(1, new Details.RawTracepoint("sys_enter", 0)),
            link(2, new Details.Tracing(Optional.of(AttachType.BPF_TRACE_FENTRY), 1, 4711, 9)),
            link(3, new Details.Cgroup(33, Optional.of(AttachType.BPF_CGROUP_INET_EGRESS))),
            link(4, new Details.Iterator("bpf_map_elem", new Scope.OneMap(5))),
            link(4, new Details.Iterator("cgroup", new Scope.Cgroups(33, Optional.of(CgroupOrder.values()[0])))),
            link(4, new Details.Iterator("task", new Scope.OneTask(0, 17))),
            link(5, new Details.NetworkNamespace(0xf0000098, Optional.of(AttachType.BPF_SK_LOOKUP))),
            link(6, new Details.Xdp(0)),
            link(7, new Details.Tracepoint("sched_switch", 1)),
            link(7, new Details.Kprobe("vfs_read", 0, 0xffffffff81000000L, 2, true, 0)),
            link(7, new Details.Uprobe("/usr/bin/true", 0x1100, false, 0, 0)),
            link(7, new Details.PerfEvent(1, 3, 0)),
            link(8, new Details.KprobeMulti(1, 0, List.of(0xffffffff81000000L, 0xffffffff81000040L), List.of())),
            link(9, new Details.StructOps(4)),
            link(10, new Details.Netfilter(2, 1, -100, 0)),
            link(11, new Details.Tcx(0, Optional.of(AttachType.BPF_TCX_INGRESS))),
            link(12, new Details.UprobeMulti("/usr/bin/true", List.of(0x1100L), List.of(0L), List.of(5L), 0, 12)),
            link(13, new Details.Netkit(0, Optional.of(AttachType.BPF_NETKIT_PEER))),
            link(14, new Details.Sockmap(3, Optional.of(AttachType.BPF_SK_MSG_VERDICT))),
            link(99, new Details.Unknown()));

    private static LinkInfo link(int type, Details details) {
        return new LinkInfo(20 + type, type, details instanceof Details.StructOps ? 0 : 7, details);
    }

    @Test
    void programs() {
        checkTable("prog", columns -> ProgListing.table(PROGRAMS, ZoneOffset.UTC, columns));
        checkJson("prog", PROGRAMS, ProgListing::write);
    }

    @Test
    void maps() {
        checkTable("map", columns -> MapListing.table(MAPS, columns));
        checkJson("map", MAPS, MapListing::write);
    }

    @Test
    void links() {
        checkTable("link", _ -> LinkListing.table(LINKS));
        checkJson("link", LINKS, LinkListing::write);
    }

    @Test
    void structOps() {
        List<StructOpsListing> maps = MAPS.stream().map(info -> new StructOpsListing(info,
                "tcp_congestion_ops")).toList();
        checkTable("struct_ops", _ -> StructOpsListing.table(maps));
        checkJson("struct_ops", maps, StructOpsListing::write);
    }

    private static void checkTable(String name, IntFunction<Table> table) {
        Golden.check("golden/kernel/%s.txt".formatted(name), lines(table, Console.UNLIMITED) + "\n" + lines(table, 80));
    }

    private static String lines(IntFunction<Table> table, int columns) {
        return String.join("\n", table.apply(columns).lines(columns)) + "\n";
    }

    private static <T> void checkJson(String name, List<T> items, KernelCommand.Item<T> writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (T item : items) {
            JsonText.print(out, false, json -> writer.write(item, json));
        }
        Golden.check("golden/kernel/%s.json".formatted(name), out.toString(StandardCharsets.UTF_8));
    }
}
