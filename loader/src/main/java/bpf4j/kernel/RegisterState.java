package bpf4j.kernel;

import java.util.Collections;
import java.util.Comparator;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What the verifier knew of registers and stack slots, followed through its log. Old kernels print all of it at
 * branches only, newer ones what an instruction changed behind each; in between a register that was written is
 * forgotten, so that nothing stale is shown.
 */
final class RegisterState {

    private static final int SCRATCHED_BY_CALLS = 5;

    /** Registers by number, then stack slots from the frame's start downwards. */
    private final SequencedMap<String, String> values = new TreeMap<>(
            Comparator.comparing((String name) -> !name.startsWith("R")).thenComparingInt(RegisterState::number)
                    .thenComparing(Comparator.naturalOrder()));

    /** Takes a line that shows the whole state. */
    void replace(String text) {
        values.clear();
        update(text);
    }

    /** Takes what an instruction changed: words such as {@code R0_w=scalar(umax=255)} or {@code fp-8=mmmmmmmm}. */
    void update(String text) {
        int at = 0;
        while (at < text.length()) {
            int end = wordEnd(text, at);
            int equals = text.indexOf('=', at);
            if (equals > at && equals < end && equals + 1 < end && isPlace(text, at)) {
                values.put(name(text.substring(at, equals)), text.substring(equals + 1, end));
            }
            at = end + 1;
        }
    }

    /**
     * Forgets what an instruction overwrites.
     *
     * @param insn the instruction as the verifier prints it, without its opcode's number
     */
    void overwrite(String insn) {
        if (insn.startsWith("call ")) {
            for (int i = 0; i <= SCRATCHED_BY_CALLS; i++) {
                values.remove("R" + i);
            }
        } else if (insn.startsWith("*(") || insn.startsWith("lock ")) {
            values.keySet().removeIf(name -> name.startsWith("fp"));
        } else if (insn.length() > 1 && (insn.charAt(0) == 'r' || insn.charAt(0) == 'w')) {
            int end = 1;
            while (end < insn.length() && isDigit(insn.charAt(end))) {
                end++;
            }
            values.remove("R" + insn.substring(1, end));
        }
    }

    /** {@return an unmodifiable view} */
    SequencedMap<String, String> values() {
        return Collections.unmodifiableSequencedMap(values);
    }

    /** Whether a text starts like a state: a register and then its value, not a message about the register. */
    static boolean isState(String text) {
        int at = 1;
        if (!text.startsWith("R")) {
            return false;
        }
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at > 1 && at < text.length() && (text.charAt(at) == '=' || text.charAt(at) == '_');
    }

    private static boolean isPlace(String text, int at) {
        return text.startsWith("fp", at)
                || text.charAt(at) == 'R' && at + 1 < text.length() && isDigit(text.charAt(at + 1));
    }

    /** Values have spaces inside of parentheses only. */
    private static int wordEnd(String text, int from) {
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '(' -> depth++;
                case ')' -> depth = Math.max(0, depth - 1);
                case ' ' -> {
                    if (depth == 0) {
                        return i;
                    }
                }
                default -> { }
            }
        }
        return text.length();
    }

    /** Without the marks of liveness, {@code _w} and the like. */
    private static String name(String word) {
        int mark = word.indexOf('_');
        return mark < 0 ? word : word.substring(0, mark);
    }

    private static int number(String name) {
        int number = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (isDigit(c) && number < Integer.MAX_VALUE / 10 - 10) {
                number = number * 10 + (c - '0');
            }
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
