package bpf4j.cli;

import bpf4j.kernel.LoadedObject;
import java.nio.file.Path;
import java.util.List;

/** Tells the outcome for one object after the other. */
interface LoadReport {

    /**
     * An object is in the kernel.
     *
     * @param file its file
     * @param object the object, open
     * @param pins what was pinned
     */
    void loaded(Path file, LoadedObject object, List<Path> pins);

    /**
     * An object is not. What is said to people on stderr is not this report's business.
     *
     * @param file its file
     * @param failure why
     */
    void failed(Path file, Failure failure);
}
