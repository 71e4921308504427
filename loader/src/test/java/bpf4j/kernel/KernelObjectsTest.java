package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.ObjectAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Listing and describing, on a kernel that is old, refuses, or changes while it is asked. */
class KernelObjectsTest {

    /** A kernel with programs of some ids and nothing else. */
    private static final class ProgramsOnly implements Kernel {

        private final NavigableSet<Integer> ids;
        private final List<Integer> gone = new ArrayList<>();
        private final Map<Integer, Integer> open = new HashMap<>();
        private final List<BpfCommand> calls = new ArrayList<>();
        private Errno refusal;
        private int knownBytes = BpfInfo.Prog.STRUCT.sizeBytes();
        private int mapCount = 2;
        /** What a map that is bound in between adds. */
        private int boundMeanwhile;

        private ProgramsOnly(Integer... ids) {
            this.ids = new TreeSet<>(List.of(ids));
        }

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            calls.add(command);
            if (refusal != null) {
                return -refusal.number();
            }
            return switch (command) {
                case BPF_PROG_GET_NEXT_ID -> {
                    Integer next = ids.higher(ObjectAttr.GetId.START_ID.get(attr));
                    if (next == null) {
                        yield -Errno.ENOENT.number();
                    }
                    ObjectAttr.GetId.NEXT_ID.set(attr, next);
                    yield 0;
                }
                case BPF_PROG_GET_FD_BY_ID -> {
                    int id = ObjectAttr.GetId.START_ID.get(attr);
                    if (!ids.contains(id) || gone.contains(id)) {
                        yield -Errno.ENOENT.number();
                    }
                    int fd = 5000 + calls.size();
                    open.put(fd, id);
                    yield fd;
                }
                case BPF_OBJ_GET_INFO_BY_FD -> describe(attr);
                default -> throw new AssertionError(command);
            };
        }

        private int describe(MemorySegment attr) {
            MemorySegment info = MemorySegment.ofAddress(ObjectAttr.Info.INFO.get(attr)).reinterpret(knownBytes);
            ObjectAttr.Info.INFO_LEN.set(attr, knownBytes);
            BpfInfo.Prog.ID.set(info, open.get(ObjectAttr.Info.BPF_FD.get(attr)));
            BpfInfo.Prog.TYPE.set(info, 1);
            if (knownBytes >= BpfInfo.Prog.MAP_IDS.endBytes()) {
                int room = BpfInfo.Prog.NR_MAP_IDS.get(info);
                MemorySegment maps = MemorySegment.ofAddress(BpfInfo.Prog.MAP_IDS.get(info))
                        .reinterpret((long) room * Integer.BYTES);
                for (int i = 0; i < Math.min(room, mapCount); i++) {
                    maps.setAtIndex(ValueLayout.JAVA_INT, i, 100 + i);
                }
                BpfInfo.Prog.NR_MAP_IDS.set(info, mapCount);
                mapCount += boundMeanwhile;
                boundMeanwhile = 0;
            }
            return 0;
        }

        @Override
        public int close(int fd) {
            assertTrue(open.remove(fd) != null, "closed and was not open");
            return 0;
        }
    }

    @Test
    void listsAndClosesEach() {
        ProgramsOnly kernel = new ProgramsOnly(3, 7, 2_000_000_000);
        KernelObjects objects = KernelObjects.of(kernel);
        assertEquals(List.of(3, 7, 2_000_000_000), objects.programIds().boxed().toList());
        assertEquals(List.of(3, 7, 2_000_000_000), objects.programs().map(ProgramInfo::id).toList());
        assertEquals(Map.of(), kernel.open);
    }

    @Test
    void asksNoFurtherThanTheStreamIsRead() {
        ProgramsOnly kernel = new ProgramsOnly(3, 7, 9);
        assertEquals(3, KernelObjects.of(kernel).programs().findFirst().orElseThrow().id());
        assertEquals(1, kernel.calls.stream().filter(c -> c == BpfCommand.BPF_PROG_GET_FD_BY_ID).count());
        assertEquals(Map.of(), kernel.open);
    }

    @Test
    void leavesOutWhatGoesMeanwhile() {
        ProgramsOnly kernel = new ProgramsOnly(3, 7, 9);
        kernel.gone.add(7);
        assertEquals(List.of(3, 9), KernelObjects.of(kernel).programs().map(ProgramInfo::id).toList());
    }

    @Test
    void listsNothingWhereNothingIs() {
        assertEquals(List.of(), KernelObjects.of(new ProgramsOnly()).programs().toList());
    }

    @Test
    void saysWhichPrivilegeIsMissing() {
        ProgramsOnly kernel = new ProgramsOnly(3);
        kernel.refusal = Errno.EPERM;
        KernelException refused = assertThrows(KernelException.class,
                () -> KernelObjects.of(kernel).programs().toList());
        assertTrue(refused.getMessage().contains("CAP_SYS_ADMIN"), refused::getMessage);
    }

    @Test
    void asksForSizesFirst() {
        ProgramsOnly kernel = new ProgramsOnly(3);
        ProgramInfo info = KernelObjects.of(kernel).programs().findFirst().orElseThrow();
        assertEquals(Optional.of(List.of(100, 101)), info.mapIds());
        assertEquals(2, kernel.calls.stream().filter(c -> c == BpfCommand.BPF_OBJ_GET_INFO_BY_FD).count());
    }

    @Test
    void asksAgainWhenAMapWasBoundInBetween() {
        ProgramsOnly kernel = new ProgramsOnly(3);
        kernel.boundMeanwhile = 1;
        assertEquals(Optional.of(List.of(100, 101, 102)),
                KernelObjects.of(kernel).programs().findFirst().orElseThrow().mapIds());
    }

    /** No maps and no answer are two things. */
    @Test
    void tellsNoMapsFromNoAnswer() {
        ProgramsOnly none = new ProgramsOnly(3);
        none.mapCount = 0;
        ProgramsOnly old = new ProgramsOnly(3);
        old.knownBytes = BpfInfo.Prog.LOAD_TIME.endBytes();
        assertEquals(Optional.of(List.of()), KernelObjects.of(none).programs().findFirst().orElseThrow().mapIds());
        ProgramInfo info = KernelObjects.of(old).programs().findFirst().orElseThrow();
        assertEquals(Optional.empty(), info.mapIds());
        assertEquals(0, info.mapCount());
    }

    @Test
    void closesWhatCannotBeDescribed() {
        ProgramsOnly kernel = new ProgramsOnly(3);
        Kernel refusing = new Kernel() {

            @Override
            public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
                return command == BpfCommand.BPF_OBJ_GET_INFO_BY_FD ? -Errno.EFAULT.number()
                        : kernel.bpf(command, attr, sizeBytes);
            }

            @Override
            public int close(int fd) {
                return kernel.close(fd);
            }
        };
        assertThrows(KernelException.class, () -> KernelObjects.of(refusing).programs().toList());
        assertThrows(KernelException.class, () -> KernelObjects.of(refusing).program(3));
        assertEquals(Map.of(), kernel.open);
    }
}
