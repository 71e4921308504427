package bpf4j.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line {@code bpf4j}.
 *
 * <p>Exit status: 0 all that was asked for succeeded; 1 an object could not be read, loaded or attached; 2 the command
 * line is wrong; 3 the Java that runs it is older than 25 (from the executable jar's first class and from the launcher
 * script).
 */
@Command(
        name = "bpf4j",
        description = "Loads BPF objects with bpf(2), from Java alone.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all that was asked for succeeded",
            "1:an object could not be read, loaded or attached",
            "2:the command line is wrong",
            "3:no Java of at least 25"})
public final class Main implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    private Main() {
    }

    /**
     * Runs the command line and ends the JVM with its exit status.
     *
     * @param args the command line's words
     */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** {@return the exit status} Prints results to {@code out}, and what went wrong to {@code err}. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        Console console = Console.ofProcess(out, err);
        return new CommandLine(new Main())
                .addSubcommand(new LoadCommand(console))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Nothing to do.");
    }
}
