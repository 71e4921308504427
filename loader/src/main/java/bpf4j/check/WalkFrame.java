package bpf4j.check;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Registers and stack of one function on the way through a program. */
final class WalkFrame {

    /** A place on the stack that was written in one piece. */
    private record Spill(int bytes, Value value) {
    }

    private static final int REGISTERS = 11;

    /** Where the caller goes on, -1 in the outermost frame. */
    private final int returnIndex;
    private final Value[] registers;
    private final Map<Long, Spill> stack;

    private WalkFrame(int returnIndex, Value[] registers, Map<Long, Spill> stack) {
        this.returnIndex = returnIndex;
        this.registers = registers;
        this.stack = stack;
    }

    /** Starts a function of which only the arguments are known, if they are. */
    WalkFrame(int depth, int returnIndex, Value... arguments) {
        this(returnIndex, new Value[REGISTERS], new HashMap<>());
        Arrays.fill(registers, Value.UNKNOWN);
        System.arraycopy(arguments, 0, registers, 1, arguments.length);
        registers[10] = new Value.Stack(depth, 0);
    }

    WalkFrame copy() {
        return new WalkFrame(returnIndex, registers.clone(), new HashMap<>(stack));
    }

    int returnIndex() {
        return returnIndex;
    }

    /** Registers that instructions name beyond the last one are refused by the verifier, and of no interest here. */
    Value get(int register) {
        return register < REGISTERS ? registers[register] : Value.UNKNOWN;
    }

    void set(int register, Value value) {
        if (register < REGISTERS) {
            registers[register] = value;
        }
    }

    /** After a call the arguments are gone. */
    void forgetArguments() {
        Arrays.fill(registers, 1, 6, Value.UNKNOWN);
    }

    void store(long offsetBytes, int bytes, Value value) {
        stack.entrySet().removeIf(entry -> entry.getKey() < offsetBytes + bytes
                && offsetBytes < entry.getKey() + entry.getValue().bytes);
        stack.put(offsetBytes, new Spill(bytes, value));
    }

    Value load(long offsetBytes, int bytes) {
        Spill spill = stack.get(offsetBytes);
        return spill == null || spill.bytes != bytes ? Value.UNKNOWN : spill.value;
    }

    /** Somebody else writes from here upwards. */
    void forgetFrom(long offsetBytes) {
        stack.entrySet().removeIf(entry -> entry.getKey() + entry.getValue().bytes > offsetBytes);
    }

    /** {@return whether every way on from {@code other} is one on from this} */
    boolean covers(WalkFrame other) {
        for (int i = 0; i < REGISTERS; i++) {
            if (!registers[i].covers(other.registers[i])) {
                return false;
            }
        }
        return stack.entrySet().stream()
                .allMatch(entry -> covers(entry.getValue(), other.stack.get(entry.getKey())));
    }

    /** A place that was not written may hold anything. */
    private static boolean covers(Spill known, Spill other) {
        if (known.value instanceof Value.Unknown) {
            return other == null || !other.value.mayBeStack();
        }
        return other != null && known.bytes == other.bytes && known.value.covers(other.value);
    }

    /** {@return what holds in both} */
    WalkFrame join(WalkFrame other) {
        WalkFrame both = copy();
        for (int i = 0; i < REGISTERS; i++) {
            both.registers[i] = registers[i].join(other.registers[i]);
        }
        both.stack.clear();
        stack.forEach((offset, spill) -> {
            Spill there = other.stack.get(offset);
            if (there != null && there.bytes == spill.bytes) {
                both.stack.put(offset, new Spill(spill.bytes, spill.value.join(there.value)));
            }
        });
        return both;
    }
}
