package bpf4j.cli;

import picocli.CommandLine.Option;

/** The options of every command. */
final class CommonOptions {

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    @Option(names = {"-v", "--verbose"}, description = {
        "Also say what was adapted to this kernel, and what lay behind an error."})
    private boolean verbose;

    @Option(names = "--log", description = "When the verifier refuses a program, print its whole log to stderr.")
    private boolean wholeLog;

    boolean verbose() {
        return verbose;
    }

    boolean wholeLog() {
        return wholeLog;
    }
}
