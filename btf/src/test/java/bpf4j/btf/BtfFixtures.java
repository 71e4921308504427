package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Compiled objects that have BTF. */
public final class BtfFixtures {

    private BtfFixtures() {
    }

    /** Never empty, as objects without BTF are the exception. */
    public static List<Path> objects() {
        return Fixtures.objects().stream().filter(o -> section(o, ".BTF").isPresent()).toList();
    }

    public static Optional<byte[]> section(Path object, String name) {
        try {
            return ElfFile.read(object).section(name).map(ElfSection::data).map(d -> d.toArray(ValueLayout.JAVA_BYTE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A copy is the same bytes, and so is what the writer makes of the types: through the other byte order it writes
     * each.
     */
    static void assertCopiesAreTheSame(Btf btf) {
        byte[] expected = btf.data().toArray(ValueLayout.JAVA_BYTE);
        assertArrayEquals(expected, BtfBuilder.copyOf(btf).toBytes(btf.order()));
        ByteOrder other = btf.order() == ByteOrder.LITTLE_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        Btf turned = BtfBuilder.copyOf(btf).build(other, "turned");
        assertArrayEquals(expected, BtfBuilder.copyOf(turned).toBytes(btf.order()));
    }
}
