package bpf4j.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only has others below it: {@code prog}, {@code map}. */
@Command
final class CommandGroup implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    private CommandGroup() {
    }

    /** Puts commands together. */
    static CommandLine of(String name, String header, List<?> commands, String... examples) {
        CommandLine group = new CommandLine(new CommandGroup());
        if (name.indexOf('_') > 0) {
            group.getCommandSpec().aliases(name.replace('_', '-'));
        }
        group.getCommandSpec().name(name).addMixin("help", CommandSpec.forAnnotatedObject(new HelpOption()));
        group.getCommandSpec().usageMessage().header(header).customSynopsis("bpf4j " + name + " COMMAND WORDS")
                .footer(footer(examples));
        for (Object command : commands) {
            CommandLine sub = new CommandLine(command);
            sub.addMixin("help", new HelpOption());
            group.addSubcommand(sub);
        }
        group.addSubcommand(new HelpCommand());
        return group;
    }

    private static String[] footer(String... examples) {
        String[] footer = new String[examples.length + 2];
        footer[0] = "";
        footer[1] = examples.length == 1 ? "Example:" : "Examples:";
        for (int i = 0; i < examples.length; i++) {
            footer[i + 2] = "  " + examples[i];
        }
        return footer;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Say what to do behind '%s': %s.".formatted(spec.name(),
                String.join(", ", spec.subcommands().keySet())));
    }
}
