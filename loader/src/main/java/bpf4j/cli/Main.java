package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line {@code bpf4j}.
 *
 * <p>Exit status: 0 all that was asked for succeeded; 1 something could not be read, loaded, attached or written; 2 the
 * command line is wrong; 3 it did not start: the Java is older than 25 (from the executable jar's first class and from
 * the launcher script), or the launcher script cannot build the jar; 141 who reads standard output has gone.
 */
@Command(
        name = "bpf4j",
        description = "Loads BPF objects with bpf(2), from Java alone.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        customSynopsis = {
            "bpf4j OBJ [OPTIONS]            the same as bpf4j run OBJ",
            "       bpf4j COMMAND [OPTIONS] ARGUMENTS"},
        footer = {
            "",
            "Examples:",
            "  bpf4j dctcp.bpf.o                        register, wait for Ctrl-C, unregister",
            "  bpf4j run sockmap.bpf.o --cgroup /sys/fs/cgroup/web --for 10m",
            "  bpf4j load --json *.bpf.o                does the verifier take them?",
            "  bpf4j inspect dctcp.bpf.o                what is in it; needs no kernel",
            "  bpf4j check *.bpf.o --kernel vmlinuz     will they load there?",
            "  bpf4j prog list                          what is in the kernel",
            "",
            "'bpf4j help COMMAND' tells more; in a checkout './bpf4j demo' measures the",
            "example systems. BPF4J_STACKTRACE=1 in the environment adds the Java stack",
            "trace to an error."},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all that was asked for succeeded",
            "1:something could not be read, loaded, attached or written",
            "2:the command line is wrong",
            "3:there is no Java of at least 25, or ./bpf4j cannot build loader.jar",
            "141:what reads standard output went away before everything was written"})
public final class Main implements Callable<Integer> {

    private static final List<String> OWN_OPTIONS = List.of("-h", "--help", "-V", "--version");

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
        StandardOutput stdout = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        PrintStream out = new PrintStream(stdout, false, StandardCharsets.UTF_8);
        int result = run(args, Console.ofProcess(out, System.err));
        int status = stdout.readerGone() ? ExitStatus.READER_GONE : result;
        stdout.problem().ifPresent(problem -> System.err.println("bpf4j: standard output: " + problem));
        // Returning is the quicker way out: exit looks for a logger first. All threads of ours are daemons.
        if (status != ExitStatus.DONE) {
            System.exit(status);
        }
    }

    /** {@return the exit status} Prints results to {@code out}, and what went wrong to {@code err}. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, new Console(out, err, Console.UNLIMITED));
    }

    private static int run(String[] args, Console console) {
        CommonOptions common = new CommonOptions();
        Complaints complaints = new Complaints(console.err(), common, System.getenv("BPF4J_STACKTRACE") != null);
        int status = PlainCommand.of(args, console, complaints, common)
                .map(plain -> plain.run(complaints))
                .orElseGet(() -> parseAndRun(args, console, complaints, common));
        return console.out().checkError() && status == ExitStatus.DONE ? ExitStatus.FAILED : status;
    }

    private static int parseAndRun(String[] args, Console console, Complaints complaints, CommonOptions common) {
        CommandLine commandLine = new CommandLine(new Main());
        for (Object command : List.of(new RunCommand(console, common), new LoadCommand(console, complaints, common),
                new InspectCommand(console), new DisasmCommand(console),
                new CheckCommand(console, complaints, common))) {
            CommandLine sub = new CommandLine(command);
            sub.addMixin("common", common);
            if (command instanceof RunCommand || command instanceof LoadCommand) {
                sub.addMixin("log", common.log());
            }
            commandLine.addSubcommand(sub);
        }
        if (args.length == 0 || !commandLine.getSubcommands().containsKey(args[0])) {
            // Dozens, each of which takes its time.
            KernelCommands.all(console, KernelObjects.running()).forEach(commandLine::addSubcommand);
            commandLine.addSubcommand(CommandGroup.of("gen", "Sources for other languages from objects.",
                    List.of(new GenJavaCommand(console)),
                    "bpf4j gen java flows.bpf.o --package org.example -o src/main/java"));
            commandLine.addSubcommand(new HelpCommand());
        }
        commandLine.setOut(new PrintWriter(console.out(), true))
                .setErr(new PrintWriter(console.err(), true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setParameterExceptionHandler((problem, _) -> complaints.usage(problem))
                .setExecutionExceptionHandler((problem, _, _) -> complaints.fatal(problem));
        try {
            return commandLine.execute(withDefaultCommand(args, commandLine));
        } catch (ParameterException e) {
            return complaints.usage(e);
        }
    }

    /** An object's file stands where the command would: the command is {@code run}. */
    private static String[] withDefaultCommand(String[] args, CommandLine commandLine) {
        if (args.length == 0 || commandLine.getSubcommands().containsKey(args[0]) || OWN_OPTIONS.contains(args[0])) {
            return args;
        }
        String option = args[0].split("=", 2)[0];
        if (option.startsWith("--") && !commandLine.getSubcommands().get(RunCommand.NAME).getCommandSpec().optionsMap()
                .containsKey(option)) {
            // The message is then about the option, and not about the object that is missing.
            return args;
        }
        if (args[0].matches("[a-z]+") && !Files.exists(Path.of(args[0]))) {
            throw new ParameterException(commandLine, "'%s' is neither a file nor a command.".formatted(args[0]));
        }
        String[] run = new String[args.length + 1];
        run[0] = RunCommand.NAME;
        System.arraycopy(args, 0, run, 1, args.length);
        return run;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Neither an object nor a command is given.");
    }
}
