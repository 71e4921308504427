package bpf4j.check;

import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.reloc.RelocatedProgram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The instructions of a program that the verifier comes to. It follows every way through a program and takes only one
 * side of a condition whose operands it knows as numbers; so does this, with numbers from CO-RE, from the kernel's
 * configuration and from read-only data, in registers and on the stack. It knows no ranges, so it may come to more than
 * the verifier does, and never to less.
 */
final class LiveCode {

    /** As many instructions as the verifier itself looks at. */
    private static final int MAX_STEPS = 1_000_000;
    /** The verifier allows no more functions inside each other. */
    private static final int MAX_FRAMES = 8;
    /** So many different states of one place are followed; then what differs counts as unknown. */
    private static final int MAX_STATES = 8;

    /** One way through the program, stopped before an instruction. */
    private record State(int insnIndex, List<WalkFrame> frames) {

        WalkFrame top() {
            return frames.getLast();
        }

        State copy(int index) {
            return new State(index, new ArrayList<>(frames.stream().map(WalkFrame::copy).toList()));
        }

        /** States of the same place with the same callers can be compared. */
        List<Integer> place() {
            List<Integer> place = new ArrayList<>();
            frames.forEach(frame -> place.add(frame.returnIndex()));
            place.add(insnIndex);
            return place;
        }

        boolean covers(State other) {
            for (int i = 0; i < frames.size(); i++) {
                if (!frames.get(i).covers(other.frames.get(i))) {
                    return false;
                }
            }
            return true;
        }

        State join(State other) {
            List<WalkFrame> joined = new ArrayList<>();
            for (int i = 0; i < frames.size(); i++) {
                joined.add(frames.get(i).join(other.frames.get(i)));
            }
            return new State(insnIndex, joined);
        }
    }

    private final ProgramFacts facts;
    private final long[] slots;
    private final BitSet reached;
    private final BitSet meetingPoints;
    private final BitSet entries = new BitSet();
    private final Deque<State> open = new ArrayDeque<>();
    private final Map<List<Integer>, List<State>> seen = new HashMap<>();
    private int steps;
    private boolean complete = true;

    private LiveCode(ProgramFacts facts) {
        this.facts = facts;
        this.slots = facts.program().slots();
        this.reached = new BitSet(slots.length);
        this.meetingPoints = meetingPoints(slots);
    }

    /**
     * Walks through a program.
     *
     * @param facts what is known of it
     * @param everyGlobalFunction whether the kernel looks also at global functions that nothing alive calls, as those
     *     before 6.8 do
     */
    static LiveCode of(ProgramFacts facts, boolean everyGlobalFunction) {
        LiveCode walk = new LiveCode(facts);
        walk.enter(0);
        if (everyGlobalFunction) {
            for (RelocatedProgram.Part part : facts.program().parts()) {
                if (facts.isGlobalFunction(part.insnIndex())) {
                    walk.enter(part.insnIndex());
                }
            }
        }
        while (walk.complete && !walk.open.isEmpty()) {
            walk.follow(walk.open.pop());
        }
        return walk;
    }

    /** {@return whether the verifier comes to an instruction} */
    boolean reaches(int insnIndex) {
        return reached.get(insnIndex);
    }

    /** {@return whether the walk came to its end; if not, more than it tells may be reached} */
    boolean isComplete() {
        return complete;
    }

    private static BitSet meetingPoints(long[] slots) {
        BitSet points = new BitSet(slots.length);
        for (int i = 0; i < slots.length; i++) {
            long slot = slots[i];
            if (Insn.isLoadImm64(slot)) {
                i++;
            } else if (isJump(slot) && !Insn.isCall(slot) && Insn.operation(slot) != Opcode.BPF_EXIT) {
                int target = target(slot, i);
                if (target >= 0) {
                    points.set(target);
                }
            }
        }
        return points;
    }

    private static boolean isJump(long slot) {
        return Insn.opcodeClass(slot) == Opcode.BPF_JMP || Insn.opcodeClass(slot) == Opcode.BPF_JMP32;
    }

    /** Long jumps have their distance in the constant. */
    private static int target(long slot, int index) {
        boolean wide = Insn.operation(slot) == Opcode.BPF_JA && Insn.opcodeClass(slot) == Opcode.BPF_JMP32;
        return index + 1 + (wide ? Insn.imm(slot) : Insn.off(slot));
    }

    /** A function that is looked at on its own: of its arguments nothing is known. */
    private void enter(int insnIndex) {
        if (insnIndex >= 0 && !entries.get(insnIndex)) {
            entries.set(insnIndex);
            Value[] arguments = insnIndex == 0 ? new Value[] {Value.POINTER} : new Value[0];
            open.push(new State(insnIndex, new ArrayList<>(List.of(new WalkFrame(0, -1, arguments)))));
        }
    }

    private void follow(State start) {
        State state = start;
        while (state != null) {
            int at = state.insnIndex();
            if (at < 0 || at >= slots.length) {
                return;
            }
            if (meetingPoints.get(at)) {
                Optional<State> next = unseen(state);
                if (next.isEmpty()) {
                    return;
                }
                state = next.get();
            }
            reached.set(at);
            if (++steps > MAX_STEPS) {
                complete = false;
                return;
            }
            if (facts.poisons().containsKey(at)) {
                return;
            }
            state = step(state, slots[at]);
        }
    }

    /** Empty where everything from here on was followed already. */
    private Optional<State> unseen(State state) {
        List<State> known = seen.computeIfAbsent(state.place(), _ -> new ArrayList<>());
        if (known.stream().anyMatch(other -> other.covers(state))) {
            return Optional.empty();
        }
        if (known.size() < MAX_STATES) {
            known.add(state.copy(state.insnIndex()));
            return Optional.of(state);
        }
        State joined = known.removeLast().join(state);
        known.add(joined);
        return Optional.of(joined.copy(joined.insnIndex()));
    }

    /** {@return the state behind the instruction, or null where the way ends} */
    private State step(State state, long slot) {
        WalkFrame frame = state.top();
        int at = state.insnIndex();
        switch (Insn.opcodeClass(slot)) {
            case Opcode.BPF_ALU, Opcode.BPF_ALU64 -> {
                Value source = Insn.operation(slot) == Opcode.BPF_END ? Value.UNKNOWN : operand(frame, slot);
                frame.set(Insn.dst(slot), Arithmetic.result(slot, frame.get(Insn.dst(slot)), source));
            }
            case Opcode.BPF_LDX -> frame.set(Insn.dst(slot), load(state, slot));
            case Opcode.BPF_ST, Opcode.BPF_STX -> store(state, slot);
            case Opcode.BPF_LD -> {
                if (Insn.isLoadImm64(slot) && at + 1 < slots.length) {
                    if (Insn.isPseudoFunc(slot)) {
                        enter(at + 1 + Insn.imm(slot));
                    }
                    frame.set(Insn.dst(slot), facts.loaded(at, slot, slots[at + 1]));
                    return new State(at + 2, state.frames());
                }
                frame.set(0, Value.UNKNOWN);
                frame.forgetArguments();
            }
            default -> {
                return jump(state, slot);
            }
        }
        return new State(at + 1, state.frames());
    }

    private static Value operand(WalkFrame frame, long slot) {
        return Insn.source(slot) == Opcode.BPF_X ? frame.get(Insn.src(slot)) : new Value.Number(Insn.imm(slot));
    }

    private Value load(State state, long slot) {
        Value base = state.top().get(Insn.src(slot)).moved(Insn.off(slot));
        int bytes = bytes(slot);
        boolean signed = Insn.mode(slot) == Opcode.BPF_MEMSX;
        return switch (base) {
            case Value.Stack(int depth, long offset) when depth < state.frames().size() && !signed ->
                state.frames().get(depth).load(offset, bytes);
            case Value.Data(String map, long offset) -> {
                OptionalLong constant = facts.constant(map, offset, bytes);
                int unused = Long.SIZE - bytes * 8;
                yield constant.isEmpty() ? Value.UNKNOWN
                        : new Value.Number(signed ? constant.getAsLong() << unused >> unused : constant.getAsLong());
            }
            // An address on a stack may lie there.
            case Value.SomeStack _ -> Value.SOME_STACK;
            case Value.Stack _, Value.Unknown _, Value.Number _, Value.Pointer _ -> Value.UNKNOWN;
        };
    }

    private static void store(State state, long slot) {
        WalkFrame frame = state.top();
        boolean atomic = Insn.opcodeClass(slot) == Opcode.BPF_STX && Insn.mode(slot) == Opcode.BPF_ATOMIC;
        Value value = atomic ? Value.UNKNOWN
                : Insn.opcodeClass(slot) == Opcode.BPF_ST ? new Value.Number(Insn.imm(slot))
                : frame.get(Insn.src(slot));
        Value base = frame.get(Insn.dst(slot)).moved(Insn.off(slot));
        if (base instanceof Value.Stack(int depth, long offset) && depth < state.frames().size()) {
            state.frames().get(depth).store(offset, bytes(slot), narrowed(value, bytes(slot)));
        } else if (base.mayBeStack()) {
            state.frames().forEach(each -> each.forgetFrom(Long.MIN_VALUE));
        }
        if (atomic) {
            frame.set(Insn.src(slot), Value.UNKNOWN);
            frame.set(Insn.imm(slot) == Opcode.BPF_CMPXCHG ? 0 : Insn.src(slot), Value.UNKNOWN);
            if (Insn.imm(slot) == Opcode.BPF_LOAD_ACQ) {
                frame.set(Insn.dst(slot), Value.UNKNOWN);
            }
        }
    }

    private static Value narrowed(Value value, int bytes) {
        if (bytes == Long.BYTES) {
            return value;
        }
        return value instanceof Value.Number(long number) ? new Value.Number(number & (1L << bytes * 8) - 1)
                : Value.UNKNOWN;
    }

    private static int bytes(long slot) {
        return switch (Insn.size(slot)) {
            case Opcode.BPF_B -> 1;
            case Opcode.BPF_H -> 2;
            case Opcode.BPF_W -> 4;
            default -> 8;
        };
    }

    private State jump(State state, long slot) {
        int at = state.insnIndex();
        WalkFrame frame = state.top();
        switch (Insn.operation(slot)) {
            case Opcode.BPF_CALL -> {
                return call(state, slot);
            }
            case Opcode.BPF_EXIT -> {
                if (state.frames().size() == 1) {
                    return null;
                }
                WalkFrame callee = state.frames().removeLast();
                state.top().set(0, callee.get(0) instanceof Value.Stack(int depth, _)
                        && depth >= state.frames().size() ? Value.UNKNOWN : callee.get(0));
                return new State(callee.returnIndex(), state.frames());
            }
            case Opcode.BPF_JA -> {
                return new State(target(slot, at), state.frames());
            }
            case Opcode.BPF_JCOND -> {
                open.push(state.copy(target(slot, at)));
                return new State(at + 1, state.frames());
            }
            default -> { }
        }
        Value source = operand(frame, slot);
        return switch (Arithmetic.jump(slot, frame.get(Insn.dst(slot)), source)) {
            case TAKEN -> new State(target(slot, at), state.frames());
            case NOT_TAKEN -> new State(at + 1, state.frames());
            case EITHER -> {
                State taken = state.copy(target(slot, at));
                if (Insn.opcodeClass(slot) == Opcode.BPF_JMP && source instanceof Value.Number) {
                    if (Insn.operation(slot) == Opcode.BPF_JEQ) {
                        taken.top().set(Insn.dst(slot), source);
                    } else if (Insn.operation(slot) == Opcode.BPF_JNE) {
                        frame.set(Insn.dst(slot), source);
                    }
                }
                open.push(taken);
                yield new State(at + 1, state.frames());
            }
        };
    }

    private State call(State state, long slot) {
        int at = state.insnIndex();
        WalkFrame frame = state.top();
        int callee = at + 1 + Insn.imm(slot);
        if (Insn.isPseudoCall(slot) && !facts.isGlobalFunction(callee)) {
            if (state.frames().size() == MAX_FRAMES) {
                return null;
            }
            Value[] arguments = {frame.get(1), frame.get(2), frame.get(3), frame.get(4), frame.get(5)};
            frame.forgetArguments();
            state.frames().add(new WalkFrame(state.frames().size(), at + 1, arguments));
            return new State(callee, state.frames());
        }
        if (Insn.isPseudoCall(slot)) {
            enter(callee);
        }
        for (int i = 1; i <= 5; i++) {
            if (frame.get(i) instanceof Value.Stack(int depth, long offset) && depth < state.frames().size()) {
                state.frames().get(depth).forgetFrom(offset);
            } else if (frame.get(i).mayBeStack()) {
                state.frames().forEach(each -> each.forgetFrom(Long.MIN_VALUE));
            }
        }
        frame.set(0, Value.UNKNOWN);
        frame.forgetArguments();
        return new State(at + 1, state.frames());
    }
}
