package bpf4j.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out why the kernel does not permit something: looks at the likely reasons one after the other and stops at
 * the first that holds. What cannot be read does not hold. Source:
 * {@code Documentation/admin-guide/sysctl/kernel.rst}, {@code proc(5)}.
 */
final class PermissionDiagnosis {

    private static final KernelVersion FINE_CAPABILITIES = new KernelVersion(5, 8, 0);
    private static final KernelVersion NO_MEMLOCK = new KernelVersion(5, 11, 0);
    private static final Pattern FIELD = Pattern.compile("(CapEff|Seccomp):\\s*([0-9a-f]{1,16})");
    private static final Pattern INITIAL_NAMESPACE = Pattern.compile("\\s*0\\s+0\\s+4294967295\\s*");
    private static final Pattern LOCKED_MEMORY = Pattern.compile("Max locked memory\\s+(\\d+)\\s.*");
    private static final String SECCOMP_FILTER = "2";

    private final Path root;

    /**
     * Makes a diagnosis of a process.
     *
     * @param root the folder that holds {@code proc} and {@code sys}
     */
    PermissionDiagnosis(Path root) {
        this.root = root;
    }

    /**
     * Looks for the reason why something was not permitted.
     *
     * @param step what was not
     * @param type what with: the header's name of a program, map or attach type
     * @return one sentence with the reason and what to do, without a full stop; empty if none of the reasons holds
     */
    Optional<String> find(Step step, String type) {
        Set<Capability> needed = version().filter(v -> v.compareTo(FINE_CAPABILITIES) < 0).isPresent()
                ? Set.of(Capability.CAP_SYS_ADMIN) : Capability.needed(step, type);
        return capabilities(needed)
                .or(this::userNamespace)
                .or(this::seccomp)
                .or(this::lockdown)
                .or(() -> unprivileged(needed))
                .or(this::memlock);
    }

    private Optional<String> capabilities(Set<Capability> needed) {
        Optional<Long> effective = effective();
        if (effective.isEmpty()) {
            return Optional.empty();
        }
        List<String> missing = needed.stream().filter(c -> !c.isIn(effective.get())).map(Enum::name).toList();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("the process lacks %s: run it as root, or give it %s (%s)".formatted(
                String.join(" and ", missing), missing.size() == 1 ? "this capability" : "these capabilities",
                "in a container with --cap-add, in a systemd unit with AmbientCapabilities"));
    }

    private Optional<String> userNamespace() {
        return inUserNamespace()
                ? Optional.of("the process is in a user namespace, where capabilities do not count for BPF: "
                        + "run it in the initial one, outside of rootless containers")
                : Optional.empty();
    }

    /** {@return whether the process is in a user namespace other than the initial one} */
    boolean inUserNamespace() {
        return text("proc/self/uid_map").filter(map -> !INITIAL_NAMESPACE.matcher(map).matches()).isPresent();
    }

    private Optional<String> seccomp() {
        return status("Seccomp").filter(SECCOMP_FILTER::equals)
                .map(_ -> "the process has the capabilities but runs under a seccomp filter, which may forbid bpf(2): "
                        + "allow it in the profile of the container runtime or the systemd unit");
    }

    private Optional<String> lockdown() {
        return text("sys/kernel/security/lockdown").filter(modes -> modes.contains("[confidentiality]"))
                .map(_ -> "the kernel is locked down for confidentiality, which forbids programs that read its memory: "
                        + "start it with lockdown=integrity");
    }

    private Optional<String> unprivileged(Set<Capability> needed) {
        boolean privileged = effective().filter(Capability.CAP_BPF::isIn).isPresent();
        return text("proc/sys/kernel/unprivileged_bpf_disabled").map(String::strip)
                .filter(value -> needed.isEmpty() && !privileged && !value.equals("0"))
                .map(value -> ("kernel.unprivileged_bpf_disabled is %s, so that this needs CAP_BPF too: "
                        + "run it as root, or with this capability").formatted(value));
    }

    private Optional<String> memlock() {
        if (version().filter(v -> v.compareTo(NO_MEMLOCK) < 0).isEmpty()) {
            return Optional.empty();
        }
        return text("proc/self/limits").flatMap(limits -> limits.lines().map(LOCKED_MEMORY::matcher)
                .filter(Matcher::matches).map(m -> m.group(1)).findFirst())
                .map(bytes -> ("before Linux 5.11 BPF memory counts against RLIMIT_MEMLOCK, which is %s bytes: "
                        + "raise it with ulimit -l unlimited or LimitMEMLOCK=infinity").formatted(bytes));
    }

    private Optional<Long> effective() {
        return status("CapEff").map(hex -> Long.parseUnsignedLong(hex, 16));
    }

    private Optional<String> status(String field) {
        return text("proc/self/status").flatMap(status -> status.lines().map(FIELD::matcher)
                .filter(m -> m.matches() && m.group(1).equals(field)).map(m -> m.group(2)).findFirst());
    }

    /** {@return the kernel's version, empty if it cannot be told} */
    Optional<KernelVersion> version() {
        String build = text("proc/sys/kernel/version").orElse("");
        String signature = text("proc/version_signature").orElse("");
        return text("proc/sys/kernel/osrelease").flatMap(release -> KernelVersion.of(release, build, signature));
    }

    private Optional<String> text(String file) {
        try {
            return Optional.of(Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
