package bpf4j.binary;

import bpf4j.elf.ElfFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses what a USDT probe says of its arguments: for each a size, negative with a sign, then {@code @} and an operand
 * of the machine's assembler.
 */
final class UsdtArguments {

    /** No probe has more arguments than the macros that make probes take. */
    static final int MAX_COUNT = 12;

    private static final Pattern SIZE = Pattern.compile("\\s*(-?)([1248])@");

    private UsdtArguments() {
    }

    static List<UsdtArgument> parse(UsdtProbe probe) {
        UsdtOperandSyntax syntax = UsdtOperandSyntax.of(probe.machine()).orElseThrow(() -> fail(probe, 0,
                "the operands of machine %d are not known here".formatted(probe.machine())));
        String text = probe.argumentText().stripTrailing();
        List<UsdtArgument> result = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            Matcher size = SIZE.matcher(text).region(at, text.length());
            if (!size.lookingAt()) {
                throw fail(probe, at, "not a size of 1, 2, 4 or 8 bytes before an @");
            }
            boolean isSigned = !size.group(1).isEmpty();
            int sizeBytes = Integer.parseInt(size.group(2));
            int start = at;
            at = size.end();
            Optional<UsdtOperandSyntax.Match> operand = syntax.match(text, at, sizeBytes, isSigned);
            if (operand.isEmpty() || operand.get().end() < text.length()
                    && !Character.isWhitespace(text.charAt(operand.get().end()))) {
                throw fail(probe, start, "not a constant, a register or memory at registers");
            }
            if (result.size() == MAX_COUNT) {
                throw fail(probe, start, "more than %d arguments".formatted(MAX_COUNT));
            }
            result.add(operand.get().argument());
            at = operand.get().end();
        }
        return List.copyOf(result);
    }

    private static ElfFormatException fail(UsdtProbe probe, int at, String problem) {
        return new ElfFormatException("USDT probe %s: arguments '%s' at 0x%x: %s".formatted(
                probe, probe.argumentText(), at, problem));
    }
}
