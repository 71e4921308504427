package bpf4j.kernel;

import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.reloc.Kallsyms;
import bpf4j.reloc.RelocationException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * What the numbers in code mean that the kernel has rewritten. Calls hold the distance of a kernel function from a base
 * that is a symbol, which is how a helper's name is found again; references to maps hold ids.
 */
final class XlatedNames {

    private static final String CALL_BASE = "__bpf_call_base";

    private final long base;
    private final Map<Long, String> symbols;

    private XlatedNames(long base, Map<Long, String> symbols) {
        this.base = base;
        this.symbols = symbols;
    }

    /** Looks up what code refers to. Where the kernel hides its addresses nothing is found. */
    static XlatedNames of(long[] slots, Kallsyms kallsyms) {
        try {
            Long base = callsKernel(slots) ? kallsyms.addresses(Set.of(CALL_BASE)).get(CALL_BASE) : null;
            Set<Long> addresses = new HashSet<>();
            for (int i = 0; i < slots.length; i++) {
                if (Insn.isLoadImm64(slots[i])) {
                    long value = constant(slots, i);
                    if (value < 0) {
                        addresses.add(value);
                    }
                    i++;
                } else if (base != null && isKernelCall(slots[i])) {
                    addresses.add(base + Insn.imm(slots[i]));
                }
            }
            return new XlatedNames(base == null ? 0 : base, addresses.isEmpty() ? Map.of() : kallsyms.names(addresses));
        } catch (RelocationException | UncheckedIOException _) {
            return new XlatedNames(0, Map.of());
        }
    }

    /**
     * Names what an instruction refers to.
     *
     * @param functions names the subprogram that begins at a slot
     */
    Optional<String> of(long[] slots, int insnIndex, IntFunction<Optional<String>> functions) {
        long slot = slots[insnIndex];
        if (Insn.isLoadImm64(slot)) {
            int upper = insnIndex + 1 < slots.length ? Insn.imm(slots[insnIndex + 1]) : 0;
            return switch (Insn.src(slot)) {
                case Opcode.BPF_PSEUDO_MAP_FD -> Optional.of("map[id:%d]".formatted(Insn.imm(slot)));
                case Opcode.BPF_PSEUDO_MAP_VALUE -> Optional.of("map[id:%d][0]+%s".formatted(Insn.imm(slot),
                        Integer.toUnsignedString(upper)));
                case Opcode.BPF_PSEUDO_FUNC -> functions.apply(insnIndex + 1 + Insn.imm(slot))
                        .or(() -> Optional.of("subprog[%+d]".formatted(Insn.imm(slot))));
                case 0 -> Optional.ofNullable(symbols.get(constant(slots, insnIndex)));
                default -> Optional.empty();
            };
        }
        if (isKernelCall(slot)) {
            return Optional.ofNullable(symbols.get(base + Insn.imm(slot)));
        }
        return Insn.isCall(slot) && Insn.src(slot) == Opcode.BPF_PSEUDO_CALL
                ? functions.apply(insnIndex + 1 + Insn.off(slot)) : Optional.empty();
    }

    private static boolean callsKernel(long[] slots) {
        for (long slot : slots) {
            if (isKernelCall(slot)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKernelCall(long slot) {
        return Insn.isHelperCall(slot) || Insn.isKfuncCall(slot);
    }

    /** Addresses of the kernel are negative; the second slot of what is no constant of 64 bits is not looked at. */
    private static long constant(long[] slots, int insnIndex) {
        return insnIndex + 1 < slots.length && Insn.src(slots[insnIndex]) == 0
                ? Insn.imm64(slots[insnIndex], slots[insnIndex + 1]) : 0;
    }
}
