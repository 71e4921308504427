package bpf4j.kernel;

/**
 * How a map is put before the kernel: which of the optional things go with it.
 *
 * @param typed whether the types of key and value go along
 * @param named whether its name goes along
 * @param flags the flags
 */
record MapRequest(boolean typed, boolean named, int flags) {
}
