package bpf4j.cli;

import java.io.ByteArrayOutputStream;

/** Lines that several threads print, each whole and at once. */
final class LiveLines {

    private final Console console;
    private final boolean json;

    LiveLines(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    boolean json() {
        return json;
    }

    synchronized void text(String line) {
        console.out().println(line);
    }

    synchronized void json(JsonText.Body body) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        JsonText.print(line, false, body);
        console.out().writeBytes(line.toByteArray());
    }

    /** Lets the lines out, which otherwise wait for more. {@return whether somebody still reads them} */
    synchronized boolean flush() {
        return !console.out().checkError();
    }
}
