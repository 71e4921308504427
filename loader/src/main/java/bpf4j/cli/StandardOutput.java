package bpf4j.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Standard output that remembers why it failed: a print stream swallows that. A reader that has seen enough, such as
 * {@code head}, is no problem to speak of.
 */
final class StandardOutput extends FilterOutputStream {

    private static final int BUFFER_BYTES = 16 * 1024;
    /** What the JDK's message for EPIPE says; there is no class of its own for it. */
    private static final String BROKEN_PIPE = "Broken pipe";

    private String failure;

    StandardOutput(OutputStream target) {
        super(new BufferedOutputStream(target, BUFFER_BYTES));
    }

    @Override
    public void write(int b) throws IOException {
        remember(() -> out.write(b));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        remember(() -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
        remember(out::flush);
    }

    /** {@return why not everything was written, unless the reader went away} */
    Optional<String> problem() {
        return Optional.ofNullable(failure).filter(_ -> !readerGone());
    }

    /** {@return whether the reader went away before everything was written} */
    boolean readerGone() {
        return failure != null && failure.contains(BROKEN_PIPE);
    }

    private interface Action {
        void run() throws IOException;
    }

    private void remember(Action action) throws IOException {
        try {
            action.run();
        } catch (IOException e) {
            failure = e.getMessage() == null ? "cannot be written" : e.getMessage();
            throw e;
        }
    }
}
