package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The section table against a second transcription, sorted by program type and in another notation. */
class SectionDefinitionsTest {

    /** Names with their flags as libbpf's documentation writes them; {@code +} takes a target. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("SOCKET_FILTER", "socket"),
            Map.entry("SK_REUSEPORT", "sk_reuseport/migrate sk_reuseport"),
            Map.entry("KPROBE", "kprobe+@ kretprobe+@ ksyscall+@ kretsyscall+@ kprobe.multi+@ kretprobe.multi+@ "
                    + "kprobe.session+@ uprobe+@ uprobe.s+@s uretprobe+@ uretprobe.s+@s uprobe.multi+@ "
                    + "uretprobe.multi+@ uprobe.multi.s+@s uretprobe.multi.s+@s uprobe.session+@ uprobe.session.s+@s "
                    + "usdt+@u usdt.s+@us"),
            Map.entry("SCHED_CLS",
            "tc/ingress tc/egress tcx/ingress tcx/egress tc classifier netkit/primary netkit/peer"),
            Map.entry("SCHED_ACT", "action"),
            Map.entry("TRACEPOINT", "tracepoint+@ tp+@ tracepoint.s+@s tp.s+@s"),
            Map.entry("RAW_TRACEPOINT", "raw_tracepoint+@ raw_tp+@ raw_tracepoint.s+@s raw_tp.s+@s"),
            Map.entry("RAW_TRACEPOINT_WRITABLE", "raw_tracepoint.w+@ raw_tp.w+@"),
            Map.entry("TRACING", "tp_btf+@b tp_btf.s+@bs fentry+@b fentry.s+@bs fmod_ret+@b fmod_ret.s+@bs fexit+@b "
                    + "fexit.s+@bs fsession+@b fsession.s+@bs fentry.multi+@ fexit.multi+@ fsession.multi+@ "
                    + "fentry.multi.s+@s fexit.multi.s+@s fsession.multi.s+@s iter+@b iter.s+@bs"),
            Map.entry("EXT", "freplace+@b"),
            Map.entry("LSM", "lsm+@b lsm.s+@bs lsm_cgroup+b"),
            Map.entry("SYSCALL", "syscall:s"),
            Map.entry("XDP", "xdp.frags/devmap:f xdp/devmap xdp.frags/cpumap:f xdp/cpumap xdp.frags:f xdp:o"),
            Map.entry("PERF_EVENT", "perf_event"),
            Map.entry("LWT_IN", "lwt_in"),
            Map.entry("LWT_OUT", "lwt_out"),
            Map.entry("LWT_XMIT", "lwt_xmit"),
            Map.entry("LWT_SEG6LOCAL", "lwt_seg6local"),
            Map.entry("SOCK_OPS", "sockops:o"),
            Map.entry("SK_SKB", "sk_skb/stream_parser:o sk_skb/stream_verdict:o sk_skb/verdict:o sk_skb"),
            Map.entry("SK_MSG", "sk_msg:o"),
            Map.entry("LIRC_MODE2", "lirc_mode2:o"),
            Map.entry("FLOW_DISSECTOR", "flow_dissector:o"),
            Map.entry("CGROUP_SKB", "cgroup_skb/ingress:o cgroup_skb/egress:o cgroup/skb"),
            Map.entry("CGROUP_SOCK", "cgroup/sock_create cgroup/sock_release cgroup/sock:o cgroup/post_bind4 "
                    + "cgroup/post_bind6"),
            Map.entry("CGROUP_SOCK_ADDR", Stream.of("bind4 bind6 connect4 connect6 connect_unix sendmsg4 sendmsg6 "
                    + "sendmsg_unix recvmsg4 recvmsg6 recvmsg_unix getpeername4 getpeername6 getpeername_unix "
                    + "getsockname4 getsockname6 getsockname_unix")
                    .flatMap(s -> Stream.of(s.split(" "))).map(s -> "cgroup/" + s)
                    .collect(Collectors.joining(" "))),
            Map.entry("CGROUP_SYSCTL", "cgroup/sysctl"),
            Map.entry("CGROUP_SOCKOPT", "cgroup/getsockopt cgroup/setsockopt"),
            Map.entry("CGROUP_DEVICE", "cgroup/dev:o"),
            Map.entry("STRUCT_OPS", "struct_ops+ struct_ops.s+s"),
            Map.entry("SK_LOOKUP", "sk_lookup"),
            Map.entry("NETFILTER", "netfilter"));

    private static final Map<Character, SectionDefinition.Flag> FLAGS = Map.of(
            's', SectionDefinition.Flag.SLEEPABLE, 'b', SectionDefinition.Flag.ATTACH_BTF,
            'o', SectionDefinition.Flag.ATTACH_TYPE_OPTIONAL, 'f', SectionDefinition.Flag.XDP_FRAGS,
            'u', SectionDefinition.Flag.USDT, '@', SectionDefinition.Flag.AUTO_ATTACH);

    private static String line(SectionDefinition d) {
        return "%s%s %s %s".formatted(d.name(), d.takesTarget() ? "+" : "", d.programType(),
                d.flags().stream().sorted().toList());
    }

    private static String line(String type, String name) {
        String[] parts = name.split("[+:]", 2);
        Set<SectionDefinition.Flag> flags = EnumSet.noneOf(SectionDefinition.Flag.class);
        (parts.length > 1 ? parts[1] : "").chars().forEach(c -> flags.add(FLAGS.get((char) c)));
        return "%s%s BPF_PROG_TYPE_%s %s".formatted(parts[0], name.contains("+") ? "+" : "", type, List.copyOf(flags));
    }

    @Test
    void agreeWithASecondTranscription() {
        List<String> expected = new ArrayList<>();
        NAMES.forEach((type, names) -> Stream.of(names.split(" ")).forEach(name -> expected.add(line(type, name))));
        assertEquals(String.join("\n", expected.stream().sorted().toList()),
                SectionDefinitions.all().stream().map(SectionDefinitionsTest::line).sorted()
                .collect(Collectors.joining("\n")));
        assertEquals(116, expected.size());
    }

    @Test
    void noNameTwice() {
        assertEquals(116, new HashSet<>(SectionDefinitions.all().stream().map(SectionDefinition::name).toList())
                .size());
    }

    /** Attach types: names in the kernel's header, empty where the program type says everything. */
    @ParameterizedTest
    @CsvSource({"socket,", "kprobe/x,", "kretprobe/x,", "uprobe.s/x:y,", "usdt/x,", "tc,", "classifier,", "action,",
        "tracepoint/a/b,", "raw_tp/x,", "freplace/x,", "syscall,", "perf_event,", "lwt_in,", "sk_skb,", "cgroup/skb,",
        "struct_ops/x,", "struct_ops.s/x,",
        "sk_reuseport/migrate,BPF_SK_REUSEPORT_SELECT_OR_MIGRATE", "sk_reuseport,BPF_SK_REUSEPORT_SELECT",
        "kprobe.multi/x,BPF_TRACE_KPROBE_MULTI", "kretprobe.multi/x,BPF_TRACE_KPROBE_MULTI",
        "kprobe.session/x,BPF_TRACE_KPROBE_SESSION", "uprobe.multi/x,BPF_TRACE_UPROBE_MULTI",
        "uretprobe.multi.s/x,BPF_TRACE_UPROBE_MULTI", "uprobe.session.s/x,BPF_TRACE_UPROBE_SESSION",
        "tc/ingress,BPF_TCX_INGRESS", "tcx/ingress,BPF_TCX_INGRESS", "tc/egress,BPF_TCX_EGRESS",
        "tcx/egress,BPF_TCX_EGRESS", "netkit/primary,BPF_NETKIT_PRIMARY", "netkit/peer,BPF_NETKIT_PEER",
        "tp_btf/x,BPF_TRACE_RAW_TP", "fentry/x,BPF_TRACE_FENTRY", "fmod_ret.s/x,BPF_MODIFY_RETURN",
        "fexit/x,BPF_TRACE_FEXIT", "fsession/x,BPF_TRACE_FSESSION", "fentry.multi/x,BPF_TRACE_FENTRY_MULTI",
        "fexit.multi.s/x,BPF_TRACE_FEXIT_MULTI", "fsession.multi/x,BPF_TRACE_FSESSION_MULTI",
        "lsm/x,BPF_LSM_MAC", "lsm.s/x,BPF_LSM_MAC", "lsm_cgroup/x,BPF_LSM_CGROUP", "iter/task,BPF_TRACE_ITER",
        "xdp.frags/devmap,BPF_XDP_DEVMAP", "xdp/devmap,BPF_XDP_DEVMAP", "xdp/cpumap,BPF_XDP_CPUMAP",
        "xdp.frags,BPF_XDP", "xdp,BPF_XDP", "sockops,BPF_CGROUP_SOCK_OPS",
        "sk_skb/stream_parser,BPF_SK_SKB_STREAM_PARSER", "sk_skb/stream_verdict,BPF_SK_SKB_STREAM_VERDICT",
        "sk_skb/verdict,BPF_SK_SKB_VERDICT", "sk_msg,BPF_SK_MSG_VERDICT", "lirc_mode2,BPF_LIRC_MODE2",
        "flow_dissector,BPF_FLOW_DISSECTOR", "cgroup_skb/ingress,BPF_CGROUP_INET_INGRESS",
        "cgroup_skb/egress,BPF_CGROUP_INET_EGRESS", "cgroup/sock_create,BPF_CGROUP_INET_SOCK_CREATE",
        "cgroup/sock,BPF_CGROUP_INET_SOCK_CREATE", "cgroup/sock_release,BPF_CGROUP_INET_SOCK_RELEASE",
        "cgroup/post_bind4,BPF_CGROUP_INET4_POST_BIND", "cgroup/post_bind6,BPF_CGROUP_INET6_POST_BIND",
        "cgroup/bind4,BPF_CGROUP_INET4_BIND", "cgroup/bind6,BPF_CGROUP_INET6_BIND",
        "cgroup/connect4,BPF_CGROUP_INET4_CONNECT", "cgroup/connect6,BPF_CGROUP_INET6_CONNECT",
        "cgroup/connect_unix,BPF_CGROUP_UNIX_CONNECT", "cgroup/sendmsg4,BPF_CGROUP_UDP4_SENDMSG",
        "cgroup/sendmsg6,BPF_CGROUP_UDP6_SENDMSG", "cgroup/sendmsg_unix,BPF_CGROUP_UNIX_SENDMSG",
        "cgroup/recvmsg4,BPF_CGROUP_UDP4_RECVMSG", "cgroup/recvmsg6,BPF_CGROUP_UDP6_RECVMSG",
        "cgroup/recvmsg_unix,BPF_CGROUP_UNIX_RECVMSG", "cgroup/getpeername4,BPF_CGROUP_INET4_GETPEERNAME",
        "cgroup/getpeername6,BPF_CGROUP_INET6_GETPEERNAME", "cgroup/getpeername_unix,BPF_CGROUP_UNIX_GETPEERNAME",
        "cgroup/getsockname4,BPF_CGROUP_INET4_GETSOCKNAME", "cgroup/getsockname6,BPF_CGROUP_INET6_GETSOCKNAME",
        "cgroup/getsockname_unix,BPF_CGROUP_UNIX_GETSOCKNAME", "cgroup/sysctl,BPF_CGROUP_SYSCTL",
        "cgroup/getsockopt,BPF_CGROUP_GETSOCKOPT", "cgroup/setsockopt,BPF_CGROUP_SETSOCKOPT",
        "cgroup/dev,BPF_CGROUP_DEVICE", "sk_lookup,BPF_SK_LOOKUP", "netfilter,BPF_NETFILTER"})
    void attachTypes(String section, String attachType) {
        assertEquals(Optional.ofNullable(attachType),
                SectionDefinitions.find(section).orElseThrow().attachType().map(Enum::name));
    }

    @ParameterizedTest
    @CsvSource({"xdp_pass", "socket_filter", "sk_msg/whatever", "xdp/eth0", "kprobe_x", "kprobes/x", "cgroup",
            "cgroup/nothing",
        "tc/other", "nonsense", "''", "/", "/kprobe", "maps", "usdt.x/y"})
    void looksLikeAKnownNameOnly(String section) {
        assertEquals(Optional.empty(), SectionDefinitions.find(section));
    }

    @ParameterizedTest
    @CsvSource({"kprobe/do_exit,kprobe", "kprobe,kprobe", "kprobe/,kprobe", "tp/a/b,tp",
            "uprobe.s/bin/true:main,uprobe.s",
        "cgroup/skb,cgroup/skb", "cgroup/sock_create,cgroup/sock_create", "xdp.frags/devmap,xdp.frags/devmap"})
    void findsTheNameBeforeTheTarget(String section, String name) {
        assertEquals(name, SectionDefinitions.find(section).orElseThrow().name());
    }

    static List<String> orders() {
        return List.of("-el.o", "-eb.o");
    }

    @ParameterizedTest
    @MethodSource("orders")
    void compiledObjectHasAProgramForEachName(String order) throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("sections" + order));
        Map<String, String> found = new TreeMap<>();
        for (ProgramSpec program : object.programs()) {
            SectionDefinition definition = program.definition()
                    .orElseThrow(() -> new AssertionError(program.section()));
            found.put(definition.name(), program.section());
            assertEquals(definition.programType(), program.type());
            assertEquals(definition.attachType(), program.attachType());
            String target = definition.takesTarget()
                    ? program.section().substring(definition.name().length() + 1) : null;
            assertEquals(Optional.ofNullable(target), program.attachTarget(), program.section());
            assertTrue(program.autoload());
        }
        assertEquals(Set.copyOf(SectionDefinitions.all().stream().map(SectionDefinition::name).toList()),
                found.keySet());
    }

    @ParameterizedTest
    @MethodSource("orders")
    void namesWithoutTargetAndUnknownNames(String order) throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("sections_bare" + order));
        for (ProgramSpec program : object.programs()) {
            assertEquals(Optional.empty(), program.attachTarget());
            assertEquals(program.name().startsWith("bare_"), program.definition().isPresent(), program.section());
            assertEquals(program.name().startsWith("bare_"), program.type() != ProgramType.BPF_PROG_TYPE_UNSPEC);
        }
        assertEquals(10, object.programs().size());
    }

    @Test
    void questionMarkTurnsLoadingOff() {
        ElfBuilder elf = new ElfBuilder();
        elf.function("p", elf.code("?kprobe/do_exit", 0x95), 0, 1);
        ProgramSpec program = elf.read().program("p");
        assertEquals("?kprobe/do_exit", program.section());
        assertEquals("kprobe", program.definition().orElseThrow().name());
        assertEquals(Optional.of("do_exit"), program.attachTarget());
        assertEquals(false, program.autoload());
    }
}
