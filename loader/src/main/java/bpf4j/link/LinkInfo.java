package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.object.AttachType;
import bpf4j.sys.Errno;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the kernel says of a link: {@code struct bpf_link_info}. Older kernels say less: what they leave out is 0 or
 * empty.
 *
 * @param id the kernel's id of the link
 * @param typeNumber number of the link's type, see {@link #type}
 * @param programId id of the program; 0 for struct_ops
 * @param details what is attached to, by the link's type
 */
public record LinkInfo(int id, int typeNumber, int programId, Details details) {

    /**
     * Describes the links of the running kernel. What goes while the stream is used is left out. Needs {@code
     * CAP_SYS_ADMIN}.
     *
     * @return what the kernel says of each, ids rising
     * @throws KernelException when the stream is used, if the kernel refuses
     */
    public static Stream<LinkInfo> all() {
        return KernelObjects.running().linkIds().mapToObj(LinkInfo::ofId).flatMap(Optional::stream);
    }

    private static Optional<LinkInfo> ofId(int id) {
        try (KernelLink link = Link.ofId(id)) {
            return Optional.of(link.info());
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT.number()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** {@return the link's type, empty for one that this version does not know} */
    public Optional<LinkType> type() {
        return LinkType.of(typeNumber);
    }

    /** What a link attaches to. */
    public sealed interface Details {

        /**
         * A raw tracepoint, also one with types ({@code tp_btf}).
         *
         * @param name the tracepoint
         * @param cookie what the program was attached with
         */
        record RawTracepoint(String name, long cookie) implements Details {
        }

        /**
         * A kernel function, a security hook, or a function of another program.
         *
         * @param attachType the attach type
         * @param targetObjectId id of the kernel's, the module's or the program's BTF, or of the program itself
         * @param targetTypeId the function in that BTF
         * @param cookie what the program was attached with
         */
        record Tracing(Optional<AttachType> attachType, int targetObjectId, int targetTypeId, long cookie)
                implements Details {
        }

        /**
         * A cgroup.
         *
         * @param cgroupId its id, the inode number of its folder; 0 if it is gone
         * @param attachType the attach type
         */
        record Cgroup(long cgroupId, Optional<AttachType> attachType) implements Details {
        }

        /**
         * An iterator.
         *
         * @param target over what: {@code task}, {@code bpf_map_elem}
         * @param scope which of them
         */
        record Iterator(String target, Scope scope) implements Details {

            /** Which objects an iterator goes over. */
            public sealed interface Scope {

                /** All that there are. */
                record Everything() implements Scope {
                }

                /**
                 * The elements of a map.
                 *
                 * @param mapId the map's id
                 */
                record OneMap(int mapId) implements Scope {
                }

                /**
                 * A cgroup and others around it.
                 *
                 * @param cgroupId the id of the cgroup to start from, 1 for the root
                 * @param order which, and in which order; empty for one that this version does not know
                 */
                record Cgroups(long cgroupId, Optional<CgroupOrder> order) implements Scope {
                }

                /**
                 * One thread or process.
                 *
                 * @param tid the thread, 0 if it is a process
                 * @param pid the process, 0 if it is a thread
                 */
                record OneTask(int tid, int pid) implements Scope {
                }
            }
        }

        /**
         * A network namespace.
         *
         * @param inode inode number of the namespace; 0 if it is gone
         * @param attachType the attach type
         */
        record NetworkNamespace(int inode, Optional<AttachType> attachType) implements Details {
        }

        /**
         * A device, for XDP.
         *
         * @param interfaceIndex the device; 0 if it is gone
         */
        record Xdp(int interfaceIndex) implements Details {
        }

        /**
         * A registered struct_ops map.
         *
         * @param mapId the map's id
         */
        record StructOps(int mapId) implements Details {
        }

        /**
         * A netfilter hook.
         *
         * @param protocolFamily {@code NFPROTO_*}
         * @param hook number of the hook
         * @param priority place among the programs and rules of the hook
         * @param flags {@code BPF_F_NETFILTER_*}
         */
        record Netfilter(int protocolFamily, int hook, int priority, int flags) implements Details {
        }

        /**
         * Many kernel functions.
         *
         * @param flags {@code BPF_F_KPROBE_MULTI_RETURN} or 0
         * @param missed how often the program could not run
         * @param addresses the functions' addresses; all 0 where the kernel hides them
         * @param cookies one for each address, or none
         */
        record KprobeMulti(int flags, long missed, List<Long> addresses, List<Long> cookies) implements Details {
            /** Copies the lists. */
            public KprobeMulti {
                addresses = List.copyOf(addresses);
                cookies = List.copyOf(cookies);
            }
        }

        /**
         * Many places of an executable file.
         *
         * @param path the file
         * @param offsets the places, in bytes from the start of the file
         * @param semaphores for each place where in the file its semaphore (reference counter) is, 0 for none
         * @param cookies one for each place
         * @param flags {@code BPF_F_UPROBE_MULTI_RETURN} or 0
         * @param pid the process, 0 for all
         */
        record UprobeMulti(String path, List<Long> offsets, List<Long> semaphores, List<Long> cookies, int flags,
                int pid) implements Details {
            /** Copies the lists. */
            public UprobeMulti {
                offsets = List.copyOf(offsets);
                semaphores = List.copyOf(semaphores);
                cookies = List.copyOf(cookies);
            }
        }

        /**
         * A uprobe or uretprobe of a perf event.
         *
         * @param path the file
         * @param offsetBytes the place, in bytes from the start of the file; its lower 32 bits are all that the kernel
         *     tells
         * @param onReturn whether it is a uretprobe
         * @param refCtrOffset where in the file the counter is that is up while the program is attached, in bytes, 0
         *     for none; told since Linux 6.16
         * @param cookie what the program was attached with
         */
        record Uprobe(String path, long offsetBytes, boolean onReturn, long refCtrOffset, long cookie)
                implements Details {
        }

        /**
         * A kprobe or kretprobe of a perf event.
         *
         * @param function the kernel function, empty for an address
         * @param offsetBytes the place in the function, in bytes from its start
         * @param address the address, 0 where the kernel hides it
         * @param missed how often the probe could not run
         * @param onReturn whether it is a kretprobe
         * @param cookie what the program was attached with
         */
        record Kprobe(String function, long offsetBytes, long address, long missed, boolean onReturn, long cookie)
                implements Details {
        }

        /**
         * A tracepoint of a perf event.
         *
         * @param name the tracepoint without its category
         * @param cookie what the program was attached with
         */
        record Tracepoint(String name, long cookie) implements Details {
        }

        /**
         * Another perf event, such as a counter.
         *
         * @param eventType {@code perf_event_attr.type}
         * @param config {@code perf_event_attr.config}
         * @param cookie what the program was attached with
         */
        record PerfEvent(int eventType, long config, long cookie) implements Details {
        }

        /**
         * A device, for tcx.
         *
         * @param interfaceIndex the device; 0 if it is gone
         * @param attachType the attach type
         */
        record Tcx(int interfaceIndex, Optional<AttachType> attachType) implements Details {
        }

        /**
         * A netkit device.
         *
         * @param interfaceIndex the device; 0 if it is gone
         * @param attachType the attach type
         */
        record Netkit(int interfaceIndex, Optional<AttachType> attachType) implements Details {
        }

        /**
         * A sockmap or sockhash.
         *
         * @param mapId the map's id; 0 if it is gone
         * @param attachType the attach type
         */
        record Sockmap(int mapId, Optional<AttachType> attachType) implements Details {
        }

        /** Nothing: the kernel does not tell, or this version does not know the type. */
        record Unknown() implements Details {
        }
    }
}
