package bpf4j.kernel;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a verifier log from its end: the instruction that it stopped at, and the line that says why.
 *
 * @param text the whole log
 */
record VerifierLog(String text) {

    /** The form in which the verifier prints an instruction: index, opcode in parentheses, text. */
    private static final Pattern INSN = Pattern.compile("^(\\d+): (?:\\([0-9a-f]{2}\\)|R\\d)");
    /** Lines that end every log and say nothing of the cause. */
    private static final Pattern STATISTICS = Pattern.compile(
            "^(processed \\d+ insns|verification time|stack depth|mark_precise:|arg#|func#|insns processed).*");

    /** {@return the last instruction that the verifier looked at} */
    OptionalInt lastInsnIndex() {
        List<String> lines = lines();
        for (int i = lines.size() - 1; i >= 0; i--) {
            Matcher matcher = INSN.matcher(lines.get(i));
            if (matcher.find()) {
                return OptionalInt.of(Integer.parseInt(matcher.group(1)));
            }
        }
        return OptionalInt.empty();
    }

    /** {@return the last line that is neither statistics nor an instruction, or a sentence that there is none} */
    String reason() {
        List<String> lines = lines();
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith(";") && !STATISTICS.matcher(line).matches()
                    && !INSN.matcher(line).find()) {
                return line;
            }
        }
        return lines.isEmpty() ? "the kernel wrote no log" : lines.getLast().strip();
    }

    private List<String> lines() {
        return text.lines().filter(line -> !line.isBlank()).toList();
    }
}
