package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitBtfTest {

    private static final BtfType INT = new BtfType.Int("int", 4, 1, 0, 32);

    private final Btf base = base();
    private final Btf split = split(base, "module");

    private static Btf base() {
        BtfBuilder builder = new BtfBuilder();
        builder.add(INT);
        builder.add(new BtfType.Struct("sock", 4, false, List.of(new BtfType.Member("state", 1, 0, 0))));
        return builder.build(ByteOrder.LITTLE_ENDIAN, "vmlinux");
    }

    /** Ids 3 and 4: a pointer down into the base, a struct that uses both. */
    private static Btf split(Btf base, String name) {
        BtfBuilder builder = BtfBuilder.onBase(base);
        int first = builder.add(new BtfType.Ptr(2));
        builder.add(new BtfType.Struct(name, 8, false, List.of(new BtfType.Member("sk", first, 0, 0))));
        return builder.build(ByteOrder.LITTLE_ENDIAN, name);
    }

    @Test
    void continuesTheIdsOfItsBase() {
        assertEquals(3, split.firstOwnId());
        assertEquals(5, split.typeCount());
        assertSame(base, split.base().orElseThrow());
        assertEquals(new BtfType.Void(), split.type(0));
        assertEquals(INT, split.type(1));
        assertEquals("sock", split.nameOf(2));
        assertEquals(new BtfType.Ptr(2), split.type(3));
        assertEquals("module", split.type(4).name());
        assertThrows(BtfFormatException.class, () -> split.type(5));
        assertThrows(BtfFormatException.class, () -> base.type(3));
        assertEquals(BtfKind.BTF_KIND_STRUCT.ordinal(), split.kindNumber(2));
        assertEquals(BtfKind.BTF_KIND_PTR.ordinal(), split.kindNumber(3));
    }

    @Test
    void continuesTheStringsOfItsBase() {
        long boundary = base.strings().byteSize();
        assertEquals("", split.stringAt(0));
        assertEquals("state", split.stringAt(boundary - "state".length() - 1));
        assertEquals("", split.stringAt(boundary - 1));
        assertEquals("module", split.stringAt(boundary));
        assertThrows(BtfFormatException.class, () -> base.stringAt(boundary));
        assertThrows(BtfFormatException.class, () -> split.stringAt(boundary + split.strings().byteSize()));
        assertThrows(BtfFormatException.class, () -> split.stringAt(-1));
    }

    @Test
    void stringsNeedNoLeadingNulAndMayBeMissing() {
        Btf nameless = Btf.parseSplit(nothing(), base, "nameless");
        assertEquals(3, nameless.typeCount());
        assertEquals("sock", nameless.nameOf(2));
        assertEquals('m', split.strings().get(ValueLayout.JAVA_BYTE, 0));
    }

    private static MemorySegment nothing() {
        WireBtf wire = new WireBtf();
        wire.strings = new byte[0];
        return wire.segment();
    }

    @Test
    void findsInTheBaseFirstAndInItsOwnTypesOnRequest() {
        assertEquals(2, split.find("sock", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(OptionalInt.empty(), split.findOwn("sock", BtfKind.BTF_KIND_STRUCT));
        assertEquals(4, split.findOwn("module", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(OptionalInt.empty(), base.find("module", BtfKind.BTF_KIND_STRUCT));
        Btf same = split(base, "sock");
        assertEquals(2, same.find("sock", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(4, same.findOwn("sock", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(List.of(4), same.ownByEssentialName("sock").boxed().toList());
    }

    @Test
    void findsOwnTypesThatAreNamedByTheBasesStrings() {
        int name = BtfBuilder.copyOf(base).string("sock");
        WireBtf wire = new WireBtf().types(name, WireBtf.info(BtfKind.BTF_KIND_FWD, 0), 0);
        wire.strings = new byte[0];
        Btf module = Btf.parseSplit(wire.segment(), base, "module");
        assertEquals(new BtfType.Fwd("sock", false), module.type(3));
        assertEquals(3, module.findOwn("sock", BtfKind.BTF_KIND_FWD).orElseThrow());
    }

    @Test
    void resolvesThroughTheBoundary() {
        assertEquals(8, split.sizeBytes(3));
        assertEquals(4, split.sizeBytes(2));
        assertEquals("struct sock *", CPrinter.typeName(split, 3));
    }

    @Test
    void stacksOverSeveralLevels() {
        Btf top = split(split, "top");
        assertEquals(5, top.firstOwnId());
        assertEquals(List.of("", "int", "sock", "", "module", "", "top"),
                IntStream.range(0, top.typeCount()).mapToObj(top::nameOf).toList());
        assertEquals(2, top.find("sock", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(4, top.find("module", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(6, top.find("top", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        Btf onNothing = split(Btf.parseSplit(nothing(), base, "nameless"), "over");
        assertEquals("over", onNothing.nameOf(4));
    }

    @Test
    void copyKeepsItsBaseAndItsBytes() {
        BtfBuilder copy = BtfBuilder.copyOf(split);
        assertArrayEquals(split.data().toArray(ValueLayout.JAVA_BYTE), copy.toBytes(ByteOrder.LITTLE_ENDIAN));
        assertSame(base, copy.build(ByteOrder.LITTLE_ENDIAN, "copy").base().orElseThrow());
    }

    @Test
    void refusesABaseOfTheOtherByteOrderAndNoBase() {
        BtfBuilder builder = BtfBuilder.onBase(base);
        builder.add(new BtfType.Ptr(1));
        assertThrows(BtfFormatException.class, () -> builder.build(ByteOrder.BIG_ENDIAN, "eb"));
        assertThrows(NullPointerException.class, () -> Btf.parseSplit(split.data(), null, "x"));
    }

    @Test
    void withoutItsBaseItIsNotMistakenForAWholeOne() {
        assertThrows(BtfFormatException.class, () -> Btf.parse(split.data(), "alone"));
    }
}
