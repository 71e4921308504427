package bpf4j.cli;

/** The exit statuses of the commands; {@link Main} documents them for users. */
final class ExitStatus {

    /** All that was asked for succeeded. */
    static final int DONE = 0;
    /** Something could not be read, loaded or attached. */
    static final int FAILED = 1;
    /** The command line is wrong. */
    static final int USAGE = 2;

    /** What reads standard output has gone: what a shell says of those whom SIGPIPE ends, which the JVM ignores. */
    static final int READER_GONE = 141;

    private ExitStatus() {
    }
}
