package bpf4j.cli;

import bpf4j.kernel.VerifierException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong: one sentence, and for a refused program where and why. A stack trace only if asked for. */
final class Complaints {

    private final PrintStream err;
    private final CommonOptions options;
    private final boolean stackTraces;

    Complaints(PrintStream err, CommonOptions options, boolean stackTraces) {
        this.err = err;
        this.options = options;
        this.stackTraces = stackTraces;
    }

    /** Says why an object is not loaded, or another file not usable. */
    void print(Path file, Failure failure) {
        String name = file.getFileName() + ": ";
        String message = failure.cause() instanceof VerifierException refusal
                ? "the verifier refused program '%s': %s".formatted(refusal.program(), refusal.errnoName())
                : failure.message();
        // Most messages of the readers begin with the file's name themselves, and others with its path.
        String path = file + ": ";
        err.println("bpf4j: " + path + (message.startsWith(path) ? message.substring(path.length())
                : message.startsWith(name) ? message.substring(name.length()) : message));
        if (failure.cause() instanceof VerifierException refusal) {
            print(refusal);
        }
        if (options.verbose()) {
            for (Throwable cause = failure.cause().getCause(); cause != null; cause = cause.getCause()) {
                err.println("  because of: " + cause.getMessage());
            }
        }
        if (stackTraces) {
            failure.cause().printStackTrace(err);
        }
    }

    private void print(VerifierException refusal) {
        err.println("  reason: " + refusal.reason());
        if (!refusal.explanation().isEmpty()) {
            err.println("  means:  " + refusal.explanation());
            err.println("  advice: " + refusal.advice());
        }
        refusal.insnIndex().ifPresent(index -> err.println("  where:  instruction " + index
                + refusal.instruction().map(text -> ", " + text).orElse("")
                + refusal.source().map(source -> ", " + source).orElse("")));
        List<String> log = refusal.log().lines().toList();
        List<String> shown = options.wholeLog() ? log : LogExcerpt.lastLines(refusal.log());
        if (!shown.isEmpty()) {
            err.println(shown.size() == log.size() ? "  the verifier's log:"
                    : "  the last %d of %d lines of the verifier's log (--log prints all):"
                            .formatted(shown.size(), log.size()));
            shown.forEach(line -> err.println("    " + line));
        }
    }

    /** Answers a command line that is wrong. {@return the exit status} */
    int usage(ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        err.println(isUnknownCommand(problem) ? "'%s' is no command of '%s'.".formatted(
                ((UnmatchedArgumentException) problem).getUnmatched().getFirst(), command.getCommandName())
                : problem.getMessage());
        UnmatchedArgumentException.printSuggestions(problem, command.getErr());
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitStatus.USAGE;
    }

    /** A group takes nothing but commands. */
    private static boolean isUnknownCommand(ParameterException problem) {
        return problem instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()
                && !unmatched.isUnknownOption() && problem.getCommandLine().getCommand() instanceof CommandGroup;
    }

    /** Ends a command. {@return the exit status} */
    int fatal(Exception problem) {
        if (problem instanceof FailureException stop) {
            print(stop.file(), stop.failure());
        } else {
            Failure failure = Failure.of(problem, Optional.empty());
            err.println("bpf4j: " + failure.message());
            if (stackTraces) {
                problem.printStackTrace(err);
            }
        }
        return ExitStatus.FAILED;
    }
}
