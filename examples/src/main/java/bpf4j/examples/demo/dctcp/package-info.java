/**
 * {@code bpf4j demo dctcp}: congestion controls at a bottleneck that marks, among them DCTCP as BPF programs. Sender,
 * switch and receiver are network namespaces of this machine.
 */
package bpf4j.examples.demo.dctcp;
