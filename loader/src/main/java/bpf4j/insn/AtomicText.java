package bpf4j.insn;

import java.util.Optional;

/** Text of atomic operations. */
final class AtomicText {

    private AtomicText() {
    }

    static Optional<String> of(long slot) {
        int bits = MemoryText.bits(slot);
        String value = Text.register(Insn.src(slot), bits == 64);
        String place = Text.address(Insn.dst(slot), Insn.off(slot));
        String typed = "(u%d *)(%s)".formatted(bits, place);
        int operation = Insn.imm(slot);
        if (operation == Opcode.BPF_LOAD_ACQ) {
            return Optional.of("%s = load_acquire((u%d *)(%s))".formatted(Text.register(Insn.dst(slot), bits == 64),
                    bits, Text.address(Insn.src(slot), Insn.off(slot))));
        }
        if (operation == Opcode.BPF_STORE_REL) {
            return Optional.of("store_release(%s, %s)".formatted(typed, value));
        }
        if (bits < 32) {
            return Optional.empty();
        }
        String suffix = bits == 64 ? "_64" : "32_32";
        return Optional.ofNullable(switch (operation) {
            case Opcode.BPF_ADD -> "lock *%s += %s".formatted(typed, value);
            case Opcode.BPF_OR -> "lock *%s |= %s".formatted(typed, value);
            case Opcode.BPF_AND -> "lock *%s &= %s".formatted(typed, value);
            case Opcode.BPF_XOR -> "lock *%s ^= %s".formatted(typed, value);
            case Opcode.BPF_ADD | Opcode.BPF_FETCH -> "%s = atomic_fetch_add(%s, %s)".formatted(value, typed, value);
            case Opcode.BPF_OR | Opcode.BPF_FETCH -> "%s = atomic_fetch_or(%s, %s)".formatted(value, typed, value);
            case Opcode.BPF_AND | Opcode.BPF_FETCH -> "%s = atomic_fetch_and(%s, %s)".formatted(value, typed, value);
            case Opcode.BPF_XOR | Opcode.BPF_FETCH -> "%s = atomic_fetch_xor(%s, %s)".formatted(value, typed, value);
            case Opcode.BPF_XCHG -> "%s = xchg%s(%s, %s)".formatted(value, suffix, place, value);
            case Opcode.BPF_CMPXCHG -> {
                String expected = Text.register(0, bits == 64);
                yield "%s = cmpxchg%s(%s, %s, %s)".formatted(expected, suffix, place, expected, value);
            }
            default -> null;
        });
    }
}
