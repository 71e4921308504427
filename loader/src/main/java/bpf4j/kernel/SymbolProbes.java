package bpf4j.kernel;

import bpf4j.reloc.RelocationException;
import bpf4j.sys.Architecture;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * Probes that ask the kernel's table of symbols, which names its functions also to those who may not see their
 * addresses.
 */
final class SymbolProbes {

    private static final String PLAIN = "sys_bpf";

    private SymbolProbes() {
    }

    static FeatureSupport syscallWrapper(ProbeCalls calls) {
        String prefix = Architecture.current().syscallWrapperPrefix();
        Set<String> listed;
        try {
            listed = calls.symbols().listed(prefix.isEmpty() ? Set.of(PLAIN) : Set.of(PLAIN, prefix + PLAIN));
        } catch (UncheckedIOException | RelocationException unreadable) {
            return FeatureSupport.INCONCLUSIVE;
        }
        if (!prefix.isEmpty() && listed.contains(prefix + PLAIN)) {
            return FeatureSupport.SUPPORTED;
        }
        return listed.contains(PLAIN) ? FeatureSupport.MISSING : FeatureSupport.INCONCLUSIVE;
    }
}
