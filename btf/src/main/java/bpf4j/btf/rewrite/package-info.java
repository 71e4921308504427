/**
 * BTF made of BTF: equal types merged, several tables made one, modules' types cut loose from a kernel and put onto
 * another. Pure functions; the inputs stay as they are.
 */
package bpf4j.btf.rewrite;
