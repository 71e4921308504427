package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import java.util.Optional;

/** What the commands on one element of a map have in common. */
abstract class ElementCommand extends KernelCommand {

    ElementCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    /** Does it. {@return the exit status} */
    abstract int run(LoadedMap map, ElementFormat format, ElementWords elements, Words given);

    @Override
    final int run(Words given) {
        Selector selector = Selector.required(given, Selector.FOR_MAPS);
        try (LoadedMap map = selection().map(selector)) {
            ElementFormat format = new ElementFormat(map);
            return run(map, format, new ElementWords(given, map, format, selection()), given);
        }
    }

    /** Prints an element, or that it is not there. {@return the exit status} */
    final int show(ElementFormat format, byte[] key, Optional<byte[]> value) {
        if (value.isEmpty()) {
            return notFound();
        }
        if (wantsJson()) {
            print(json -> format.write(json, key, value.get()));
        } else {
            ElementText.print(console(), format, key, value.get());
        }
        return ExitStatus.DONE;
    }

    final int notFound() {
        if (wantsJson()) {
            print(json -> json.writeNull());
        } else {
            console().out().println("Not found");
        }
        return ExitStatus.FAILED;
    }

    /** Says in JSON that there is nothing to say: what changes a map is silent. */
    final int changed() {
        if (wantsJson()) {
            print(json -> json.writeNull());
        }
        return ExitStatus.DONE;
    }
}
