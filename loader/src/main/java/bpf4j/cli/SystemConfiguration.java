package bpf4j.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import bpf4j.kernel.KernelBtf;
import bpf4j.kernel.RunningKernel;
import bpf4j.reloc.Kconfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The settings of a system that BPF depends on: sysctls, and options that the kernel was built with. */
final class SystemConfiguration {

    private static final int MAX_NUMBER_BYTES = 64;
    private static final Map<String, Path> SYSCTLS = new LinkedHashMap<>();

    static {
        SYSCTLS.put("unprivileged_bpf_disabled", Path.of("/proc/sys/kernel/unprivileged_bpf_disabled"));
        for (String name : List.of("bpf_jit_enable", "bpf_jit_harden", "bpf_jit_kallsyms", "bpf_jit_limit")) {
            SYSCTLS.put(name, Path.of("/proc/sys/net/core", name));
        }
    }

    /** What bpftool shows, and behind that what came later. */
    private static final List<String> OPTIONS = List.of("""
            BPF BPF_SYSCALL HAVE_EBPF_JIT BPF_JIT BPF_JIT_ALWAYS_ON DEBUG_INFO_BTF DEBUG_INFO_BTF_MODULES CGROUPS
            CGROUP_BPF CGROUP_NET_CLASSID SOCK_CGROUP_DATA BPF_EVENTS KPROBE_EVENTS UPROBE_EVENTS TRACING
            FTRACE_SYSCALLS FUNCTION_ERROR_INJECTION BPF_KPROBE_OVERRIDE NET XDP_SOCKETS LWTUNNEL_BPF NET_ACT_BPF
            NET_CLS_BPF NET_CLS_ACT NET_SCH_INGRESS XFRM IP_ROUTE_CLASSID IPV6_SEG6_BPF BPF_LIRC_MODE2
            BPF_STREAM_PARSER NETFILTER_XT_MATCH_BPF BPFILTER BPFILTER_UMH TEST_BPF HZ BPF_LSM FPROBE
            DYNAMIC_FTRACE_WITH_DIRECT_CALLS NETFILTER_BPF_LINK NETKIT SCHED_CLASS_EXT
            """.strip().split("\\s+"));

    private SystemConfiguration() {
    }

    /** {@return the sysctls by name; empty for those that are not there or not readable} */
    static Map<String, OptionalLong> sysctls() {
        Map<String, OptionalLong> values = new LinkedHashMap<>();
        SYSCTLS.forEach((name, file) -> values.put(name, number(file)));
        return values;
    }

    /** A sysctl is read at once: the kernel has nothing more to say to whoever comes back for the second byte. */
    private static OptionalLong number(Path file) {
        byte[] text = new byte[MAX_NUMBER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            int length = in.read(text);
            return OptionalLong.of(Long.parseLong(new String(text, 0, Math.max(0, length), US_ASCII).strip()));
        } catch (IOException | NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** {@return the kernel's options by name; empty for those that are not set, and for all where no file tells} */
    static Map<String, Optional<String>> options() {
        Map<String, Optional<String>> values = new LinkedHashMap<>();
        Kconfig kconfig = kconfig();
        for (String option : OPTIONS) {
            values.put("CONFIG_" + option, kconfig.value("CONFIG_" + option));
        }
        return values;
    }

    private static Kconfig kconfig() {
        try {
            Kconfig kconfig = new RunningKernel(KernelBtf::shared).kconfig();
            kconfig.value("CONFIG_BPF");
            return kconfig;
        } catch (UncheckedIOException _) {
            return Kconfig.empty();
        }
    }
}
