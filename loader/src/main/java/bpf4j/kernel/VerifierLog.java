package bpf4j.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a verifier log says about its end: the instruction that the verifier stopped at, the registers before it, and
 * the messages behind it. Reads any text: what it does not know it takes for a message. Immutable.
 */
final class VerifierLog {

    /**
     * The form in which the verifier prints an instruction: index, opcode in parentheses, text, and the state after
     * it.
     */
    private static final Pattern INSN = Pattern.compile("(\\d{1,9}): \\([0-9a-f]{2}\\) (.*)");
    /** What stands before a state. */
    private static final Pattern STATE_PREFIX =
            Pattern.compile("(?:from \\d+ to \\d+[^:]*: ?)?(?:(\\d{1,9}): ?)?(?:frame\\d+: ?)?");
    /** Lines that say nothing of the cause. */
    private static final Pattern NOISE = Pattern.compile("processed \\d+ insns|verification time|stack depth"
            + "|mark_precise:|propagating |parent |regs=|last_idx |arg#\\d|func#\\d+ @|(?:cur|old) state:"
            + "|caller:|callee:|returning from |to caller at |from \\d+ to \\d+|frame\\d+:"
            + "|Validating |Func#\\d+ .*is safe|Live regs |\\d+: [.0-9]{10} ");
    /** One message of the kernel lacks its line break. */
    private static final Pattern STATISTICS_IN_LINE = Pattern.compile("(?<=.)processed \\d+ insns \\(limit ");
    private static final Pattern INSN_IN_MESSAGE =
            Pattern.compile("(?:unreachable|detected at|out of range from|edge from) insn (\\d{1,9})\\b");
    private static final int MAX_MESSAGES = 8;
    private static final int MAX_REASONS = 3;
    /** The kernel's own line buffer is not longer. */
    private static final int MAX_MESSAGE_LENGTH = 1024;

    private final String text;
    private final RegisterState registers = new RegisterState();
    private final Deque<String> messages = new ArrayDeque<>();
    private int insnIndex = -1;
    private boolean sawInsn;
    private String lastLine = "";
    /** The last instruction, whose effects count only when the verifier went on behind it. */
    private String pending = "";

    /**
     * Reads a log.
     *
     * @param text the whole log
     */
    VerifierLog(String text) {
        this.text = text;
        text.lines().forEach(this::read);
        messages.stream().map(INSN_IN_MESSAGE::matcher).filter(Matcher::find).findFirst()
                .ifPresent(matcher -> insnIndex = Integer.parseInt(matcher.group(1)));
    }

    /** {@return the whole log} */
    String text() {
        return text;
    }

    /** {@return the instruction that a message names, or else the last that the verifier looked at} */
    OptionalInt lastInsnIndex() {
        return insnIndex < 0 ? OptionalInt.empty() : OptionalInt.of(insnIndex);
    }

    /**
     * {@return what the verifier knew before that instruction, by register ({@code R0}) and stack slot
     * ({@code fp-8})}
     */
    SequencedMap<String, String> registers() {
        return registers.values();
    }

    /** {@return the last messages, those about the last instruction where there is one} */
    List<String> messages() {
        return List.copyOf(messages);
    }

    /** {@return the messages in one line; where the verifier did not get to an instruction, the last one} */
    String reason() {
        if (messages.isEmpty()) {
            return lastLine.isEmpty() ? "the kernel wrote no log" : lastLine;
        }
        return sawInsn ? String.join("; ", messages.stream().skip(Math.max(0, messages.size() - MAX_REASONS)).toList())
                : messages.getLast();
    }

    private void read(String line) {
        String content = line.strip();
        if (content.isEmpty() || content.startsWith(";")) {
            return;
        }
        lastLine = content;
        Matcher insn = INSN.matcher(content);
        if (insn.matches()) {
            instruction(Integer.parseInt(insn.group(1)), insn.group(2));
            return;
        }
        Matcher prefix = STATE_PREFIX.matcher(content);
        String rest = prefix.lookingAt() ? content.substring(prefix.end()) : content;
        if (RegisterState.isState(rest)) {
            pending = "";
            messages.clear();
            registers.replace(rest);
            if (prefix.group(1) != null) {
                insnIndex = Integer.parseInt(prefix.group(1));
            }
            return;
        }
        Matcher statistics = STATISTICS_IN_LINE.matcher(content);
        if (!NOISE.matcher(content).lookingAt()) {
            message(statistics.find() ? content.substring(0, statistics.start()) : content);
        }
    }

    private void instruction(int index, String insn) {
        flush();
        sawInsn = true;
        insnIndex = index;
        messages.clear();
        pending = insn;
    }

    private void flush() {
        int state = pending.indexOf(" ; ");
        registers.overwrite(state < 0 ? pending : pending.substring(0, state));
        if (state >= 0) {
            registers.update(pending.substring(state + 3));
        }
        pending = "";
    }

    private void message(String message) {
        messages.add(message.substring(0, Math.min(message.length(), MAX_MESSAGE_LENGTH)));
        if (messages.size() > MAX_MESSAGES) {
            messages.removeFirst();
        }
    }
}
