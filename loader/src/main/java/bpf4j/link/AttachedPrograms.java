package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The programs that one hook runs, in this order, whoever attached them: {@code BPF_PROG_QUERY}.
 *
 * @param revision a number that grows with each change of the list, for {@link Position#expecting}; 0 where the kernel
 *     does not tell
 * @param entries the programs
 */
public record AttachedPrograms(long revision, List<Entry> entries) {

    /**
     * One program.
     *
     * @param programId its number in the kernel
     * @param linkId the number of the link that it is attached by; empty if there is none or the kernel does not tell
     * @param attachFlags of a program of a cgroup, the {@code BPF_F_ALLOW_*} flags that it is attached with; 0 for
     *     other hooks, and when it was asked for what runs in effect
     */
    public record Entry(int programId, OptionalInt linkId, int attachFlags) {
    }

    /** What runs in effect, with what the cgroups above have. */
    static final int BPF_F_QUERY_EFFECTIVE = 1;

    /** Programs of one hook: the kernel allows 64. More in a newer kernel are asked for again. */
    private static final int FIRST_CAPACITY = 64;
    private static final int MAX_CAPACITY = 1 << 16;

    /** Copies the list. */
    public AttachedPrograms {
        entries = List.copyOf(entries);
    }

    /** {@return the numbers of the programs, in order} */
    public List<Integer> programIds() {
        return entries.stream().map(Entry::programId).toList();
    }

    /**
     * Asks the kernel.
     *
     * @param kernel the kernel
     * @param subject what is asked about, for messages
     * @param target the target's descriptor or interface index
     * @param type the attach type
     * @return the programs
     * @throws KernelException if the kernel refuses
     */
    static AttachedPrograms query(Kernel kernel, String subject, int target, AttachType type) {
        return query(kernel, subject, target, type, 0);
    }

    /** The same with {@code BPF_F_QUERY_*} flags. */
    static AttachedPrograms query(Kernel kernel, String subject, int target, AttachType type, int flags) {
        int capacity = FIRST_CAPACITY;
        boolean withLinks = true;
        while (true) {
            try (var buffer = CallBuffer.acquire()) {
                Question question = new Question(buffer, capacity, withLinks, flags);
                int status = question.ask(kernel, target, type);
                if (status >= 0) {
                    return question.answer();
                } else if (status == -Errno.ENOSPC.number() && capacity < MAX_CAPACITY) {
                    capacity *= 2;
                } else if (status == -Errno.EINVAL.number() && withLinks) {
                    // Kernels before 6.6 have no such field.
                    withLinks = false;
                } else {
                    throw KernelException.refused(Step.QUERY, subject, type.name(), -status);
                }
            }
        }
    }

    /** One call, with room for so many programs. */
    private static final class Question {

        private final MemorySegment attr;
        private final MemorySegment programs;
        private final MemorySegment links;
        private final MemorySegment flags;
        private final int capacity;
        private boolean eachHasFlags;

        Question(CallBuffer buffer, int capacity, boolean withLinks, int queryFlags) {
            this.attr = ProgAttr.Query.STRUCT.allocate(buffer);
            this.programs = buffer.allocate(ValueLayout.JAVA_INT, capacity);
            this.links = buffer.allocate(ValueLayout.JAVA_INT, capacity);
            this.flags = buffer.allocate(ValueLayout.JAVA_INT, capacity);
            this.capacity = capacity;
            ProgAttr.Query.QUERY_FLAGS.set(attr, queryFlags);
            if (withLinks) {
                ProgAttr.Query.LINK_IDS.set(attr, links);
            }
        }

        int ask(Kernel kernel, int target, AttachType type) {
            ProgAttr.Query.TARGET_FD.set(attr, target);
            ProgAttr.Query.ATTACH_TYPE.set(attr, type.number());
            ProgAttr.Query.PROG_IDS.set(attr, programs);
            ProgAttr.Query.PROG_CNT.set(attr, capacity);
            // This one is several hooks in the kernel, one for each function.
            eachHasFlags = type == AttachType.BPF_LSM_CGROUP && ProgAttr.Query.QUERY_FLAGS.get(attr) == 0;
            if (eachHasFlags) {
                ProgAttr.Query.PROG_ATTACH_FLAGS.set(attr, flags);
            }
            return kernel.bpf(BpfCommand.BPF_PROG_QUERY, attr, ProgAttr.Query.STRUCT.sizeBytes());
        }

        AttachedPrograms answer() {
            int count = Math.min(ProgAttr.Query.PROG_CNT.get(attr), capacity);
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int link = links.getAtIndex(ValueLayout.JAVA_INT, i);
                entries.add(new Entry(programs.getAtIndex(ValueLayout.JAVA_INT, i),
                        link == 0 ? OptionalInt.empty() : OptionalInt.of(link), eachHasFlags
                                ? flags.getAtIndex(ValueLayout.JAVA_INT, i) : ProgAttr.Query.ATTACH_FLAGS.get(attr)));
            }
            return new AttachedPrograms(ProgAttr.Query.REVISION.get(attr), entries);
        }
    }
}
