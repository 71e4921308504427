package bpf4j.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The words behind a command, taken one after the other. What does not fit is a mistake in the command line. */
final class Words {

    private final CommandLine command;
    private final List<String> words;
    private int next;

    Words(CommandLine command, List<String> words) {
        this.command = command;
        this.words = List.copyOf(words);
    }

    boolean isEmpty() {
        return next == words.size();
    }

    /** {@return the word that comes next, which stays there} */
    Optional<String> peek() {
        return isEmpty() ? Optional.empty() : Optional.of(words.get(next));
    }

    /** Takes a word if it comes next. */
    boolean take(String word) {
        boolean there = peek().equals(Optional.of(word));
        if (there) {
            next++;
        }
        return there;
    }

    /**
     * Takes the next word, whatever it is.
     *
     * @param what what it is to be, for the message
     */
    String next(String what) {
        if (isEmpty()) {
            throw wrong("Missing " + what + ".");
        }
        return words.get(next++);
    }

    /** Takes the next word as a number that is not negative. */
    int number(String what) {
        return parsed(what, Integer::parseInt, n -> n >= 0);
    }

    /** Takes the next word as 32 bits, in decimal or behind 0x in hexadecimal. */
    int bits(String what) {
        return parsed(what, word -> word.startsWith("0x") ? Integer.parseUnsignedInt(word.substring(2), 16)
                : Integer.parseUnsignedInt(word), _ -> true);
    }

    private <T> T parsed(String what, Function<String, T> parser, Function<T, Boolean> accept) {
        String word = next(what);
        try {
            T value = parser.apply(word);
            if (accept.apply(value)) {
                return value;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw wrong("'%s' is no %s.".formatted(word, what));
    }

    /** Checks that nothing is left over. */
    void end() {
        peek().ifPresent(word -> {
            throw wrong("'%s' is one word too many.".formatted(word));
        });
    }

    /** {@return what to throw for a mistake} */
    ParameterException wrong(String message) {
        return new ParameterException(command, message);
    }
}
