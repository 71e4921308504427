package bpf4j.insn;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes instructions one after the other. Methods without {@code 32} in their name work on all 64 bits of registers,
 * those with it on the lower half and set the upper to zero. Jumps go to labels, which may be set later; calls and
 * addresses go to names, which are resolved where the code becomes a program. What cannot be encoded is refused at once
 * or by {@link #assemble}, with the instruction's number and text; what makes sense is for the verifier to say.
 *
 * {@snippet :
 * Code code = new Assembler()
 *         .store(Size.W, R10, -4, 0)
 *         .mov(R2, R10).add(R2, -4)
 *         .loadMap(R1, "packets")
 *         .call("bpf_map_lookup_elem")
 *         .jumpIf(R0, Condition.EQ, 0, "out")
 *         .mov(R1, 1)
 *         .atomic(Atomic.ADD, Size.DW, R0, 0, R1)
 *         .label("out")
 *         .mov(R0, 0)
 *         .exit()
 *         .assemble();
 * }
 *
 * <p>Not thread-safe.
 */
public final class Assembler {

    private final Map<String, Integer> labels = new HashMap<>();
    private final SortedMap<Integer, String> jumps = new TreeMap<>();
    private final SortedMap<Integer, Code.Symbol> symbols = new TreeMap<>();
    private final SortedMap<Integer, Code.Source> sources = new TreeMap<>();
    private long[] slots = new long[16];
    private int count;

    /** Starts with no instruction. */
    public Assembler() {
    }

    /** {@return the slot that the next instruction will have} */
    public int nextInsnIndex() {
        return count;
    }

    /**
     * Names the next instruction.
     *
     * @param name a name that no other instruction of this code has
     * @return this
     * @throws AssemblyException if the label is set already
     */
    public Assembler label(String name) {
        Integer known = labels.putIfAbsent(name, count);
        if (known != null) {
            throw new AssemblyException(count, name + ":", "the label is set already, at instruction " + known);
        }
        return this;
    }

    /**
     * Says what the following instructions do, up to the next source or label that is called: refusals of the verifier,
     * its log and dumps of the loaded program show it as their line of source. The file and line are those of the Java
     * code that calls this method.
     *
     * @param text one line, in whatever language
     * @return this
     * @throws IllegalArgumentException if it has a line break or NUL
     */
    public Assembler source(String text) {
        Optional<StackWalker.StackFrame> caller = StackWalker.getInstance().walk(frames -> frames
                .dropWhile(frame -> frame.getClassName().equals(Assembler.class.getName())).findFirst());
        String file = caller.map(StackWalker.StackFrame::getFileName).orElse("");
        return source(file, Math.clamp(caller.map(StackWalker.StackFrame::getLineNumber).orElse(0), 0,
                Code.Source.MAX_LINE), text);
    }

    /**
     * Says where the following instructions come from, as {@link #source(String)} does.
     *
     * @param file name of the file
     * @param line line number, from 0 to {@link Code.Source#MAX_LINE}
     * @param text the line
     * @return this
     * @throws IllegalArgumentException if the text or the name has a line break or NUL, or the number does not fit
     */
    public Assembler source(String file, int line, String text) {
        sources.put(count, new Code.Source(file, line, text));
        return this;
    }

    /**
     * Appends slots as they are, for what has no method here.
     *
     * @param raw {@link Insn} slots
     * @return this
     */
    public Assembler insn(long... raw) {
        for (long slot : raw) {
            append(slot);
        }
        return this;
    }

    /**
     * Computes with a constant.
     *
     * @param operation the operation
     * @param dst first operand and result
     * @param imm second operand, sign-extended to 64 bits
     * @return this
     */
    public Assembler alu(Arithmetic operation, Register dst, int imm) {
        return alu(Opcode.BPF_ALU64, operation, dst, imm);
    }

    /**
     * Computes with a register.
     *
     * @param operation the operation
     * @param dst first operand and result
     * @param src second operand
     * @return this
     */
    public Assembler alu(Arithmetic operation, Register dst, Register src) {
        return alu(Opcode.BPF_ALU64, operation, dst, src);
    }

    /**
     * Computes with a constant on 32 bits.
     *
     * @param operation the operation
     * @param dst first operand and result
     * @param imm second operand
     * @return this
     */
    public Assembler alu32(Arithmetic operation, Register dst, int imm) {
        return alu(Opcode.BPF_ALU, operation, dst, imm);
    }

    /**
     * Computes with a register on 32 bits.
     *
     * @param operation the operation
     * @param dst first operand and result
     * @param src second operand
     * @return this
     */
    public Assembler alu32(Arithmetic operation, Register dst, Register src) {
        return alu(Opcode.BPF_ALU, operation, dst, src);
    }

    /**
     * Sets a register to a constant: {@link Arithmetic#MOV}.
     *
     * @param dst the register
     * @param imm the constant, sign-extended to 64 bits
     * @return this
     */
    public Assembler mov(Register dst, int imm) {
        return alu(Arithmetic.MOV, dst, imm);
    }

    /**
     * Copies a register: {@link Arithmetic#MOV}.
     *
     * @param dst the copy
     * @param src the original
     * @return this
     */
    public Assembler mov(Register dst, Register src) {
        return alu(Arithmetic.MOV, dst, src);
    }

    /**
     * Adds a constant: {@link Arithmetic#ADD}.
     *
     * @param dst the register
     * @param imm the constant, sign-extended to 64 bits
     * @return this
     */
    public Assembler add(Register dst, int imm) {
        return alu(Arithmetic.ADD, dst, imm);
    }

    /**
     * Copies the lower bits of a register and extends their sign; kernel 6.6.
     *
     * @param dst the copy
     * @param fromBits 8, 16 or 32
     * @param src the original
     * @return this
     * @throws AssemblyException if there is no such instruction
     */
    public Assembler movsx(Register dst, int fromBits, Register src) {
        check(fromBits == 8 || fromBits == 16 || fromBits == 32, "movsx of " + fromBits + " bits",
                "it takes 8, 16 or 32");
        return emit(Opcode.BPF_ALU64 | Opcode.BPF_MOV | Opcode.BPF_X, dst, src, fromBits, 0);
    }

    /**
     * Copies the lower bits of a register and extends their sign to 32 bits; kernel 6.6.
     *
     * @param dst the copy
     * @param fromBits 8 or 16
     * @param src the original
     * @return this
     * @throws AssemblyException if there is no such instruction
     */
    public Assembler movsx32(Register dst, int fromBits, Register src) {
        check(fromBits == 8 || fromBits == 16, "movsx32 of " + fromBits + " bits", "it takes 8 or 16");
        return emit(Opcode.BPF_ALU | Opcode.BPF_MOV | Opcode.BPF_X, dst, src, fromBits, 0);
    }

    /**
     * Casts an address from one address space to another, for arenas; kernel 6.9.
     *
     * @param dst the cast address
     * @param src the address
     * @param toSpace the new address space, from 0 to 65535: 0 to be used, 1 to be stored
     * @param fromSpace the old address space, from 0 to 65535
     * @return this
     * @throws AssemblyException if a number does not fit
     */
    public Assembler castAddress(Register dst, Register src, int toSpace, int fromSpace) {
        check((toSpace | fromSpace) >>> 16 == 0, "cast from address space %d to %d".formatted(fromSpace, toSpace),
                "a number does not fit 16 bits");
        return emit(Opcode.BPF_ALU64 | Opcode.BPF_MOV | Opcode.BPF_X, dst, src, Opcode.BPF_ADDR_SPACE_CAST,
                toSpace << 16 | fromSpace);
    }

    /**
     * Negates a register.
     *
     * @param dst the register
     * @return this
     */
    public Assembler neg(Register dst) {
        return emit(Opcode.BPF_ALU64 | Opcode.BPF_NEG, dst, Register.R0, 0, 0);
    }

    /**
     * Negates the lower half of a register.
     *
     * @param dst the register
     * @return this
     */
    public Assembler neg32(Register dst) {
        return emit(Opcode.BPF_ALU | Opcode.BPF_NEG, dst, Register.R0, 0, 0);
    }

    /**
     * Turns the bytes of a register where the machine is big-endian, and cuts it off above.
     *
     * @param dst the register
     * @param bits how many: 16, 32 or 64
     * @return this
     * @throws AssemblyException if there is no such instruction
     */
    public Assembler le(Register dst, int bits) {
        return swap("le", Opcode.BPF_ALU | Opcode.BPF_END, dst, bits);
    }

    /**
     * Turns the bytes of a register where the machine is little-endian, and cuts it off above.
     *
     * @param dst the register
     * @param bits how many: 16, 32 or 64
     * @return this
     * @throws AssemblyException if there is no such instruction
     */
    public Assembler be(Register dst, int bits) {
        return swap("be", Opcode.BPF_ALU | Opcode.BPF_END | Opcode.BPF_X, dst, bits);
    }

    /**
     * Turns the bytes of a register on any machine, and cuts it off above; kernel 6.6.
     *
     * @param dst the register
     * @param bits how many: 16, 32 or 64
     * @return this
     * @throws AssemblyException if there is no such instruction
     */
    public Assembler bswap(Register dst, int bits) {
        return swap("bswap", Opcode.BPF_ALU64 | Opcode.BPF_END, dst, bits);
    }

    /**
     * Sets a register to a 64-bit constant, in two slots.
     *
     * @param dst the register
     * @param value the constant
     * @return this
     */
    public Assembler loadImm64(Register dst, long value) {
        return insn(Insn.loadImm64(dst.number(), 0, value));
    }

    /**
     * Loads a map, as helpers take it.
     *
     * @param dst the register
     * @param map the map's name
     * @return this
     */
    public Assembler loadMap(Register dst, String map) {
        return loadSymbol(dst, new Code.Symbol.Map(map));
    }

    /**
     * Loads the address of a global variable of the object.
     *
     * @param dst the register
     * @param variable its name, or section and name as {@code .data:limit} where several sections have one
     * @return this
     */
    public Assembler loadVariable(Register dst, String variable) {
        return loadSymbol(dst, new Code.Symbol.Variable(variable));
    }

    /**
     * Loads the address of the first value of an array map.
     *
     * @param dst the register
     * @param map the map's name; for data sections that of the section's map
     * @param offsetBytes where in the value
     * @return this
     */
    public Assembler loadMapValue(Register dst, String map, int offsetBytes) {
        return loadSymbol(dst, new Code.Symbol.MapValue(map, offsetBytes));
    }

    /**
     * Loads a map by its descriptor, for code that is loaded without names.
     *
     * @param dst the register
     * @param fd the descriptor, open when the program is loaded
     * @return this
     */
    public Assembler loadMapFd(Register dst, int fd) {
        return insn(Insn.loadImm64(dst.number(), Opcode.BPF_PSEUDO_MAP_FD, Integer.toUnsignedLong(fd)));
    }

    /**
     * Loads the address of the first value of an array map by its descriptor, for code that is loaded without names.
     *
     * @param dst the register
     * @param fd the descriptor, open when the program is loaded
     * @param offsetBytes where in the value
     * @return this
     */
    public Assembler loadMapValueFd(Register dst, int fd, int offsetBytes) {
        return insn(Insn.loadImm64(dst.number(), Opcode.BPF_PSEUDO_MAP_VALUE,
                Integer.toUnsignedLong(fd) | (long) offsetBytes << 32));
    }

    /**
     * Loads the address of a function, for helpers that call back.
     *
     * @param dst the register
     * @param function a label of this code, or else a subprogram of the object that it becomes part of
     * @return this
     */
    public Assembler loadFunction(Register dst, String function) {
        jumps.put(count, function);
        return insn(Insn.loadImm64(dst.number(), Opcode.BPF_PSEUDO_FUNC, 0));
    }

    /**
     * Loads the address of a symbol of the kernel.
     *
     * @param dst the register
     * @param symbol the symbol's name, as {@code /proc/kallsyms} has it
     * @return this
     */
    public Assembler loadKsym(Register dst, String symbol) {
        return loadSymbol(dst, new Code.Symbol.Ksym(symbol));
    }

    /**
     * Loads the address of a variable of the kernel or of a module, of which the verifier knows the type: {@link #load}
     * reads the members of what it points to. That of a per-CPU variable is for {@code bpf_per_cpu_ptr} and {@code
     * bpf_this_cpu_ptr}. Kernel 5.10.
     *
     * @param dst the register
     * @param variable the variable's name; the kernel's BTF has to have it
     * @return this
     */
    public Assembler loadKernelVariable(Register dst, String variable) {
        return loadSymbol(dst, new Code.Symbol.KernelVariable(variable));
    }

    /**
     * Loads the address of a kernel function, to compare it with 0 before a call of one that {@code
     * BpfObjectBuilder.weak} says may be missing.
     *
     * @param dst the register
     * @param kfunc its name
     * @return this
     */
    public Assembler loadKfunc(Register dst, String kfunc) {
        return loadSymbol(dst, new Code.Symbol.Kfunc(kfunc));
    }

    /**
     * Loads from memory; what is less than 8 bytes is filled with zeros.
     *
     * @param size how much
     * @param dst the register
     * @param base where
     * @param offsetBytes how much further, from -32768 to 32767
     * @return this
     * @throws AssemblyException if the offset does not fit
     */
    public Assembler load(Size size, Register dst, Register base, int offsetBytes) {
        return memory(Opcode.BPF_LDX | Opcode.BPF_MEM | size.code(), dst, base, base, offsetBytes, 0);
    }

    /**
     * Loads from memory and extends the sign; kernel 6.6.
     *
     * @param size how much, less than {@link Size#DW}
     * @param dst the register
     * @param base where
     * @param offsetBytes how much further, from -32768 to 32767
     * @return this
     * @throws AssemblyException if the offset does not fit, or there is no such instruction
     */
    public Assembler loadSigned(Size size, Register dst, Register base, int offsetBytes) {
        check(size != Size.DW, "signed load of 8 bytes", "there is nothing to extend");
        return memory(Opcode.BPF_LDX | Opcode.BPF_MEMSX | size.code(), dst, base, base, offsetBytes, 0);
    }

    /**
     * Loads from a packet into {@link Register#R0}, the first byte as the highest; ends the program where the packet is
     * shorter. {@link Register#R6} has to hold the context.
     *
     * @param size how much, less than {@link Size#DW}
     * @param offsetBytes where in the packet
     * @return this
     * @throws AssemblyException if there is no such instruction
     */
    public Assembler loadPacket(Size size, int offsetBytes) {
        checkPacket(size);
        return emit(Opcode.BPF_LD | Opcode.BPF_ABS | size.code(), Register.R0, Register.R0, 0, offsetBytes);
    }

    /**
     * Loads from a packet as {@link #loadPacket(Size, int)} does, at a place that a register holds.
     *
     * @param size how much, less than {@link Size#DW}
     * @param index where in the packet, in bytes
     * @param offsetBytes how much further
     * @return this
     * @throws AssemblyException if there is no such instruction
     */
    public Assembler loadPacket(Size size, Register index, int offsetBytes) {
        checkPacket(size);
        return emit(Opcode.BPF_LD | Opcode.BPF_IND | size.code(), Register.R0, index, 0, offsetBytes);
    }

    /**
     * Stores a constant.
     *
     * @param size how much
     * @param base where
     * @param offsetBytes how much further, from -32768 to 32767
     * @param imm the constant, sign-extended to 64 bits or cut off above
     * @return this
     * @throws AssemblyException if the offset does not fit
     */
    public Assembler store(Size size, Register base, int offsetBytes, int imm) {
        return memory(Opcode.BPF_ST | Opcode.BPF_MEM | size.code(), base, Register.R0, base, offsetBytes, imm);
    }

    /**
     * Stores the lower bytes of a register.
     *
     * @param size how much
     * @param base where
     * @param offsetBytes how much further, from -32768 to 32767
     * @param src the register
     * @return this
     * @throws AssemblyException if the offset does not fit
     */
    public Assembler store(Size size, Register base, int offsetBytes, Register src) {
        return memory(Opcode.BPF_STX | Opcode.BPF_MEM | size.code(), base, src, base, offsetBytes, 0);
    }

    /**
     * Changes memory and maybe a register in one step.
     *
     * @param operation the operation
     * @param size {@link Size#W} or {@link Size#DW}
     * @param base where
     * @param offsetBytes how much further, from -32768 to 32767
     * @param src the register
     * @return this
     * @throws AssemblyException if the offset does not fit, or there is no such instruction
     */
    public Assembler atomic(Atomic operation, Size size, Register base, int offsetBytes, Register src) {
        check(size == Size.W || size == Size.DW, "atomic %s of %s".formatted(operation, size), "it takes 4 or 8 bytes");
        return memory(Opcode.BPF_STX | Opcode.BPF_ATOMIC | size.code(), base, src, base, offsetBytes, operation.code());
    }

    /**
     * Loads from memory before anything that comes later; kernel 6.15.
     *
     * @param size how much
     * @param dst the register
     * @param base where
     * @param offsetBytes how much further, from -32768 to 32767
     * @return this
     * @throws AssemblyException if the offset does not fit
     */
    public Assembler loadAcquire(Size size, Register dst, Register base, int offsetBytes) {
        return memory(Opcode.BPF_STX | Opcode.BPF_ATOMIC | size.code(), dst, base, base, offsetBytes,
                Opcode.BPF_LOAD_ACQ);
    }

    /**
     * Stores a register after anything that came earlier; kernel 6.15.
     *
     * @param size how much
     * @param base where
     * @param offsetBytes how much further, from -32768 to 32767
     * @param src the register
     * @return this
     * @throws AssemblyException if the offset does not fit
     */
    public Assembler storeRelease(Size size, Register base, int offsetBytes, Register src) {
        return memory(Opcode.BPF_STX | Opcode.BPF_ATOMIC | size.code(), base, src, base, offsetBytes,
                Opcode.BPF_STORE_REL);
    }

    /**
     * Jumps.
     *
     * @param label where to, at most 32767 slots away
     * @return this
     */
    public Assembler jump(String label) {
        return jump(Insn.of(Opcode.BPF_JMP | Opcode.BPF_JA, 0, 0, 0, 0), label);
    }

    /**
     * Jumps any distance; kernel 6.6.
     *
     * @param label where to
     * @return this
     */
    public Assembler jumpLong(String label) {
        return jump(Insn.of(Opcode.BPF_JMP32 | Opcode.BPF_JA, 0, 0, 0, 0), label);
    }

    /**
     * Jumps when a loop has run for too long, which the kernel decides; kernel 6.9.
     *
     * @param label where to, at most 32767 slots away
     * @return this
     */
    public Assembler mayGoto(String label) {
        return jump(Insn.of(Opcode.BPF_JMP | Opcode.BPF_JCOND, 0, Opcode.BPF_MAY_GOTO, 0, 0), label);
    }

    /**
     * Jumps if a register and a constant meet a condition.
     *
     * @param dst the register
     * @param condition the condition
     * @param imm the constant, sign-extended to 64 bits
     * @param label where to, at most 32767 slots away
     * @return this
     */
    public Assembler jumpIf(Register dst, Condition condition, int imm, String label) {
        return jump(Insn.of(Opcode.BPF_JMP | condition.code(), dst.number(), 0, 0, imm), label);
    }

    /**
     * Jumps if two registers meet a condition.
     *
     * @param dst the left register
     * @param condition the condition
     * @param src the right register
     * @param label where to, at most 32767 slots away
     * @return this
     */
    public Assembler jumpIf(Register dst, Condition condition, Register src, String label) {
        return jump(Insn.of(Opcode.BPF_JMP | condition.code() | Opcode.BPF_X, dst.number(), src.number(), 0, 0), label);
    }

    /**
     * Jumps if the lower half of a register and a constant meet a condition.
     *
     * @param dst the register
     * @param condition the condition
     * @param imm the constant
     * @param label where to, at most 32767 slots away
     * @return this
     */
    public Assembler jumpIf32(Register dst, Condition condition, int imm, String label) {
        return jump(Insn.of(Opcode.BPF_JMP32 | condition.code(), dst.number(), 0, 0, imm), label);
    }

    /**
     * Jumps if the lower halves of two registers meet a condition.
     *
     * @param dst the left register
     * @param condition the condition
     * @param src the right register
     * @param label where to, at most 32767 slots away
     * @return this
     */
    public Assembler jumpIf32(Register dst, Condition condition, Register src, String label) {
        return jump(Insn.of(Opcode.BPF_JMP32 | condition.code() | Opcode.BPF_X, dst.number(), src.number(), 0, 0),
                label);
    }

    /**
     * Calls a helper.
     *
     * @param helper its name, for instance {@code bpf_map_lookup_elem}
     * @return this
     * @throws AssemblyException if there is no helper of this name
     */
    public Assembler call(String helper) {
        return call(HelperFunction.number(helper).orElseThrow(() -> {
            NearNames near = new NearNames(helper);
            for (int i = 1; i <= HelperFunction.count(); i++) {
                HelperFunction.name(i).ifPresent(near::offer);
            }
            return new AssemblyException(count, "call " + helper, "there is no such helper" + near.hint());
        }));
    }

    /**
     * Calls a helper by number, for one that this version has no name of.
     *
     * @param helper its number in {@code enum bpf_func_id}
     * @return this
     */
    public Assembler call(int helper) {
        return append(Insn.of(Opcode.BPF_JMP | Opcode.BPF_CALL, 0, 0, 0, helper));
    }

    /**
     * Calls a subprogram.
     *
     * @param function a label of this code, or else a subprogram of the object that it becomes part of
     * @return this
     */
    public Assembler callFunction(String function) {
        return jump(Insn.of(Opcode.BPF_JMP | Opcode.BPF_CALL, 0, Opcode.BPF_PSEUDO_CALL, 0, -1), function);
    }

    /**
     * Calls a kernel function.
     *
     * @param kfunc its name
     * @return this
     */
    public Assembler callKfunc(String kfunc) {
        symbols.put(count, new Code.Symbol.Kfunc(kfunc));
        return append(Insn.of(Opcode.BPF_JMP | Opcode.BPF_CALL, 0, Opcode.BPF_PSEUDO_KFUNC_CALL, 0, 0));
    }

    /**
     * Returns from the program or subprogram.
     *
     * @return this
     */
    public Assembler exit() {
        return append(Insn.of(Opcode.BPF_JMP | Opcode.BPF_EXIT, 0, 0, 0, 0));
    }

    /**
     * Resolves the labels. More instructions may follow, for another try.
     *
     * @return the code so far
     * @throws AssemblyException if a label that a jump goes to is not set or too far away or in another function
     * @throws IllegalStateException if there is no instruction
     */
    public Code assemble() {
        if (count == 0) {
            throw new IllegalStateException("no instruction was written");
        }
        return new LabelResolver(Arrays.copyOf(slots, count), labels, jumps, symbols, sources).resolve();
    }

    private Assembler alu(int opcodeClass, Arithmetic operation, Register dst, int imm) {
        return emit(opcodeClass | operation.code(), dst, Register.R0, operation.off(), imm);
    }

    private Assembler alu(int opcodeClass, Arithmetic operation, Register dst, Register src) {
        return emit(opcodeClass | operation.code() | Opcode.BPF_X, dst, src, operation.off(), 0);
    }

    private Assembler swap(String name, int opcode, Register dst, int bits) {
        check(bits == 16 || bits == 32 || bits == 64, name + " of " + bits + " bits", "it takes 16, 32 or 64");
        return emit(opcode, dst, Register.R0, 0, bits);
    }

    private Assembler memory(int opcode, Register dst, Register src, Register base, int offsetBytes, int imm) {
        if (offsetBytes != (short) offsetBytes) {
            long slot = Insn.of(opcode, dst.number(), src.number(), 0, imm);
            String text = Disassembler.plain().line(new long[] {slot}, 0).text();
            throw new AssemblyException(count, text.replace(Text.address(base.number(), 0),
                    Text.address(base.number(), offsetBytes)), "offset %d does not fit 16 bits".formatted(offsetBytes));
        }
        return emit(opcode, dst, src, offsetBytes, imm);
    }

    private Assembler loadSymbol(Register dst, Code.Symbol symbol) {
        symbols.put(count, symbol);
        return loadImm64(dst, 0);
    }

    private Assembler jump(long slot, String label) {
        jumps.put(count, label);
        return append(slot);
    }

    private void checkPacket(Size size) {
        check(size != Size.DW, "packet load of 8 bytes", "it takes 1, 2 or 4");
    }

    private void check(boolean holds, String instruction, String problem) {
        if (!holds) {
            throw new AssemblyException(count, instruction, problem);
        }
    }

    private Assembler emit(int opcode, Register dst, Register src, int off, int imm) {
        return append(Insn.of(opcode, dst.number(), src.number(), off, imm));
    }

    private Assembler append(long slot) {
        if (count == slots.length) {
            slots = Arrays.copyOf(slots, 2 * count);
        }
        slots[count++] = slot;
        return this;
    }
}
