package bpf4j.cli;

import picocli.CommandLine.Option;

/** The options of every command. */
final class CommonOptions {

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    @Option(names = {"-v", "--verbose"}, description = {
        "Also say what was adapted to this kernel, and what lay behind an error."})
    private boolean verbose;

    private final LogOption log = new LogOption();

    boolean verbose() {
        return verbose;
    }

    /** {@return the option of those commands that ask the verifier} */
    LogOption log() {
        return log;
    }

    boolean wholeLog() {
        return log.whole();
    }
}
