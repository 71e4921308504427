package bpf4j.cli;

import java.nio.file.Path;

/** A file that a command cannot do without is not usable. */
final class BadInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final transient Failure failure;

    BadInputException(Path file, Failure failure) {
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
