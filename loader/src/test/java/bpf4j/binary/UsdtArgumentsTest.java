package bpf4j.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfFormatException;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operands as compilers and hand-written code have them. */
class UsdtArgumentsTest {

    private static List<UsdtArgument> parse(int machine, String text) {
        return new UsdtProbe("p", "n", 0, 0, OptionalLong.empty(), text, machine).arguments();
    }

    private static String show(UsdtArgument argument) {
        String place = switch (argument) {
            case UsdtArgument.Constant(_, _, long value) -> "constant " + value;
            case UsdtArgument.Register(_, _, int register) -> "register " + register;
            case UsdtArgument.Memory(_, _, int register, long displacement) -> "memory %d+%d".formatted(register,
                    displacement);
            case UsdtArgument.Indexed(_, _, int register, long displacement, int index, int shift) ->
                    "memory %d+%d+(%d<<%d)".formatted(register, displacement, index, shift);
        };
        return (argument.isSigned() ? "s" : "u") + argument.sizeBytes() * Byte.SIZE + " " + place;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "8@%rdi           | u64 register 112",
        "-4@%edi          | s32 register 112",
        "2@%di            | u16 register 112",
        "-1@%dil          | s8 register 112",
        "1@%bl            | u8 register 40",
        "4@%r8d           | u32 register 72",
        "-2@%r15w         | s16 register 0",
        "1@%r12b          | u8 register 24",
        "8@%rsp           | u64 register 152",
        "8@%rip           | u64 register 128",
        "-4@$5            | s32 constant 5",
        "-4@$-9           | s32 constant -9",
        "8@$0x7fff        | u64 constant 32767",
        "8@$18446744073709551615 | u64 constant -1",
        "-8@-16(%rbp)     | s64 memory 32+-16",
        "4@(%rax)         | u32 memory 80+0",
        "8@0x10(%rcx)     | u64 memory 88+16",
        "4@(%rax,%rbx)    | u32 memory 80+0+(40<<0)",
        "4@(%rax,%rbx,1)  | u32 memory 80+0+(40<<0)",
        "-2@-8(%r9,%r10,8) | s16 memory 64+-8+(56<<3)",
        "8@16(%rdx,%rsi,4) | u64 memory 96+16+(104<<2)"})
    void x86(String text, String expected) {
        assertEquals(List.of(expected), parse(Elf.EM_X86_64, text).stream().map(UsdtArgumentsTest::show).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "8@x0             | u64 register 0",
        "-4@w30           | s32 register 240",
        "8@sp             | u64 register 248",
        "-4@5             | s32 constant 5",
        "-4@-5            | s32 constant -5",
        "8@[sp]           | u64 memory 248+0",
        "-4@[sp, 12]      | s32 memory 248+12",
        "4@[x29,-20]      | u32 memory 232+-20"})
    void arm(String text, String expected) {
        assertEquals(List.of(expected), parse(Elf.EM_AARCH64, text).stream().map(UsdtArgumentsTest::show).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-8@a0 | s64 register 80", "8@-24(s0) | u64 memory 64+-24", "4@(sp) | u32 memory 16+0", "-4@7 | s32 constant 7",
        "8@t6 | u64 register 248"})
    void riscv(String text, String expected) {
        assertEquals(List.of(expected), parse(Elf.EM_RISCV, text).stream().map(UsdtArgumentsTest::show).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-8@%r2 | s64 register 40", "8@160(%r15) | u64 memory 144+160", "-4@-7 | s32 constant -7"})
    void s390(String text, String expected) {
        assertEquals(List.of(expected), parse(Elf.EM_S390, text).stream().map(UsdtArgumentsTest::show).toList());
    }

    @Test
    void severalArguments() {
        assertEquals(3, parse(Elf.EM_X86_64, "-4@%eax 8@$1  -2@4(%rsp,%rcx,2) ").size());
        // A blank inside of an operand does not end it.
        assertEquals(List.of("s32 memory 248+12", "u64 register 8"),
                parse(Elf.EM_AARCH64, "-4@[sp, 12] 8@x1").stream().map(UsdtArgumentsTest::show).toList());
        assertEquals(List.of(), parse(Elf.EM_X86_64, ""));
        assertEquals(12, parse(Elf.EM_X86_64, "8@%rax ".repeat(12)).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%eax", "4@", "3@%eax", "16@%rax", "-4@%eaz", "-4@%ah", "8f@%xmm0", "8@%xmm0", "4@eax",
        "4@$", "4@5", "4@symbol(%rip)", "4@symbol+4(%rip)", "4@(%rax,%rbx,3)", "4@(,%rbx,4)", "4@(%rax",
        "4@%eax,8@%rax", "4@%eax8@%rax", "8@$99999999999999999999", "4@%fs:16(%rax)", "--4@%eax",
        "4@$0x11112222333344445", "@%rax", "8@%rax 8", "4@%", "4@-(%rax)"})
    void otherOperandsAreRefused(String text) {
        ElfFormatException e = assertThrows(ElfFormatException.class, () -> parse(Elf.EM_X86_64, text));
        assertTrue(e.getMessage().startsWith("USDT probe p:n at 0x0: arguments '" + text + "' at 0x"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"4@w31", "4@x", "4@[w", "4@[sp, x1]", "4@[sp,", "4@$5", "4@%x0", "8@d0", "8@[sp,  4]"})
    void otherOperandsOfArmAreRefused(String text) {
        assertThrows(ElfFormatException.class, () -> parse(Elf.EM_AARCH64, text));
    }

    @Test
    void tooManyArguments() {
        assertTrue(assertThrows(ElfFormatException.class, () -> parse(Elf.EM_X86_64, "8@%rax ".repeat(13))).getMessage()
                .contains("more than 12 arguments"));
    }

    @Test
    void machineThatIsNotKnown() {
        assertTrue(assertThrows(ElfFormatException.class, () -> parse(Elf.EM_BPF, "8@r1")).getMessage()
                .contains("machine 247"));
        assertEquals(List.of(), parse(Elf.EM_X86_64, " "));
    }

    @Property
    void anyTextIsUnderstoodOrRefused(@ForAll @CharRange(from = ' ', to = 'z') String text) {
        for (int machine : new int[] {Elf.EM_X86_64, Elf.EM_AARCH64, Elf.EM_RISCV, Elf.EM_S390}) {
            for (String form : List.of(text, "8@" + text, "8@%rax " + text)) {
                try {
                    parse(machine, form).forEach(UsdtArgumentsTest::show);
                } catch (ElfFormatException e) {
                    assertTrue(e.getMessage().startsWith("USDT probe p:n"));
                }
            }
        }
    }
}
