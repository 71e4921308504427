package bpf4j.cli;

import picocli.CommandLine.Option;

/** The one option that commands have which load nothing. */
final class HelpOption {

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean help;
}
