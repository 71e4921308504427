/**
 * Typed access to maps in the kernel: codecs between Java values and bytes, one class for each family of map types, and
 * a {@linkplain bpf4j.map.MapCursor cursor} and {@linkplain bpf4j.map.MapBatch batches} for hot paths.
 *
 * <table>
 * <caption>Which class is for which maps</caption>
 * <tr><th>maps</th><th>class</th></tr>
 * <tr><td>hash tables, arrays, LPM tries, stack traces, devices and CPUs for XDP</td>
 * <td>{@link bpf4j.map.BpfMap}</td></tr>
 * <tr><td>hash tables and arrays with a value for each CPU</td><td>{@link bpf4j.map.PerCpuMap}</td></tr>
 * <tr><td>queues and stacks</td><td>{@link bpf4j.map.BpfQueue}</td></tr>
 * <tr><td>Bloom filters</td><td>{@link bpf4j.map.BloomFilter}</td></tr>
 * <tr><td>maps of maps</td><td>{@link bpf4j.map.MapOfMaps}</td></tr>
 * <tr><td>program arrays</td><td>{@link bpf4j.map.ProgramArray}</td></tr>
 * <tr><td>sockmaps, sockhashes, sockets of reuseport groups and of AF_XDP</td><td>{@link bpf4j.map.SocketMap}</td></tr>
 * <tr><td>cgroup arrays</td><td>{@link bpf4j.map.CgroupArray}</td></tr>
 * <tr><td>storage of sockets, tasks, inodes, cgroups</td><td>{@link bpf4j.map.LocalStorage}</td></tr>
 * <tr><td>ring buffers, perf buffers</td><td>{@link bpf4j.event}</td></tr>
 * <tr><td>arenas</td><td>{@link bpf4j.kernel.LoadedMap#memory}</td></tr>
 * <tr><td>sections of data</td><td>{@link bpf4j.kernel.LoadedObject#variable}</td></tr>
 * </table>
 *
 * <p>These are views: the {@link bpf4j.kernel.LoadedMap} owns the descriptor, and once it is closed they throw
 * {@link java.lang.IllegalStateException}. They are safe for use by several threads, virtual ones too; cursors and
 * batches are for the thread that made them, and streams for one. Sizes are in bytes.
 */
package bpf4j.map;
