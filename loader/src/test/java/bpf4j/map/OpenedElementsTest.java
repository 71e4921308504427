package bpf4j.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.kernel.FakeMaps;
import bpf4j.kernel.KernelException;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.MapAttr;
import bpf4j.sys.ObjectAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An inner map is replaced between the look at its id and the opening by that. */
class OpenedElementsTest {

    /** A map of maps whose element is another one at each look; none of them can be opened. */
    private static final class ReplacingKernel implements Kernel {

        private final List<Integer> opened = new ArrayList<>();
        private final int[] ids;
        private int looks;

        ReplacingKernel(int... ids) {
            this.ids = ids;
        }

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            if (command == BpfCommand.BPF_MAP_GET_FD_BY_ID) {
                opened.add(ObjectAttr.GetId.MAP_ID.get(attr));
            } else if (looks < ids.length) {
                MemorySegment.ofAddress(MapAttr.Elem.VALUE.get(attr)).reinterpret(Integer.BYTES)
                        .set(ValueLayout.JAVA_INT, 0, ids[looks++]);
                return 0;
            }
            return -Errno.ENOENT.number();
        }

        @Override
        public int close(int fd) {
            return 0;
        }
    }

    private static MapOfMaps<Integer> maps(Kernel kernel) {
        return MapOfMaps.of(FakeMaps.open(kernel, MapType.BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 10), Codec.INT);
    }

    @Test
    void replacedOneIsLookedUpAgain() {
        ReplacingKernel kernel = new ReplacingKernel(1, 2, 3, 4);
        assertEquals(Optional.empty(), maps(kernel).open(0), "the last look finds nothing");
        assertEquals(List.of(1, 3), kernel.opened);
    }

    @Test
    void oneThatIsInAndCannotBeOpenedIsARefusal() {
        ReplacingKernel kernel = new ReplacingKernel(7, 7);
        assertEquals(Errno.ENOENT.number(),
                assertThrows(KernelException.class, () -> maps(kernel).open(0)).errno());
    }
}
