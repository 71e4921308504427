package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class FieldTest {

    @Test
    void writesAndReadsBack() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = MapAttr.Create.STRUCT.allocate(arena);
            MapAttr.Create.MAX_ENTRIES.set(attr, -2);
            MapAttr.Create.MAP_EXTRA.set(attr, Long.MIN_VALUE);
            MapAttr.Create.MAP_NAME.setString(attr, "a_name_of_19_bytes_");
            assertEquals(-2, MapAttr.Create.MAX_ENTRIES.get(attr));
            assertEquals(Long.MIN_VALUE, MapAttr.Create.MAP_EXTRA.get(attr));
            assertEquals("a_name_of_19_by", MapAttr.Create.MAP_NAME.getString(attr));
            assertEquals(0, MapAttr.Create.MAP_IFINDEX.get(attr));
            MapAttr.Create.MAP_NAME.setString(attr, "x");
            assertEquals("x", MapAttr.Create.MAP_NAME.getString(attr));
            assertEquals(0, MapAttr.Create.MAP_NAME.get(attr)[2]);
        }
    }

    @Test
    void refusesAPointerToTheJavaHeap() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = MapAttr.Elem.STRUCT.allocate(arena);
            assertThrows(IllegalArgumentException.class,
                    () -> MapAttr.Elem.KEY.set(attr, MemorySegment.ofArray(new byte[4])));
            MapAttr.Elem.KEY.set(attr, attr);
            assertEquals(attr.address(), MapAttr.Elem.KEY.get(attr));
        }
    }

    @Test
    void anAliasIsTheSamePlace() {
        assertEquals(MapAttr.Elem.VALUE.offsetBytes(), MapAttr.Elem.NEXT_KEY.offsetBytes());
        assertEquals(20, LinkAttr.CreateBtf.TARGET_BTF_ID.endBytes());
    }

    @Test
    void readsTheFirstBitOfAWord() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = BpfInfo.Prog.STRUCT.allocate(arena);
            int first = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 1 : 1 << 31;
            BpfInfo.Prog.GPL_COMPATIBLE_WORD.set(info, first);
            assertEquals(true, BpfInfo.Prog.gplCompatible(info));
            BpfInfo.Prog.GPL_COMPATIBLE_WORD.set(info, ~first);
            assertEquals(false, BpfInfo.Prog.gplCompatible(info));
        }
    }
}
