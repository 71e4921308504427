package bpf4j.image;

import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfFormatException;
import bpf4j.elf.ElfFormatException;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A damaged file of any kind ends in a result or in one of our exceptions, within bounds of time and memory. */
class ImageProperties {

    private static final long MAX_MILLIS = 5_000;
    /** What may be expanded for nothing, once as it grows and once more per layer; and a dictionary of xz. */
    private static final long MAX_ALLOCATED_BYTES = 256L << 20;

    /** One file; its content would fill the report. */
    private record Sample(String name, byte[] bytes) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Sample> FILES = files();

    @Provide
    Arbitrary<Sample> images() {
        return Arbitraries.of(FILES);
    }

    @Property(tries = 1500)
    void flippedBitsEndInAResultOrOurException(@ForAll("images") Sample file, @ForAll long seed) {
        byte[] damaged = file.bytes.clone();
        Random random = new Random(seed);
        for (int i = random.nextInt(4); i >= 0; i--) {
            // Headers are short, so half of the flips are among the first bytes.
            int at = random.nextInt(random.nextBoolean() ? Math.min(64, damaged.length) : damaged.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
        }
        assertBounded(damaged);
    }

    @Property(tries = 500)
    void truncationEndsInAResultOrOurException(@ForAll("images") Sample file, @ForAll long seed) {
        assertBounded(Arrays.copyOf(file.bytes, new Random(seed).nextInt(file.bytes.length)));
    }

    @Property(tries = 500)
    void noiseAfterAHeaderEndsInAResultOrOurException(@ForAll("images") Sample file, @ForAll long seed) {
        byte[] damaged = file.bytes.clone();
        Random random = new Random(seed);
        int from = random.nextInt(damaged.length);
        for (int i = from; i < Math.min(damaged.length, from + 64); i++) {
            damaged[i] = (byte) random.nextInt();
        }
        assertBounded(damaged);
    }

    private static void assertBounded(byte[] file) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        try {
            KernelImage.parse(Images.segment(file), "test");
        } catch (ImageFormatException | BtfFormatException | ElfFormatException expected) {
            assertTrue(expected.getMessage().matches("(?s).+: .+: .+"), expected.getMessage());
        }
        assertTrue(System.nanoTime() - start < MAX_MILLIS * 1_000_000);
        assertTrue(threads.getCurrentThreadAllocatedBytes() - allocated < MAX_ALLOCATED_BYTES);
    }

    private static List<Sample> files() {
        byte[] vmlinux = Images.vmlinux();
        List<Sample> files = new ArrayList<>(List.of(new Sample("BTF", Images.BTF), new Sample("vmlinux", vmlinux),
                new Sample("Image", Images.flat()), new Sample("zstd -19", ZstdDecoderTest.resource()),
                new Sample("tar", Images.tar(new LinkedHashMap<>(Map.of("a.btf", Images.BTF))))));
        for (Compression kind : Images.WITH_ENCODER) {
            files.add(new Sample(kind + " vmlinux", Images.compress(kind, vmlinux)));
            files.add(new Sample(kind + " bzImage", Images.bzImage(Images.compress(kind, vmlinux))));
            files.add(new Sample(kind + " zboot", Images.zboot(Images.compress(kind, Images.flat()))));
        }
        return files;
    }
}
