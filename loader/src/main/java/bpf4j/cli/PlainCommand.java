package bpf4j.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A command line without options. There is nothing for the parser to do, and it would take longer to build its model
 * of the commands than the kernel takes to load an object.
 */
final class PlainCommand {

    private final Callable<Integer> command;

    private PlainCommand(Callable<Integer> command) {
        this.command = command;
    }

    /** {@return the command that the words say, or empty if the parser has to look at them} */
    static Optional<PlainCommand> of(String[] args, Console console, Complaints complaints, CommonOptions common) {
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

    /** Does it. {@return the exit status} */
    int run(Complaints complaints) {
        try {
            return command.call();
        } catch (Exception e) {
            return complaints.fatal(e);
        }
    }
}
