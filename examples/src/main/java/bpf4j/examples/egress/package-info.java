/** Counting what leaves a cgroup: {@link bpf4j.examples.egress.Egress} prints it by receiver. */
package bpf4j.examples.egress;
