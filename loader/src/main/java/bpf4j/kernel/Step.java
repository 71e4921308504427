package bpf4j.kernel;

/** What the loader was doing when the kernel refused. */
public enum Step {
    /** Looking at the object, before the kernel is asked. */
    READ_OBJECT("checking the object"),
    /** Reading the kernel's own types. */
    KERNEL_BTF("reading kernel BTF"),
    /** Making a BPF token, before anything is loaded. */
    CREATE_TOKEN("making the token"),
    /** Loading the object's types. */
    LOAD_BTF("loading BTF"),
    /** Creating a map, or opening a pinned one. */
    CREATE_MAP("creating the map"),
    /** Filling a new map, or freezing it. */
    FILL_MAP("filling the map"),
    /** Loading a program. */
    LOAD_PROGRAM("loading the program"),
    /** Pinning to a BPF file system, or removing a pin. */
    PIN("pinning"),
    /** Attaching, or registering a struct_ops map. */
    ATTACH("attaching"),
    /** Replacing the program or struct_ops map of an attachment. */
    REPLACE("replacing what is attached"),
    /** Ending an attachment. */
    DETACH("detaching"),
    /** Reading, writing or deleting an element of a map. */
    ACCESS_MAP("accessing the map"),
    /** Running a program on made-up input. */
    TEST_RUN("running it for a test"),
    /** Opening a buffer of events, or waiting for it. */
    READ_EVENTS("reading events"),
    /** Asking what the kernel knows of an object. */
    QUERY("querying");

    private final String text;

    Step(String text) {
        this.text = text;
    }

    /** {@return the step in words, for messages} */
    public String text() {
        return text;
    }
}
