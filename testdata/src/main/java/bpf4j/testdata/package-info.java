/** Where tests find BPF objects and BTF fixtures, and the rule by which kernel tests run, are skipped, or fail. */
package bpf4j.testdata;
