package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.binary.UsdtArgument;
import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.kernel.KernelException;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptions of arguments as programs of both layouts and byte orders read them. */
class UsdtSpecLayoutTest {

    private static final String MAP = "__bpf_usdt_specs";
    private static final long COOKIE = 0x0102_0304_0506_0708L;
    private static final List<UsdtArgument> ARGUMENTS = List.of(new UsdtArgument.Constant(4, true, -7),
            new UsdtArgument.Register(1, false, 112), new UsdtArgument.Memory(8, true, 152, -16));

    private static UsdtSpecLayout layout(String object) throws IOException {
        BpfObject read = BpfObject.read(Fixtures.object(object));
        return UsdtSpecLayout.of(read.btf().orElseThrow(), read.map(MAP).valueTypeId());
    }

    private static ByteBuffer encode(String object, List<UsdtArgument> arguments) throws IOException {
        return ByteBuffer.wrap(layout(object).encode(arguments, COOKIE, "a test"))
                .order(object.contains("-el") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"usdt-el.o", "usdt-eb.o"})
    void olderLayout(String object) throws IOException {
        ByteBuffer bytes = encode(object, ARGUMENTS);
        assertEquals(12 * 16 + 16, bytes.capacity());
        assertEquals("-7 0 0 1 32", argument(bytes, 0));
        assertEquals("0 1 112 0 56", argument(bytes, 16));
        assertEquals("-16 2 152 1 0", argument(bytes, 32));
        assertEquals("0 0 0 0 0", argument(bytes, 48));
        assertEquals(COOKIE, bytes.getLong(192));
        assertEquals(3, bytes.getShort(200));
    }

    private static String argument(ByteBuffer bytes, int at) {
        return "%d %d %d %d %d".formatted(bytes.getLong(at), bytes.getInt(at + 8), bytes.getShort(at + 12),
                bytes.get(at + 14), bytes.get(at + 15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"usdt_indexed-el.o", "usdt_indexed-eb.o"})
    void layoutWithAnIndex(String object) throws IOException {
        boolean little = object.contains("-el");
        ByteBuffer bytes = encode(object, List.of(new UsdtArgument.Indexed(2, true, 80, 8, 0x9a8, 3)));
        assertEquals(12 * 24 + 16, bytes.capacity());
        assertEquals(8, bytes.getLong(0));
        assertEquals(3, bytes.get(8));
        // 12 bits of the index register and 4 of the scale, in the order of the machine's bit fields.
        assertEquals((short) (little ? 0x39a8 : 0x9a83), bytes.getShort(10));
        assertEquals(80, bytes.getShort(14));
        assertEquals(1, bytes.get(16));
        assertEquals(48, bytes.get(17));
        assertEquals(COOKIE, bytes.getLong(288));
        assertEquals(1, bytes.getShort(296));
    }

    @Test
    void olderLayoutHasNoRoomForAnIndex() {
        assertTrue(assertThrows(KernelException.class, () -> encode("usdt-el.o",
                List.of(ARGUMENTS.getFirst(), new UsdtArgument.Indexed(2, true, 80, 8, 56, 3)))).getMessage()
                .contains("a test: attaching: argument 1 is in memory at two registers"));
    }

    @Test
    void moreArgumentsThanTheProgramTakes() throws IOException {
        assertEquals(12, encode("usdt-el.o", Collections.nCopies(12, ARGUMENTS.getFirst())).getShort(200));
        assertTrue(assertThrows(KernelException.class,
                () -> encode("usdt-el.o", Collections.nCopies(13, ARGUMENTS.getFirst()))).getMessage()
                .contains("the probe has 13 arguments, the program takes 12"));
    }

    @Test
    void mapOfAnotherType() throws IOException {
        BpfObject read = BpfObject.read(Fixtures.object("usdt-el.o"));
        Btf types = read.btf().orElseThrow();
        assertTrue(assertThrows(KernelException.class, () -> UsdtSpecLayout.of(types,
                read.map("__bpf_usdt_ip_to_spec_id").valueTypeId())).getMessage().contains("no 'usdt_cookie'"));
        assertThrows(KernelException.class, () -> UsdtSpecLayout.of(types, types.findOwn("__bpf_usdt_arg_spec",
                BtfKind.BTF_KIND_STRUCT).orElseThrow()));
    }
}
