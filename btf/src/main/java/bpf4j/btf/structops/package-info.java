/**
 * struct_ops: fits a struct of function pointers and data that an object declares to the kernel's struct of the same
 * name. Pure functions over two BTFs.
 */
package bpf4j.btf.structops;
