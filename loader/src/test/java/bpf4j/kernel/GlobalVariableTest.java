package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.MapAttr;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Variables of sections that are not mapped, in a kernel of the test's own that keeps one value. */
class GlobalVariableTest {

    private static final int SECTION_BYTES = 8;

    private static final class OneValue implements Kernel {

        private final FakeKernel fake = new FakeKernel();
        private final List<BpfCommand> accesses = new ArrayList<>();
        private byte[] value = {5, 0, 0, 0, 6, 0, 0, 0};
        private Errno refusal;

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            boolean access = command == BpfCommand.BPF_MAP_LOOKUP_ELEM || command == BpfCommand.BPF_MAP_UPDATE_ELEM;
            if (!access || refusal == null && accesses.isEmpty() && command == BpfCommand.BPF_MAP_UPDATE_ELEM) {
                return fake.bpf(command, attr, sizeBytes);
            }
            accesses.add(command);
            if (refusal != null) {
                return -refusal.number();
            }
            MemorySegment memory = MemorySegment.ofAddress(MapAttr.Elem.VALUE.get(attr)).reinterpret(SECTION_BYTES);
            if (command == BpfCommand.BPF_MAP_LOOKUP_ELEM) {
                memory.copyFrom(MemorySegment.ofArray(value));
            } else {
                value = memory.toArray(ValueLayout.JAVA_BYTE);
            }
            return 0;
        }

        @Override
        public int close(int fd) {
            return fake.close(fd);
        }
    }

    private final OneValue kernel = new OneValue();

    private LoadedObject load() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("variables-el.o"));
        return object.load(LoadOptions.defaults().withKernel(kernel));
    }

    @Test
    void readsAndWritesTheWholeSection() throws IOException {
        try (LoadedObject loaded = load()) {
            GlobalVariable first = loaded.variable("only_static");
            assertFalse(first.isMapped());
            assertEquals(5, first.getLong());
            loaded.variable("also_static").set(-2);
            assertArrayEquals(new byte[] {5, 0, 0, 0, -2, -1, -1, -1}, kernel.value);
            first.set(new byte[] {1, 2, 3, 4});
            assertArrayEquals(new byte[] {1, 2, 3, 4, -2, -1, -1, -1}, kernel.value);
            assertEquals(-2, loaded.variable("also_static").getInt());
            assertEquals(List.of(BpfCommand.BPF_MAP_LOOKUP_ELEM, BpfCommand.BPF_MAP_LOOKUP_ELEM,
                    BpfCommand.BPF_MAP_UPDATE_ELEM, BpfCommand.BPF_MAP_LOOKUP_ELEM, BpfCommand.BPF_MAP_UPDATE_ELEM,
                    BpfCommand.BPF_MAP_LOOKUP_ELEM), kernel.accesses);
        }
    }

    @Test
    void aValueThatDoesNotFitIsNotWritten() throws IOException {
        try (LoadedObject loaded = load()) {
            GlobalVariable variable = loaded.variable("only_static");
            assertThrows(IllegalArgumentException.class, () -> variable.set(1L << 40));
            assertThrows(IllegalArgumentException.class, () -> variable.set("text"));
            assertFalse(kernel.accesses.contains(BpfCommand.BPF_MAP_UPDATE_ELEM));
        }
    }

    @Test
    void refusalsNameTheMap() throws IOException {
        try (LoadedObject loaded = load()) {
            GlobalVariable variable = loaded.variable("only_static");
            kernel.refusal = Errno.EPERM;
            KernelException e = assertThrows(KernelException.class, variable::getLong);
            assertTrue(e.getMessage().startsWith("map '.data.own': "), e::getMessage);
            assertThrows(KernelException.class, () -> variable.set(1));
        }
    }

    @Test
    void whatTheKernelDoesNotMapSaysWhy() throws IOException {
        try (LoadedObject loaded = load()) {
            GlobalVariable runs = loaded.variable("runs");
            assertEquals("the kernel does not map it: EBADF", runs.whyNotMapped());
            assertTrue((loaded.object().map(".bss").flags() & MapSpec.BPF_F_MMAPABLE) != 0);
            assertThrows(UnsupportedOperationException.class, runs::memory);
        }
    }

    @Test
    void closedObjectsHaveNoVariables() throws IOException {
        LoadedObject loaded = load();
        GlobalVariable variable = loaded.variable("only_static");
        loaded.close();
        assertThrows(IllegalStateException.class, variable::getLong);
        assertEquals(Set.of(), kernel.fake.open());
    }
}
