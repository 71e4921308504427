package bpf4j.cli;

import java.nio.file.Path;

/** A command cannot go on. */
final class FailureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final transient Failure failure;

    FailureException(Path file, Failure failure) {
        super(file + ": " + failure.message(), failure.cause());
        this.file = file;
        this.failure = failure;
    }

    Path file() {
        return file;
    }

    Failure failure() {
        return failure;
    }
}
