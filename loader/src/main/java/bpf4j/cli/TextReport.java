package bpf4j.cli;

import bpf4j.kernel.LoadedObject;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** Prints tables for people. */
final class TextReport implements LoadReport {

    private final Console console;
    private final CommonOptions options;

    TextReport(Console console, CommonOptions options) {
        this.console = console;
        this.options = options;
    }

    @Override
    public void loaded(Path file, LoadedObject object, List<Path> pins) {
        Table programs = KernelTables.programs(object);
        Table maps = KernelTables.maps(object);
        PrintStream out = console.out();
        out.println(file + ": loaded");
        print(programs);
        print(maps);
        pins.forEach(pin -> out.println("  pinned " + pin));
        int adaptations = object.adaptations().size();
        if (options.verbose()) {
            object.adaptations().forEach(adaptation -> out.println("  adapted " + adaptation));
        } else if (adaptations > 0) {
            out.println("  adapted to this kernel in %d %s; -v tells more"
                    .formatted(adaptations, adaptations == 1 ? "place" : "places"));
        }
    }

    @Override
    public void failed(Path file, Failure failure) {
        console.out().println(file + ": not loaded");
    }

    private void print(Table table) {
        if (!table.isEmpty()) {
            console.print(table);
        }
    }
}
