package bpf4j.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;

/**
 * What the launcher script has a JVM do while it records the AOT cache: the commands that people wait for, silently.
 * Objects are loaded and gone again, nothing is attached; without the privileges for that, as much as there is before
 * the kernel refuses.
 */
final class Rehearsal {

    private Rehearsal() {
    }

    /**
     * Runs commands on objects.
     *
     * @param args the objects' files
     */
    public static void main(String[] args) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        for (String file : args) {
            for (List<String> command : List.of(List.of("load", file), List.of("load", "--json", file),
                    List.of("inspect", file), List.of("disasm", file))) {
                Main.run(command.toArray(String[]::new), nowhere, nowhere);
            }
        }
        for (String command : List.of("prog", "map", "link")) {
            Main.run(new String[] {command, "list"}, nowhere, nowhere);
        }
        Main.run(new String[] {"btf", "dump", "vmlinux", "--format", "c"}, nowhere, nowhere);
        Main.run(new String[] {"--version"}, nowhere, nowhere);
    }
}
