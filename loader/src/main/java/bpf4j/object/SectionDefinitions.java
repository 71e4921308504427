package bpf4j.object;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The table of section names that libbpf 1.8 knows, in its order. Columns: names, program type, attach type, flags. A
 * name with {@code +} takes a target behind a slash. Flags: s sleepable, b BTF target, o attach type optional, f XDP
 * fragments, u USDT, @ attaches by its name alone.
 */
public final class SectionDefinitions {

    private static final String TABLE = """
            socket                          SOCKET_FILTER           -                           -
            sk_reuseport/migrate            SK_REUSEPORT            SK_REUSEPORT_SELECT_OR_MIGRATE -
            sk_reuseport                    SK_REUSEPORT            SK_REUSEPORT_SELECT         -
            kprobe+ uprobe+                 KPROBE                  -                           @
            uprobe.s+                       KPROBE                  -                           @s
            kretprobe+ uretprobe+           KPROBE                  -                           @
            uretprobe.s+                    KPROBE                  -                           @s
            kprobe.multi+ kretprobe.multi+  KPROBE                  TRACE_KPROBE_MULTI          @
            kprobe.session+                 KPROBE                  TRACE_KPROBE_SESSION        @
            uprobe.multi+ uretprobe.multi+  KPROBE                  TRACE_UPROBE_MULTI          @
            uprobe.session+                 KPROBE                  TRACE_UPROBE_SESSION        @
            uprobe.multi.s+ uretprobe.multi.s+ KPROBE               TRACE_UPROBE_MULTI          @s
            uprobe.session.s+               KPROBE                  TRACE_UPROBE_SESSION        @s
            ksyscall+ kretsyscall+          KPROBE                  -                           @
            usdt+                           KPROBE                  -                           @u
            usdt.s+                         KPROBE                  -                           @us
            tc/ingress tcx/ingress          SCHED_CLS               TCX_INGRESS                 -
            tc/egress tcx/egress            SCHED_CLS               TCX_EGRESS                  -
            tc classifier                   SCHED_CLS               -                           -
            action                          SCHED_ACT               -                           -
            netkit/primary                  SCHED_CLS               NETKIT_PRIMARY              -
            netkit/peer                     SCHED_CLS               NETKIT_PEER                 -
            tracepoint+ tp+                 TRACEPOINT              -                           @
            tracepoint.s+ tp.s+             TRACEPOINT              -                           @s
            raw_tracepoint+ raw_tp+         RAW_TRACEPOINT          -                           @
            raw_tracepoint.s+ raw_tp.s+     RAW_TRACEPOINT          -                           @s
            raw_tracepoint.w+ raw_tp.w+     RAW_TRACEPOINT_WRITABLE -                           @
            tp_btf+                         TRACING                 TRACE_RAW_TP                @b
            tp_btf.s+                       TRACING                 TRACE_RAW_TP                @bs
            fentry+                         TRACING                 TRACE_FENTRY                @b
            fmod_ret+                       TRACING                 MODIFY_RETURN               @b
            fexit+                          TRACING                 TRACE_FEXIT                 @b
            fentry.s+                       TRACING                 TRACE_FENTRY                @bs
            fmod_ret.s+                     TRACING                 MODIFY_RETURN               @bs
            fexit.s+                        TRACING                 TRACE_FEXIT                 @bs
            fsession+                       TRACING                 TRACE_FSESSION              @b
            fsession.s+                     TRACING                 TRACE_FSESSION              @bs
            fentry.multi+                   TRACING                 TRACE_FENTRY_MULTI          @
            fexit.multi+                    TRACING                 TRACE_FEXIT_MULTI           @
            fsession.multi+                 TRACING                 TRACE_FSESSION_MULTI        @
            fentry.multi.s+                 TRACING                 TRACE_FENTRY_MULTI          @s
            fexit.multi.s+                  TRACING                 TRACE_FEXIT_MULTI           @s
            fsession.multi.s+               TRACING                 TRACE_FSESSION_MULTI        @s
            freplace+                       EXT                     -                           @b
            lsm+                            LSM                     LSM_MAC                     @b
            lsm.s+                          LSM                     LSM_MAC                     @bs
            lsm_cgroup+                     LSM                     LSM_CGROUP                  b
            iter+                           TRACING                 TRACE_ITER                  @b
            iter.s+                         TRACING                 TRACE_ITER                  @bs
            syscall                         SYSCALL                 -                           s
            xdp.frags/devmap                XDP                     XDP_DEVMAP                  f
            xdp/devmap                      XDP                     XDP_DEVMAP                  -
            xdp.frags/cpumap                XDP                     XDP_CPUMAP                  f
            xdp/cpumap                      XDP                     XDP_CPUMAP                  -
            xdp.frags                       XDP                     XDP                         f
            xdp                             XDP                     XDP                         o
            perf_event                      PERF_EVENT              -                           -
            lwt_in                          LWT_IN                  -                           -
            lwt_out                         LWT_OUT                 -                           -
            lwt_xmit                        LWT_XMIT                -                           -
            lwt_seg6local                   LWT_SEG6LOCAL           -                           -
            sockops                         SOCK_OPS                CGROUP_SOCK_OPS             o
            sk_skb/stream_parser            SK_SKB                  SK_SKB_STREAM_PARSER        o
            sk_skb/stream_verdict           SK_SKB                  SK_SKB_STREAM_VERDICT       o
            sk_skb/verdict                  SK_SKB                  SK_SKB_VERDICT              o
            sk_skb                          SK_SKB                  -                           -
            sk_msg                          SK_MSG                  SK_MSG_VERDICT              o
            lirc_mode2                      LIRC_MODE2              LIRC_MODE2                  o
            flow_dissector                  FLOW_DISSECTOR          FLOW_DISSECTOR              o
            cgroup_skb/ingress              CGROUP_SKB              CGROUP_INET_INGRESS         o
            cgroup_skb/egress               CGROUP_SKB              CGROUP_INET_EGRESS          o
            cgroup/skb                      CGROUP_SKB              -                           -
            cgroup/sock_create              CGROUP_SOCK             CGROUP_INET_SOCK_CREATE     -
            cgroup/sock_release             CGROUP_SOCK             CGROUP_INET_SOCK_RELEASE    -
            cgroup/sock                     CGROUP_SOCK             CGROUP_INET_SOCK_CREATE     o
            cgroup/post_bind4               CGROUP_SOCK             CGROUP_INET4_POST_BIND      -
            cgroup/post_bind6               CGROUP_SOCK             CGROUP_INET6_POST_BIND      -
            cgroup/bind4                    CGROUP_SOCK_ADDR        CGROUP_INET4_BIND           -
            cgroup/bind6                    CGROUP_SOCK_ADDR        CGROUP_INET6_BIND           -
            cgroup/connect4                 CGROUP_SOCK_ADDR        CGROUP_INET4_CONNECT        -
            cgroup/connect6                 CGROUP_SOCK_ADDR        CGROUP_INET6_CONNECT        -
            cgroup/connect_unix             CGROUP_SOCK_ADDR        CGROUP_UNIX_CONNECT         -
            cgroup/sendmsg4                 CGROUP_SOCK_ADDR        CGROUP_UDP4_SENDMSG         -
            cgroup/sendmsg6                 CGROUP_SOCK_ADDR        CGROUP_UDP6_SENDMSG         -
            cgroup/sendmsg_unix             CGROUP_SOCK_ADDR        CGROUP_UNIX_SENDMSG         -
            cgroup/recvmsg4                 CGROUP_SOCK_ADDR        CGROUP_UDP4_RECVMSG         -
            cgroup/recvmsg6                 CGROUP_SOCK_ADDR        CGROUP_UDP6_RECVMSG         -
            cgroup/recvmsg_unix             CGROUP_SOCK_ADDR        CGROUP_UNIX_RECVMSG         -
            cgroup/getpeername4             CGROUP_SOCK_ADDR        CGROUP_INET4_GETPEERNAME    -
            cgroup/getpeername6             CGROUP_SOCK_ADDR        CGROUP_INET6_GETPEERNAME    -
            cgroup/getpeername_unix         CGROUP_SOCK_ADDR        CGROUP_UNIX_GETPEERNAME     -
            cgroup/getsockname4             CGROUP_SOCK_ADDR        CGROUP_INET4_GETSOCKNAME    -
            cgroup/getsockname6             CGROUP_SOCK_ADDR        CGROUP_INET6_GETSOCKNAME    -
            cgroup/getsockname_unix         CGROUP_SOCK_ADDR        CGROUP_UNIX_GETSOCKNAME     -
            cgroup/sysctl                   CGROUP_SYSCTL           CGROUP_SYSCTL               -
            cgroup/getsockopt               CGROUP_SOCKOPT          CGROUP_GETSOCKOPT           -
            cgroup/setsockopt               CGROUP_SOCKOPT          CGROUP_SETSOCKOPT           -
            cgroup/dev                      CGROUP_DEVICE           CGROUP_DEVICE               o
            struct_ops+                     STRUCT_OPS              -                           -
            struct_ops.s+                   STRUCT_OPS              -                           s
            sk_lookup                       SK_LOOKUP               SK_LOOKUP                   -
            netfilter                       NETFILTER               NETFILTER                   -
            """;

    private static final List<SectionDefinition> ALL = parse();
    private static final Map<String, SectionDefinition> BY_NAME = new HashMap<>();

    static {
        ALL.forEach(definition -> BY_NAME.put(definition.name(), definition));
    }

    private SectionDefinitions() {
    }

    /** {@return every row, in the table's order} */
    public static List<SectionDefinition> all() {
        return ALL;
    }

    /**
     * Finds the row for a section: the whole name, or for rows with a target the part before the first slash.
     *
     * @param sectionName the section's name without a leading {@code ?}
     * @return the row
     */
    public static Optional<SectionDefinition> find(String sectionName) {
        return find(sectionName, BY_NAME);
    }

    /** As {@link #find(String)}, in the caller's own first, of which the earlier counts. */
    static Optional<SectionDefinition> find(String sectionName, List<SectionDefinition> own) {
        Map<String, SectionDefinition> byName = new HashMap<>();
        own.forEach(definition -> byName.putIfAbsent(definition.name(), definition));
        return find(sectionName, byName).or(() -> find(sectionName));
    }

    private static Optional<SectionDefinition> find(String sectionName, Map<String, SectionDefinition> byName) {
        SectionDefinition exact = byName.get(sectionName);
        if (exact != null) {
            return Optional.of(exact);
        }
        int slash = sectionName.indexOf('/');
        SectionDefinition prefix = slash < 0 ? null : byName.get(sectionName.substring(0, slash));
        return Optional.ofNullable(prefix).filter(SectionDefinition::takesTarget);
    }

    private static List<SectionDefinition> parse() {
        List<SectionDefinition> rows = new ArrayList<>();
        for (String line : TABLE.split("\n")) {
            String[] words = line.split(" +");
            int types = words.length - 3;
            ProgramType program = ProgramType.valueOf("BPF_PROG_TYPE_" + words[types]);
            String attach = words[types + 1];
            for (int i = 0; i < types; i++) {
                boolean target = words[i].endsWith("+");
                rows.add(new SectionDefinition(target ? words[i].substring(0, words[i].length() - 1) : words[i], target,
                        program, attach.equals("-") ? Optional.empty()
                                : Optional.of(AttachType.valueOf("BPF_" + attach)),
                        flags(words[types + 2])));
            }
        }
        return List.copyOf(rows);
    }

    private static Set<SectionDefinition.Flag> flags(String letters) {
        Set<SectionDefinition.Flag> flags = EnumSet.noneOf(SectionDefinition.Flag.class);
        for (char letter : letters.toCharArray()) {
            switch (letter) {
                case 's' -> flags.add(SectionDefinition.Flag.SLEEPABLE);
                case 'b' -> flags.add(SectionDefinition.Flag.ATTACH_BTF);
                case 'o' -> flags.add(SectionDefinition.Flag.ATTACH_TYPE_OPTIONAL);
                case 'f' -> flags.add(SectionDefinition.Flag.XDP_FRAGS);
                case 'u' -> flags.add(SectionDefinition.Flag.USDT);
                case '@' -> flags.add(SectionDefinition.Flag.AUTO_ATTACH);
                case '-' -> { }
                default -> throw new IllegalStateException("flag " + letter);
            }
        }
        return flags;
    }
}
