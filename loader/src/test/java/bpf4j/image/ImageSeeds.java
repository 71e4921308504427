package bpf4j.image;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Intact kernel images and archives, for tests of other packages that damage them. */
public final class ImageSeeds {

    /**
     * Memory that a file may take besides a multiple of its size: the 16 MiB that may be expanded for nothing, twice
     * as they grow, in each of four layers; and a dictionary of xz.
     */
    public static final long CONSTANT_BYTES = 192L << 20;

    private ImageSeeds() {
    }

    /** {@return a {@code vmlinux} with types, configuration and release} */
    public static byte[] vmlinux() {
        return Images.vmlinux();
    }

    /** Gives whole files with their names. */
    public static void files(BiConsumer<String, byte[]> each) {
        each.accept("Image", Images.flat());
        each.accept("zstd -19", ZstdDecoderTest.resource());
        each.accept("tar", Images.tar(new LinkedHashMap<>(Map.of("a.btf", Images.BTF))));
        for (Compression kind : Images.WITH_ENCODER) {
            each.accept(kind.label() + " vmlinux", Images.compress(kind, Images.vmlinux()));
            each.accept(kind.label() + " bzImage", Images.bzImage(Images.compress(kind, Images.vmlinux())));
            each.accept(kind.label() + " zboot", Images.zboot(Images.compress(kind, Images.flat())));
        }
    }

    /** Gives the cheap ways to put a kernel into an image, with their names. */
    public static void wrappings(BiConsumer<String, UnaryOperator<byte[]>> each) {
        each.accept("plain", UnaryOperator.identity());
        each.accept("zstd in bzImage", inner -> Images.bzImage(Images.compress(Compression.ZSTD, inner)));
        each.accept("gzip in zboot", inner -> Images.zboot(Images.compress(Compression.GZIP, inner)));
        each.accept("lz4", inner -> Images.compress(Compression.LZ4, inner));
    }
}
