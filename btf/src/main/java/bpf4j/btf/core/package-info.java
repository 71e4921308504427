/**
 * CO-RE: what the fields, types and enumerators that an object was compiled against have become on a target. Pure
 * functions over two BTFs; nothing here changes an instruction.
 */
package bpf4j.btf.core;
