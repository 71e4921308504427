package bpf4j.insn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class InsnProperties {

    @Property
    void decodingUndoesEncoding(@ForAll long[] slots, @ForAll boolean bigEndian) {
        ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        assertArrayEquals(slots, Insn.decode(MemorySegment.ofArray(Insn.encode(slots, order)), order));
    }

    @Property
    void fieldsMakeUpTheSlot(@ForAll long slot) {
        assertEquals(slot,
                Insn.of(Insn.opcode(slot), Insn.dst(slot), Insn.src(slot), Insn.off(slot), Insn.imm(slot)));
        assertEquals(Insn.opcode(slot), Insn.opcodeClass(slot) | Insn.source(slot) | Insn.operation(slot));
        assertEquals(Insn.opcode(slot), Insn.opcodeClass(slot) | Insn.size(slot) | Insn.mode(slot));
    }
}
