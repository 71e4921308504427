package bpf4j.link;

import bpf4j.insn.NearNames;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.TraceFs;
import bpf4j.reloc.Kallsyms;
import bpf4j.reloc.RelocationException;
import bpf4j.sys.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out why the kernel put no probe on a function, for which it has one errno or another in each release: looks for
 * the function among the symbols, and among what must not be probed.
 *
 * @param symbols the kernel's symbols
 * @param blacklist gives the text of {@code kprobes/blacklist} in debugfs, empty if it cannot be read
 */
record KprobeRefusal(Kallsyms symbols, Supplier<String> blacklist) {

    static final Kallsyms KALLSYMS =
            new Kallsyms("/proc/kallsyms", () -> Files.newInputStream(Path.of("/proc/kallsyms")));
    static final KprobeRefusal HERE = new KprobeRefusal(KALLSYMS, KprobeRefusal::readBlacklist);

    /** Any other errno is not about the place. */
    private static final Set<Integer> ABOUT_THE_PLACE = Set.of(Errno.ENOENT.number(), Errno.EINVAL.number(),
            Errno.ESRCH.number(), Errno.ERANGE.number(), Errno.EILSEQ.number(), Errno.EADDRNOTAVAIL.number());
    private static final Pattern RANGE = Pattern.compile("0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\\s+(\\S+).*");

    /** What the symbols say of a name. */
    private static final class Finding {
        final List<Kallsyms.Symbol> functions = new ArrayList<>();
        final List<Kallsyms.Symbol> variables = new ArrayList<>();
        /** The compiler's specialised copies: {@code name.isra.0}. */
        final List<String> copies = new ArrayList<>();
        final NearNames near;

        Finding(String name) {
            near = new NearNames(name);
        }
    }

    /**
     * Explains a refusal.
     *
     * @param refused the kernel's
     * @param options the place
     * @return an exception that says more, or the same one if there is nothing more to say
     */
    KernelException explain(KernelException refused, KprobeOptions options) {
        if (options.function().isEmpty() || !ABOUT_THE_PLACE.contains(refused.errno())) {
            return refused;
        }
        Finding finding;
        try {
            finding = find(options.function());
        } catch (UncheckedIOException | RelocationException _) {
            return refused;
        }
        return finding.functions.isEmpty() ? missing(refused.subject(), options.function(), finding)
                : new KernelException(refused.step(), refused.subject(), refused.errno(),
                        reason(finding.functions, options), refused);
    }

    /**
     * Explains that a function is not among the symbols.
     *
     * @param description what was to be attached to what
     * @param function the function
     * @return the exception
     */
    MissingTargetException missing(String description, String function) {
        return missing(description, function, find(function));
    }

    private static MissingTargetException missing(String description, String function, Finding finding) {
        if (!finding.variables.isEmpty()) {
            return new MissingTargetException(description, function,
                    "'%s' is a variable of the kernel and no function".formatted(function), List.of());
        }
        if (!finding.copies.isEmpty()) {
            return new MissingTargetException(description, function,
                    "the compiler has made special copies of '%s' and left nothing under this name; attach to %s"
                            .formatted(function, String.join(", ", finding.copies)), List.of());
        }
        return new MissingTargetException(description, function,
                "the kernel has no function '%s': the compiler has inlined it everywhere, its module is not loaded, %s"
                        .formatted(function, "or it is spelt otherwise"), finding.near.names());
    }

    private Finding find(String function) {
        int colon = function.indexOf(':');
        String module = colon < 0 ? "" : function.substring(0, colon);
        String name = function.substring(colon + 1);
        Finding finding = new Finding(name);
        symbols.forEach(symbol -> {
            if (colon >= 0 && !symbol.module().equals(module)) {
                return;
            }
            if (symbol.name().equals(name)) {
                (symbol.isFunction() ? finding.functions : finding.variables).add(symbol);
            } else if (symbol.isFunction()) {
                if (symbol.name().startsWith(name) && symbol.name().startsWith(".", name.length())
                        && !symbol.name().contains(".cold")) {
                    finding.copies.add(symbol.name());
                }
                finding.near.offer(symbol.name());
            }
        });
        return finding;
    }

    private String reason(List<Kallsyms.Symbol> functions, KprobeOptions options) {
        if (functions.size() > 1) {
            return "%d functions of the kernel have this name; give the address of the one that is meant, or %s"
                    .formatted(functions.size(), "MODULE:FUNCTION for one of a module");
        }
        if (isForbidden(functions.getFirst(), options.offsetBytes())) {
            return "the kernel forbids probes there, because they would run into themselves; "
                    + "debugfs lists all such places in kprobes/blacklist";
        }
        if (options.offsetBytes() != 0) {
            return "at offset 0x%x starts no instruction of the function".formatted(options.offsetBytes());
        }
        return "the function is there, but the kernel can put no probe on it";
    }

    private boolean isForbidden(Kallsyms.Symbol function, long offsetBytes) {
        for (String line : blacklist.get().split("\n")) {
            Matcher range = RANGE.matcher(line);
            if (range.matches()) {
                long start = Long.parseUnsignedLong(range.group(1), 16);
                long end = Long.parseUnsignedLong(range.group(2), 16);
                long place = function.address() + offsetBytes;
                if (range.group(3).equals(function.name())
                        || Long.compareUnsigned(place, start) >= 0 && Long.compareUnsigned(place, end) < 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String readBlacklist() {
        try {
            Path file = TraceFs.findDebugFs().orElse(Path.of("/")).resolve("kprobes/blacklist");
            return Files.isReadable(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException | UncheckedIOException _) {
            return "";
        }
    }
}
