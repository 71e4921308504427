package bpf4j.reloc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.KernelTypes;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.ObjectFormatException;
import bpf4j.testdata.Fixtures;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where CO-RE records may point, and whose types may answer them. */
class CoreRecordsTest {

    private static final String NAME = "core_field_exists-el.o";

    /** The fixture, the offset in all of its records moved to {@code newOffset}. */
    private static BpfObject moved(BpfFunction function, long newOffset) {
        byte[] bytes = Fixtures.bytes("obj/" + NAME);
        ElfSection ext = ElfFile.parse(MemorySegment.ofArray(bytes), NAME).section(".BTF.ext").orElseThrow();
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int found = 0;
        for (CoreRelocation relocation : function.coreRelocations()) {
            for (int at = (int) ext.offset(); at <= ext.offset() + ext.size() - 16; at += 4) {
                if (data.getInt(at) == relocation.insnOffsetBytes() && data.getInt(at + 4) == relocation.typeId()
                        && data.getInt(at + 12) == relocation.kind().ordinal()) {
                    data.putInt(at, (int) newOffset);
                    found++;
                }
            }
        }
        assertEquals(function.coreRelocations().size(), found);
        return BpfObject.parse(ElfFile.parse(MemorySegment.ofArray(bytes), NAME));
    }

    private static BpfObject fixture(String name) {
        return BpfObject.parse(ElfFile.parse(MemorySegment.ofArray(Fixtures.bytes("obj/" + name)), name));
    }

    private static BpfFunction function() {
        return fixture(NAME).programs().getFirst().function();
    }

    private static RelocatedObject relocate(BpfObject object) {
        return RelocatedObject.relocate(object, KernelTypes.of(object.btf().orElseThrow()));
    }

    @Test
    void lastInstructionIsOneToo() {
        BpfFunction function = function();
        long last = (function.sectionInsnIndex() + function.slotCount() - 1) * 8L;
        BpfObject object = moved(function, last);
        assertEquals(last, object.programs().getFirst().function().coreRelocations().getFirst().insnOffsetBytes());
        RelocationException e = assertThrows(RelocationException.class, () -> relocate(object));
        assertTrue(e.getMessage().contains("instruction %d: ".formatted(function.slotCount() - 1)), e::getMessage);
        assertTrue(e.getMessage().contains("an instruction of class 5 cannot hold a relocation"), e::getMessage);
    }

    /** Records of functions that the linker dropped stay in the file; nobody has them. */
    @ParameterizedTest
    @CsvSource({"0", "8", "4096", "2147483640"})
    void recordBehindTheLastInstructionBelongsToNobody(long behind) {
        BpfFunction function = function();
        BpfObject object = moved(function, (function.sectionInsnIndex() + function.slotCount()) * 8L + behind);
        assertArrayEquals(function.slots(), relocate(object).programs().getFirst().slots());
    }

    @Test
    void recordInsideAnInstructionIsRefused() {
        BpfFunction function = function();
        assertThrows(ObjectFormatException.class,
                () -> moved(function, function.coreRelocations().getFirst().insnOffsetBytes() + 4));
    }

    @ParameterizedTest
    @CsvSource({"core_synthetic-el.o,core_synthetic-eb.o", "core_synthetic-eb.o,core_synthetic-el.o"})
    void typesOfTheOtherByteOrderAreRefused(String object, String types) {
        Btf btf = fixture(types).btf().orElseThrow();
        for (RelocationException e : new RelocationException[] {
            assertThrows(RelocationException.class,
                    () -> RelocatedObject.relocate(fixture(object), KernelTypes.of(btf))),
            assertThrows(RelocationException.class,
                    () -> RelocatedObject.relocate(fixture(object), KernelTypes.of(btf), btf))}) {
            assertTrue(e.getMessage().contains("the types of"), e::getMessage);
        }
        // Who has nothing to relocate does not care.
        assertEquals(1, RelocatedObject.relocate(fixture("maps-el.o"), KernelTypes.of(btf)).programs().size());
    }
}
