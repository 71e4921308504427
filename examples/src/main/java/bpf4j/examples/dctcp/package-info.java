/**
 * A TCP congestion control written in BPF: {@link bpf4j.examples.dctcp.Dctcp} registers it and lets a connection use
 * it.
 */
package bpf4j.examples.dctcp;
