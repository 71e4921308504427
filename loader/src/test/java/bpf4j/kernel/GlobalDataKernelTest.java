package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.MapAttr;
import bpf4j.sys.ProgAttr;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Objects with data sections on kernels before 5.2, whose programs address no data. */
@KernelTest
class GlobalDataKernelTest {

    /** {@code BPF_F_ZERO_SEED}. */
    private static final int LAST_FLAG = 1 << 6;

    /**
     * The running kernel without what 5.2 brought: variables in types, addresses inside of a map's value, maps that
     * programs only read.
     */
    private static final Kernel BEFORE = new Kernel() {

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            boolean refused = command == BpfCommand.BPF_BTF_LOAD
                    || command == BpfCommand.BPF_MAP_CREATE && MapAttr.Create.MAP_FLAGS.get(attr) > LAST_FLAG
                    || command == BpfCommand.BPF_PROG_LOAD && addressesData(attr);
            return refused ? -Errno.EINVAL.number() : Kernel.RUNNING.bpf(command, attr, sizeBytes);
        }

        private static boolean addressesData(MemorySegment attr) {
            int slots = ProgAttr.Load.INSN_CNT.get(attr);
            MemorySegment code = MemorySegment.ofAddress(ProgAttr.Load.INSNS.get(attr))
                    .reinterpret((long) slots * Long.BYTES);
            for (int i = 0; i < slots; i++) {
                long slot = code.getAtIndex(ValueLayout.JAVA_LONG, i);
                if (Insn.isLoadImm64(slot) && Insn.src(slot) == Opcode.BPF_PSEUDO_MAP_VALUE) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public int close(int fd) {
            return Kernel.RUNNING.close(fd);
        }
    };

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private static BpfObject object(String name) throws IOException {
        return BpfObject.read(Fixtures.nativeObject(name));
    }

    @Test
    void sectionsAreLeftOutAndSaidSo() throws IOException {
        BpfObject object = object("no_btf_data").withProgram("use", program -> program.withAutoload(false));
        try (LoadedObject loaded = FakeLoads.loadInto(object, BEFORE)) {
            assertTrue(loaded.maps().isEmpty());
            assertEquals(List.of("not created"),
                    loaded.adaptations().stream().map(Adaptation::change).distinct().toList());
            assertEquals(List.of("map 'no_btf_d.data'", "map 'no_btf_d.rodata'"),
                    loaded.adaptations().stream().map(Adaptation::subject).sorted().toList());
            assertEquals("this kernel has no global data", loaded.adaptations().getFirst().reason());
            assertThrows(NoSuchElementException.class, () -> loaded.map(".data"));
        }
    }

    @Test
    void programThatReachesTheDataIsRefusedForThat() throws IOException {
        VerifierException e = assertThrows(VerifierException.class,
                () -> FakeLoads.loadInto(object("no_btf_data"), BEFORE).close());
        assertTrue(e.explanation().contains("was not created"), e::explanation);
        assertTrue(e.explanation().contains("the kernel has no global data"), e::explanation);
        assertEquals("load it into Linux 5.2.0 or newer", e.advice());
        assertEquals("EINVAL", ((KernelException) e.getSuppressed()[0]).errnoName());
    }

    @Test
    void otherMapsAreCreated() throws IOException {
        try (LoadedObject loaded = FakeLoads.loadInto(object("maps"), BEFORE)) {
            assertEquals(object("maps").maps().size(), loaded.maps().size());
        }
    }
}
