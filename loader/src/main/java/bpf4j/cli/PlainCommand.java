package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A command line without options, or with one that is always the same. There is nothing for the parser to do, and it
 * would take longer to build its model of the commands than the kernel takes to load an object.
 */
final class PlainCommand {

    /** What makes a {@code vmlinux.h}, without the word at {@link #SOURCE}. */
    private static final List<String> DUMP = List.of("btf", "dump", "--format", "c");
    private static final int SOURCE = 2;

    private final Callable<Integer> command;

    private PlainCommand(Callable<Integer> command) {
        this.command = command;
    }

    /** {@return the command that the words say, or empty if the parser has to look at them} */
    static Optional<PlainCommand> of(String[] args, Console console, Complaints complaints, CommonOptions common) {
        if (args.length == DUMP.size() + 1 && isDump(args)) {
            BtfSource source = new BtfSource(KernelObjects::running, Optional.empty());
            return source.names(args[SOURCE]) ? Optional.of(new PlainCommand(
                    () -> BtfDumpCommand.printC(source.named(args[SOURCE]).orElseThrow(), console))) : Optional.empty();
        }
        if (args.length < 2 || !args[0].equals("load")) {
            return Optional.empty();
        }
        List<Path> files = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            // An option, or a file of further words.
            if (args[i].startsWith("-") || args[i].startsWith("@")) {
                return Optional.empty();
            }
            try {
                files.add(Path.of(args[i]));
            } catch (InvalidPathException _) {
                return Optional.empty();
            }
        }
        return Optional.of(new PlainCommand(LoadCommand.of(files, console, complaints, common)));
    }

    private static boolean isDump(String[] args) {
        List<String> words = new ArrayList<>(List.of(args));
        String source = words.remove(SOURCE);
        return words.equals(DUMP) && !source.startsWith("-") && !source.startsWith("@");
    }

    /** Does it. {@return the exit status} */
    int run(Complaints complaints) {
        try {
            return command.call();
        } catch (Exception e) {
            return complaints.fatal(e);
        }
    }
}
