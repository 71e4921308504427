package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.kernel.KernelException;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Questions to kernels with few and many programs, that know of links or do not. */
class AttachedProgramsTest {

    private static final int REVISION = 9;

    /** A kernel with programs 1, 2 and so on, each attached by a link whose number is ten times that. */
    private record Programs(int count, boolean knowsLinks, List<Integer> capacities) implements Kernel {

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            assertEquals(BpfCommand.BPF_PROG_QUERY, command);
            int capacity = ProgAttr.Query.PROG_CNT.get(attr);
            capacities.add(capacity);
            if (ProgAttr.Query.LINK_IDS.get(attr) != 0) {
                if (!knowsLinks) {
                    return -Errno.EINVAL.number();
                }
                write(ProgAttr.Query.LINK_IDS.get(attr), capacity, 10);
                ProgAttr.Query.REVISION.set(attr, REVISION);
            }
            write(ProgAttr.Query.PROG_IDS.get(attr), capacity, 1);
            ProgAttr.Query.PROG_CNT.set(attr, count);
            return capacity < count ? -Errno.ENOSPC.number() : 0;
        }

        private void write(long address, int capacity, int factor) {
            MemorySegment ids = MemorySegment.ofAddress(address).reinterpret(4L * capacity);
            IntStream.range(0, Math.min(count, capacity))
                    .forEach(i -> ids.setAtIndex(ValueLayout.JAVA_INT, i, (i + 1) * factor));
        }

        @Override
        public int close(int fd) {
            throw new AssertionError("nothing to close");
        }
    }

    private static AttachedPrograms query(Kernel kernel) {
        return AttachedPrograms.query(kernel, "a hook", 5, AttachType.BPF_TCX_INGRESS);
    }

    @Test
    void programsHaveTheirLinks() {
        assertEquals(new AttachedPrograms(REVISION, 0, List.of(new AttachedPrograms.Entry(1, OptionalInt.of(10)),
                new AttachedPrograms.Entry(2, OptionalInt.of(20)))), query(new Programs(2, true, new ArrayList<>())));
        assertEquals(List.of(), query(new Programs(0, true, new ArrayList<>())).programIds());
    }

    @Test
    void oldKernelsKnowNoLinks() {
        Programs old = new Programs(1, false, new ArrayList<>());
        assertEquals(new AttachedPrograms(0, 0, List.of(new AttachedPrograms.Entry(1, OptionalInt.empty()))),
                query(old));
        assertEquals(List.of(64, 64), old.capacities);
    }

    @Test
    void moreThanExpectedAreAskedForAgain() {
        Programs many = new Programs(200, true, new ArrayList<>());
        assertEquals(IntStream.rangeClosed(1, 200).boxed().toList(), query(many).programIds());
        assertEquals(List.of(64, 128, 256), many.capacities);
    }

    @Test
    void kernelThatNeverHasEnoughIsLeft() {
        assertEquals("ENOSPC", assertThrows(KernelException.class,
                () -> query(new Programs(Integer.MAX_VALUE, true, new ArrayList<>()))).errnoName());
    }
}
