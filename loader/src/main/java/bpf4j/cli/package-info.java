/** The command line. Start at {@link bpf4j.cli.Main}. */
package bpf4j.cli;
