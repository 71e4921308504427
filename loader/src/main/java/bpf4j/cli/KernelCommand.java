package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands on objects in the kernel have in common: bpftool's words, a table or JSON. */
abstract class KernelCommand implements Callable<Integer> {

    private final Console console;
    private final KernelObjects objects;

    @Spec
    private CommandSpec spec;

    @Option(names = {"-j", "--json"}, description = "Print JSON, with bpftool's names, and nothing else to stdout.")
    private boolean json;

    @Option(names = {"-p", "--pretty"}, description = "Print JSON that is easy to read.")
    private boolean pretty;

    @Parameters(arity = "0..*", hidden = true)
    private final List<String> words = new ArrayList<>();

    KernelCommand(Console console, KernelObjects objects) {
        this.console = console;
        this.objects = objects;
    }

    /** Does what the words say. {@return the exit status} */
    abstract int run(Words given);

    @Override
    public final Integer call() {
        return run(new Words(spec.commandLine(), words));
    }

    final Console console() {
        return console;
    }

    final KernelObjects objects() {
        return objects;
    }

    /** {@return words of an option, to be read like those of the command} */
    final Words words(String... option) {
        return new Words(spec.commandLine(), List.of(option));
    }

    final Selection selection() {
        return new Selection(objects);
    }

    final boolean wantsJson() {
        return json || pretty;
    }

    final void print(JsonText.Body body) {
        JsonText.print(console.out(), pretty, body);
    }

    /** How one object of a list is written. */
    @FunctionalInterface
    interface Item<T> {
        void write(T item, JsonGenerator json) throws IOException;
    }

    /** Prints an array, but as bpftool does, one object alone if one was asked for and is meant. */
    final <T> void printList(boolean asked, List<T> items, Item<T> writer) {
        print(json -> {
            boolean array = !asked || items.size() != 1;
            if (array) {
                json.writeStartArray();
            }
            for (T item : items) {
                writer.write(item, json);
            }
            if (array) {
                json.writeEndArray();
            }
        });
    }
}
