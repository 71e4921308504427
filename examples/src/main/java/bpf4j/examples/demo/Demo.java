package bpf4j.examples.demo;

import bpf4j.examples.Example;
import bpf4j.examples.demo.dctcp.DctcpDemo;
import bpf4j.examples.demo.sockmap.SockmapDemo;
import bpf4j.kernel.KernelException;
import bpf4j.reloc.RelocationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bpf4j demo}: the two systems, measured and drawn.
 *
 * <p>Exit status: 0 measured, and everything was as expected; 1 not, or stopped; 2 the command line is wrong.
 */
@Command(
        name = "bpf4j demo",
        description = "Measures what the example systems change, and draws it.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:measured, and everything was as expected",
            "1:not as expected, refused by the system, or stopped",
            "2:the command line is wrong"})
public final class Demo implements Callable<Integer> {

    private static final int FAILED = 1;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print this text.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    private Demo() {
    }

    /**
     * Runs a demonstration and ends the JVM with its exit status.
     *
     * @param args the demonstration's name and options
     */
    public static void main(String[] args) {
        // Pictures are files here. Before any class of AWT looks for a screen.
        System.setProperty("java.awt.headless", "true");
        Example.exitWith(() -> run(args));
    }

    private static int run(String[] args) {
        CommandLine commandLine = new CommandLine(new Demo());
        demonstrations().forEach(commandLine::addSubcommand);
        commandLine.addSubcommand(new HelpCommand());
        commandLine.setErr(new PrintWriter(System.err, true))
                .setOut(new PrintWriter(System.out, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExecutionExceptionHandler((problem, _, _) -> complain(problem));
        return commandLine.execute(args);
    }

    private static List<Object> demonstrations() {
        return List.of(new SockmapDemo(System.err), new DctcpDemo(System.err));
    }

    /** One sentence about what anybody may run into; what nobody should is for a bug report. */
    private static int complain(Exception problem) {
        switch (problem) {
            case InterruptedException _ -> System.err.println("bpf4j demo: stopped");
            case AccessDeniedException e -> System.err.println("bpf4j demo: " + e.getFile() + ": permission denied");
            case NoSuchFileException e -> System.err.println("bpf4j demo: " + e.getFile() + ": there is no such file");
            case NotDirectoryException e ->
                System.err.println("bpf4j demo: " + e.getFile() + ": there is no such folder");
            case FileAlreadyExistsException e -> System.err.println("bpf4j demo: " + e.getFile() + ": exists already");
            case KernelException e -> System.err.println("bpf4j demo: " + e.getMessage());
            case RelocationException e -> System.err.println("bpf4j demo: " + e.getMessage());
            case IOException e -> System.err.println("bpf4j demo: " + e.getMessage());
            default -> problem.printStackTrace();
        }
        return FAILED;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which demonstration?");
    }
}
