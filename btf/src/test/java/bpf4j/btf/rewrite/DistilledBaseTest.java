package bpf4j.btf.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistilledBaseTest {

    private static final BtfType.Int INT = new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32);
    private static final List<BtfType> BASE = List.of(
            INT,
            new BtfType.Ptr(1),
            new BtfType.Struct("s", 16, true, List.of(member("p", 2, 0), member("bits", 1, 64, 3))),
            new BtfType.Union("", 8, false, List.of(member("s", 5, 0), member("i", 1, 0))),
            new BtfType.Ptr(3),
            new BtfType.Enum64("e", 8, true, List.of(new BtfType.EnumValue("E", 1))),
            new BtfType.Fwd("f", true),
            new BtfType.Float("double", 8),
            new BtfType.Typedef("t", 6),
            new BtfType.Struct("unused", 4, false, List.of(member("i", 1, 0))),
            new BtfType.Func("function", 12, BtfType.Func.STATIC),
            new BtfType.FuncProto(0, List.of()));

    private static BtfType.Member member(String name, int typeId, long offsetBits) {
        return member(name, typeId, offsetBits, 0);
    }

    private static BtfType.Member member(String name, int typeId, long offsetBits, int bits) {
        return new BtfType.Member(name, typeId, offsetBits, bits);
    }

    static Btf btf(BtfBuilder builder, String name, List<BtfType> types) {
        types.forEach(builder::add);
        return builder.build(ByteOrder.LITTLE_ENDIAN, name);
    }

    static List<BtfType> own(Btf btf) {
        return IntStream.range(btf.firstOwnId(), btf.typeCount()).mapToObj(btf::type).toList();
    }

    private static Btf split(BtfType... types) {
        return btf(BtfBuilder.onBase(btf(new BtfBuilder(), "base", BASE)), "module", List.of(types));
    }

    @Test
    void keepsNamesAndSizesInTheBaseAndCopiesTheRest() {
        DistilledBase parts = DistilledBase.of(split(
                new BtfType.Struct("own", 40, false, List.of(member("u", 4, 0), member("t", 9, 64),
                        member("f", 15, 128), member("d", 8, 192))),
                new BtfType.Typedef("alias", 13), new BtfType.Ptr(7)));
        assertEquals(List.of(INT, new BtfType.Struct("s", 16, false, List.of()),
                new BtfType.Enum("e", 8, false, List.of()), new BtfType.Fwd("f", true),
                new BtfType.Float("double", 8)), own(parts.base()));
        assertEquals(List.of(
                new BtfType.Struct("own", 40, false, List.of(member("u", 9, 0), member("t", 11, 64),
                        member("f", 8, 128), member("d", 5, 192))),
                new BtfType.Typedef("alias", 6), new BtfType.Ptr(4),
                new BtfType.Union("", 8, false, List.of(member("s", 10, 0), member("i", 1, 0))),
                new BtfType.Ptr(2), new BtfType.Typedef("t", 3)), own(parts.split()));
        assertEquals("module", parts.split().name());
    }

    @Test
    void ofTypesThatUseNothingHasAnEmptyBase() {
        DistilledBase parts = DistilledBase.of(split(new BtfType.Ptr(0)));
        assertEquals(1, parts.base().typeCount());
        assertEquals(List.of(new BtfType.Ptr(0)), own(parts.split()));
    }

    @Test
    void refusesWhatTypesAreNotBuiltOf() {
        BtfFormatException e = assertThrows(BtfFormatException.class, () -> DistilledBase.of(split(
                new BtfType.DeclTag("tag", 11, -1, false))));
        assertTrue(e.getMessage().startsWith("module: type [11]: the base's BTF_KIND_FUNC "), e.getMessage());
        Btf whole = btf(new BtfBuilder(), "whole", BASE);
        assertThrows(IllegalArgumentException.class, () -> DistilledBase.of(whole));
    }

    @Test
    void keepsADamagedOnesErrorAnError() {
        Btf damaged = split(new BtfType.Ptr(99));
        assertThrows(BtfFormatException.class, () -> DistilledBase.of(damaged));
    }
}
