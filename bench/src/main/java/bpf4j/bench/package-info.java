/** Measurements beside libbpf's in one run: {@code bench/run} starts them. */
package bpf4j.bench;
