package bpf4j.cli;

import picocli.CommandLine.Option;

/** How much of the verifier's log is shown. */
final class LogOption {

    @Option(names = "--log", description = "When the verifier refuses a program, print its whole log to stderr.")
    private boolean whole;

    boolean whole() {
        return whole;
    }
}
