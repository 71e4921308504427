/**
 * Typed access to maps in the kernel: codecs between Java values and bytes, one class for each family of map types, and
 * a {@linkplain bpf4j.map.MapCursor cursor} for hot paths.
 */
package bpf4j.map;
