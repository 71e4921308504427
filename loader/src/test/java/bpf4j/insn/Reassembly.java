package bpf4j.insn;

import static bpf4j.insn.Opcode.BPF_LOAD_ACQ;
import static bpf4j.insn.Opcode.BPF_STORE_REL;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads slots and writes each again through the assembler's method for it. */
final class Reassembly {

    private static final Register[] REGISTERS = Register.values();

    private final long[] slots;
    private final Assembler assembler = new Assembler();
    private final Map<Integer, Integer> distances = new TreeMap<>();
    /** How many went through a method, and not through as they are. */
    private int written;
    private int leaving;

    Reassembly(long[] slots) {
        this.slots = slots;
    }

    int written() {
        return written;
    }

    /** {@return how many jumps leave the code, and have no label to go to} */
    int leaving() {
        return leaving;
    }

    /** {@return the code anew} */
    Code run() {
        TreeSet<Integer> targets = new TreeSet<>();
        for (int i = 0; i < slots.length; i++) {
            int target = i + 1 + distance(slots[i]);
            if (isJump(slots[i]) && target >= 0 && target < slots.length) {
                distances.put(i, target);
                targets.add(target);
            } else if (isJump(slots[i])) {
                leaving++;
            }
        }
        for (int i = 0; i < slots.length; i++) {
            if (targets.contains(i)) {
                assembler.label("to" + i);
            }
            int before = assembler.nextInsnIndex();
            boolean wide = Insn.isLoadImm64(slots[i]) && i + 1 < slots.length;
            if (Disassembler.plain().line(slots, i).text().startsWith("unknown") || !write(i)) {
                assembler.insn(slots[i]);
            } else {
                written++;
            }
            i += assembler.nextInsnIndex() - before == 2 && wide ? 1 : 0;
        }
        return assembler.assemble();
    }

    private static boolean isJump(long slot) {
        int opcodeClass = Insn.opcodeClass(slot);
        boolean jumps = opcodeClass == Opcode.BPF_JMP || opcodeClass == Opcode.BPF_JMP32;
        return jumps && Insn.operation(slot) != Opcode.BPF_CALL && Insn.operation(slot) != Opcode.BPF_EXIT
                && Insn.opcode(slot) != (Opcode.BPF_JMP | Opcode.BPF_JA | Opcode.BPF_X);
    }

    private static int distance(long slot) {
        return Insn.opcode(slot) == (Opcode.BPF_JMP32 | Opcode.BPF_JA) ? Insn.imm(slot) : Insn.off(slot);
    }

    private boolean write(int at) {
        long slot = slots[at];
        Register dst = REGISTERS[Insn.dst(slot)];
        Register src = REGISTERS[Math.min(Insn.src(slot), 10)];
        int off = Insn.off(slot);
        int imm = Insn.imm(slot);
        Size size = Arrays.stream(Size.values()).filter(s -> s.code() == Insn.size(slot)).findFirst().orElseThrow();
        return switch (Insn.opcodeClass(slot)) {
            case Opcode.BPF_ALU, Opcode.BPF_ALU64 -> arithmetic(slot, dst, src);
            case Opcode.BPF_JMP, Opcode.BPF_JMP32 -> jump(at, slot, dst, src);
            case Opcode.BPF_LD -> switch (Insn.mode(slot)) {
                case Opcode.BPF_ABS -> done(assembler.loadPacket(size, imm));
                case Opcode.BPF_IND -> done(assembler.loadPacket(size, src, imm));
                default -> imm64(at, slot, dst);
            };
            case Opcode.BPF_LDX -> done(Insn.mode(slot) == Opcode.BPF_MEM ? assembler.load(size, dst, src, off)
                    : assembler.loadSigned(size, dst, src, off));
            case Opcode.BPF_ST -> done(assembler.store(size, dst, off, imm));
            default -> done(Insn.mode(slot) == Opcode.BPF_MEM ? assembler.store(size, dst, off, src) : switch (imm) {
                case BPF_LOAD_ACQ -> assembler.loadAcquire(size, dst, src, off);
                case BPF_STORE_REL -> assembler.storeRelease(size, dst, off, src);
                default -> assembler.atomic(Arrays.stream(Atomic.values()).filter(a -> a.code() == imm).findFirst()
                        .orElseThrow(), size, dst, off, src);
            });
        };
    }

    private boolean imm64(int at, long slot, Register dst) {
        long value = Insn.imm64(slot, slots[at + 1]);
        return switch (Insn.src(slot)) {
            case 0 -> done(assembler.loadImm64(dst, value));
            case Opcode.BPF_PSEUDO_MAP_FD -> done(assembler.loadMapFd(dst, (int) value));
            case Opcode.BPF_PSEUDO_MAP_VALUE -> done(assembler.loadMapValueFd(dst, (int) value, (int) (value >> 32)));
            default -> false;
        };
    }

    private boolean arithmetic(long slot, Register dst, Register src) {
        boolean wide = Insn.opcodeClass(slot) == Opcode.BPF_ALU64;
        boolean register = Insn.source(slot) == Opcode.BPF_X;
        int off = Insn.off(slot);
        int imm = Insn.imm(slot);
        switch (Insn.operation(slot)) {
            case Opcode.BPF_NEG -> {
                return done(wide ? assembler.neg(dst) : assembler.neg32(dst));
            }
            case Opcode.BPF_END -> {
                return done(wide ? assembler.bswap(dst, imm)
                        : register ? assembler.be(dst, imm) : assembler.le(dst, imm));
            }
            case Opcode.BPF_MOV -> {
                if (off == Opcode.BPF_ADDR_SPACE_CAST) {
                    return done(assembler.castAddress(dst, src, imm >>> 16, imm & 0xffff));
                }
                if (off != 0) {
                    return done(wide ? assembler.movsx(dst, off, src) : assembler.movsx32(dst, off, src));
                }
            }
            default -> { }
        }
        Arithmetic operation = Arrays.stream(Arithmetic.values())
                .filter(a -> a.code() == Insn.operation(slot) && a.off() == off).findFirst().orElseThrow();
        return done(wide ? register ? assembler.alu(operation, dst, src) : assembler.alu(operation, dst, imm)
                : register ? assembler.alu32(operation, dst, src) : assembler.alu32(operation, dst, imm));
    }

    private boolean jump(int at, long slot, Register dst, Register src) {
        if (Insn.opcode(slot) == (Opcode.BPF_JMP | Opcode.BPF_EXIT)) {
            return done(assembler.exit());
        }
        if (Insn.isHelperCall(slot)) {
            return done(HelperFunction.name(Insn.imm(slot)).map(assembler::call)
                    .orElseGet(() -> assembler.call(Insn.imm(slot))));
        }
        Integer target = distances.get(at);
        if (target == null) {
            return false;
        }
        String label = "to" + target;
        boolean wide = Insn.opcodeClass(slot) == Opcode.BPF_JMP;
        boolean register = Insn.source(slot) == Opcode.BPF_X;
        int imm = Insn.imm(slot);
        switch (Insn.operation(slot)) {
            case Opcode.BPF_JA -> {
                return done(wide ? assembler.jump(label) : assembler.jumpLong(label));
            }
            case Opcode.BPF_JCOND -> {
                return done(assembler.mayGoto(label));
            }
            default -> { }
        }
        Condition condition = Arrays.stream(Condition.values()).filter(c -> c.code() == Insn.operation(slot))
                .findFirst().orElseThrow();
        return done(wide
                ? register ? assembler.jumpIf(dst, condition, src, label) : assembler.jumpIf(dst, condition, imm, label)
                : register ? assembler.jumpIf32(dst, condition, src, label)
                        : assembler.jumpIf32(dst, condition, imm, label));
    }

    private static boolean done(Assembler assembler) {
        return assembler != null;
    }
}
