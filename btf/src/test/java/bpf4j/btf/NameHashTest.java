package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NameHashTest {

    static Stream<String> names() {
        Stream<String> lengths = Stream.iterate("a", name -> name.length() <= 40, name -> name + "b");
        Stream<String> flavors = Stream.of("task___old", "a___b___c", "sevens___x", "abcdefg___hijklmnop", "___",
                "a____b", "a___", "__a__b", "a_^_b", "a^^___c", "größe___v2", "exactly8___exactly8", "x".repeat(8192));
        return Stream.concat(lengths, flavors);
    }

    @ParameterizedTest
    @MethodSource("names")
    void nameInTheStringsHasTheHashOfItsEssentialName(String name) {
        int expected = NameHash.of(bytes(EssentialName.of(name)));
        for (int offset = 1; offset <= 16; offset++) {
            byte[] section = bytes("\0".repeat(offset) + name + "\0next\0");
            assertEquals(expected, new NameHash(MemorySegment.ofArray(section)).at(offset), name);
        }
    }

    @Test
    void underscoresAnywhereAreSeen() {
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder name = new StringBuilder();
            for (int length = 1 + random.nextInt(24); length > 0; length--) {
                name.append(random.nextInt(3) == 0 ? 'x' : '_');
            }
            byte[] section = bytes("\0" + name + "\0");
            assertEquals(NameHash.of(bytes(EssentialName.of(name.toString()))),
                    new NameHash(MemorySegment.ofArray(section)).at(1), name.toString());
        }
    }

    @Test
    void nameThatIsTooLongHasNone() {
        byte[] section = bytes("\0" + "x".repeat(8193) + "\0");
        assertEquals(NameHash.NONE, new NameHash(MemorySegment.ofArray(section)).at(1));
    }

    @Test
    void namesThatDifferHaveDifferentHashes() {
        assertNotEquals(NameHash.of(bytes("sock")), NameHash.of(bytes("sack")));
        assertNotEquals(NameHash.of(bytes("a".repeat(8))), NameHash.of(bytes("a".repeat(16))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
