package bpf4j.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code help}: what a command's {@code --help} says, also that of a command of a group: {@code help btf dump}. */
@Command(name = "help", header = "Print the help of a command.", customSynopsis = "bpf4j help [COMMAND...]",
        helpCommand = true)
final class HelpCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "COMMAND", description = "A command, or a group and one of its commands.")
    private List<String> words = List.of();

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine().getParent();
        for (String word : words) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                throw new ParameterException(command, "'%s' is no command of '%s'.".formatted(word,
                        command.getCommandSpec().qualifiedName()));
            }
            command = next;
        }
        command.usage(spec.commandLine().getOut(), command.getColorScheme());
        return ExitStatus.DONE;
    }
}
