package bpf4j.binary;

import bpf4j.elf.Elf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a machine's assembler writes operands, and where its registers are saved. Sources: {@code struct pt_regs} of
 * {@code arch/x86/include/asm/ptrace.h}, {@code struct user_pt_regs} of the same file of arm64 and s390,
 * {@code struct user_regs_struct} of that of riscv.
 */
final class UsdtOperandSyntax {

    /** An operand that was understood, and the index of the first character behind it. */
    record Match(UsdtArgument argument, int end) {
    }

    private static final String NUMBER = "-?(?:0x[0-9a-f]{1,16}|[0-9]{1,20})";

    private static final Map<Integer, UsdtOperandSyntax> BY_MACHINE = Map.of(
            Elf.EM_X86_64, new UsdtOperandSyntax("\\$(?<const>N)|%(?<reg>R)"
                    + "|(?<disp>N)?\\(%(?<base>R)(?:,%(?<index>R)(?:,(?<scale>[1248]))?)?\\)", x86Registers()),
            Elf.EM_AARCH64, new UsdtOperandSyntax("(?<const>N)|(?<reg>R)|\\[(?<base>R)(?:, ?(?<disp>N))?]",
                    armRegisters()),
            Elf.EM_RISCV, new UsdtOperandSyntax("(?<disp>N)?\\((?<base>R)\\)|(?<const>N)|(?<reg>R)", riscvRegisters()),
            Elf.EM_S390, new UsdtOperandSyntax("(?<disp>N)?\\(%(?<base>R)\\)|(?<const>N)|%(?<reg>R)",
                    s390Registers()));

    private final Pattern operand;
    private final boolean hasIndex;
    private final Map<String, Integer> registers;

    private UsdtOperandSyntax(String operand, Map<String, Integer> registers) {
        this.operand = Pattern.compile(operand.replace("N", NUMBER).replace("R", "[a-z][a-z0-9_]*"));
        this.hasIndex = operand.contains("<index>");
        this.registers = registers;
    }

    static Optional<UsdtOperandSyntax> of(int machine) {
        return Optional.ofNullable(BY_MACHINE.get(machine));
    }

    /** {@return the operand that starts at an index of the text; empty if none of a known form does} */
    Optional<Match> match(String text, int at, int sizeBytes, boolean isSigned) {
        Matcher m = operand.matcher(text).region(at, text.length());
        if (!m.lookingAt()) {
            return Optional.empty();
        }
        if (m.group("const") != null) {
            return number(m.group("const")).map(value ->
                    new Match(new UsdtArgument.Constant(sizeBytes, isSigned, value), m.end()));
        }
        if (m.group("reg") != null) {
            return register(m.group("reg")).map(register ->
                    new Match(new UsdtArgument.Register(sizeBytes, isSigned, register), m.end()));
        }
        Optional<Integer> base = register(m.group("base"));
        Optional<Long> displacement = m.group("disp") == null ? Optional.of(0L) : number(m.group("disp"));
        if (base.isEmpty() || displacement.isEmpty()) {
            return Optional.empty();
        }
        if (!hasIndex || m.group("index") == null) {
            return Optional.of(new Match(
                    new UsdtArgument.Memory(sizeBytes, isSigned, base.get(), displacement.get()), m.end()));
        }
        int scale = m.group("scale") == null ? 1 : Integer.parseInt(m.group("scale"));
        return register(m.group("index")).map(index -> new Match(new UsdtArgument.Indexed(sizeBytes, isSigned,
                base.get(), displacement.get(), index, Integer.numberOfTrailingZeros(scale)), m.end()));
    }

    private Optional<Integer> register(String name) {
        return Optional.ofNullable(registers.get(name));
    }

    /** 64 bits, with a sign or without: assemblers write a constant in either way. */
    private static Optional<Long> number(String text) {
        boolean negative = text.startsWith("-");
        String digits = negative ? text.substring(1) : text;
        try {
            long value = digits.startsWith("0x") ? Long.parseUnsignedLong(digits, 2, digits.length(), 16)
                    : Long.parseUnsignedLong(digits);
            return Optional.of(negative ? -value : value);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A register has a name for each of its widths: 64, 32, 16 and 8 bits. */
    private static Map<String, Integer> x86Registers() {
        List<String> inOrder = List.of("r15 r15d r15w r15b", "r14 r14d r14w r14b", "r13 r13d r13w r13b",
                "r12 r12d r12w r12b", "rbp ebp bp bpl", "rbx ebx bx bl", "r11 r11d r11w r11b", "r10 r10d r10w r10b",
                "r9 r9d r9w r9b", "r8 r8d r8w r8b", "rax eax ax al", "rcx ecx cx cl", "rdx edx dx dl",
                "rsi esi si sil", "rdi edi di dil", "orig_rax", "rip eip", "cs", "eflags", "rsp esp sp spl");
        return named(inOrder);
    }

    private static Map<String, Integer> armRegisters() {
        Map<String, Integer> result = numbered(31, 0, "x", "w");
        result.put("sp", 31 * Long.BYTES);
        return result;
    }

    private static Map<String, Integer> riscvRegisters() {
        return named(List.of("pc", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0 fp", "s1", "a0", "a1", "a2", "a3",
                "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5",
                "t6"));
    }

    /** The program status word, of two words, and one argument stand before them. */
    private static Map<String, Integer> s390Registers() {
        return numbered(16, 3 * Long.BYTES, "r");
    }

    private static Map<String, Integer> named(List<String> inOrder) {
        Map<String, Integer> result = new HashMap<>();
        for (int i = 0; i < inOrder.size(); i++) {
            for (String name : inOrder.get(i).split(" ")) {
                result.put(name, i * Long.BYTES);
            }
        }
        return result;
    }

    private static Map<String, Integer> numbered(int count, int startBytes, String... prefixes) {
        Map<String, Integer> result = new HashMap<>();
        for (String prefix : prefixes) {
            for (int i = 0; i < count; i++) {
                result.put(prefix + i, startBytes + i * Long.BYTES);
            }
        }
        return result;
    }
}
