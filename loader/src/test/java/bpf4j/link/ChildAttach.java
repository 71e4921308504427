package bpf4j.link;

import bpf4j.kernel.LoadedObject;
import java.io.IOException;
import java.nio.file.Path;

/** Attaches twice in a process of its own, pins one, prints the ids of the links, and ends without closing anything. */
final class ChildAttach {

    private ChildAttach() {
    }

    public static void main(String[] arguments) throws IOException {
        LoadedObject loaded = Seen.load("trace_raw", "entered", "anywhere");
        KernelLink passing = (KernelLink) loaded.program("entered").attach();
        KernelLink pinned = RawTracepointLink.attach(loaded.program("anywhere"), "sys_enter");
        pinned.pin(Path.of(arguments[0]));
        System.out.println(passing.info().id() + " " + pinned.info().id());
        Runtime.getRuntime().halt(0);
    }
}
