package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BtfBuilderTest {

    @Test
    void buildsAnEmptyBtf() {
        Btf btf = new BtfBuilder().build(ByteOrder.BIG_ENDIAN, "empty");
        assertEquals(1, btf.typeCount());
        assertEquals(25, btf.data().byteSize());
    }

    @Test
    void storesEachStringOnce() {
        BtfBuilder builder = new BtfBuilder();
        int offset = builder.string("name");
        builder.add(new BtfType.Fwd("name", false));
        builder.add(new BtfType.Fwd("name", true));
        assertEquals(0, builder.string(""));
        assertEquals(offset, builder.string("name"));
        Btf btf = builder.build(ByteOrder.LITTLE_ENDIAN, "test");
        assertEquals("name", btf.stringAt(offset));
        assertEquals("\0name\0".length(), btf.strings().byteSize());
    }

    @Test
    void countsIdsFromItsBase() {
        BtfBuilder builder = new BtfBuilder();
        assertEquals(1, builder.nextId());
        assertEquals(1, builder.add(new BtfType.Ptr(0)));
        BtfBuilder split = BtfBuilder.onBase(builder.build(ByteOrder.LITTLE_ENDIAN, "base"));
        assertEquals(2, split.nextId());
        assertEquals(2, split.add(new BtfType.Ptr(1)));
        assertEquals(new BtfType.Ptr(1), split.get(2));
        assertThrows(IndexOutOfBoundsException.class, () -> split.get(1));
        assertThrows(IndexOutOfBoundsException.class, () -> split.set(3, new BtfType.Ptr(0)));
    }

    @Test
    void editedCopyKeepsIdsAndStringOffsets() {
        BtfBuilder builder = new BtfBuilder();
        int line = builder.string("    return 0;");
        builder.add(new BtfType.Func("f", 2, BtfType.Func.GLOBAL));
        builder.add(new BtfType.FuncProto(0, List.of()));
        Btf original = builder.build(ByteOrder.LITTLE_ENDIAN, "original");
        BtfBuilder copy = BtfBuilder.copyOf(original);
        copy.set(1, new BtfType.Func("renamed", 2, BtfType.Func.STATIC));
        assertEquals(3, copy.add(new BtfType.Ptr(1)));
        Btf edited = copy.build(ByteOrder.LITTLE_ENDIAN, "edited");
        assertEquals("    return 0;", edited.stringAt(line));
        assertEquals(new BtfType.Func("renamed", 2, BtfType.Func.STATIC), edited.type(1));
        assertEquals(original.type(2), edited.type(2));
        assertEquals(original.strings().byteSize() + "renamed\0".length(), edited.strings().byteSize());
    }

    static Stream<Path> objects() {
        return BtfFixtures.objects().stream();
    }

    @ParameterizedTest
    @MethodSource("objects")
    void copyOfACompilersBtfHasTheSameBytes(Path object) throws IOException {
        BtfFixtures.assertCopiesAreTheSame(Btf.read(object));
    }

    static Stream<BtfType> whatTheFormatCannotHold() {
        return Stream.of(
                new BtfType.Void(),
                new BtfType.Int("i", 4, 16, 0, 32),
                new BtfType.Int("i", 4, 0, 256, 32),
                new BtfType.Int("i", 4, 0, 0, -1),
                new BtfType.Array(0, 0, 1L << 32),
                new BtfType.Array(0, 0, -1),
                new BtfType.Struct("s", 1L << 32, false, List.of()),
                new BtfType.Struct("s", 4, false, List.of(new BtfType.Member("m", 0, 1L << 32, 0))),
                new BtfType.Struct("s", 4, false, List.of(new BtfType.Member("m", 0, 0, 3))),
                new BtfType.Union("u", 4, true, List.of(new BtfType.Member("m", 0, 1 << 24, 0))),
                new BtfType.Union("u", 4, true, List.of(new BtfType.Member("m", 0, 0, 256))),
                new BtfType.Enum("e", 4, false, List.of(new BtfType.EnumValue("v", -1))),
                new BtfType.Enum("e", 4, true, List.of(new BtfType.EnumValue("v", 1L << 31))),
                new BtfType.Func("f", 0, -1),
                new BtfType.DataSec("d", 4, List.of(new BtfType.SectionVar(0, -1, 0))),
                new BtfType.Fwd("a\0b", false));
    }

    @ParameterizedTest
    @MethodSource
    void whatTheFormatCannotHold(BtfType type) {
        BtfBuilder builder = new BtfBuilder();
        builder.add(type);
        assertThrows(IllegalArgumentException.class, () -> builder.toBytes(ByteOrder.LITTLE_ENDIAN));
    }
}
