package bpf4j.btf.dump;

import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Structs and unions with their members at any place, aligned or not, are where the BTF says after compilation. */
class LayoutProperties {

    private static final int TYPES = 150;

    private static Path folder;

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("layouts");
    }

    @AfterContainer
    static void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder).sorted(Comparator.reverseOrder())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Property(tries = 6, shrinking = ShrinkingMode.OFF)
    void anyLayoutSurvivesCompilation(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        BtfBuilder builder = new BtfBuilder();
        List<Integer> ids = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        for (BtfType number : List.of(new BtfType.Int("unsigned char", 1, 0, 0, 8),
                new BtfType.Int("short", 2, BtfType.Int.SIGNED, 0, 16),
                new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32), new BtfType.Int("unsigned long", 8, 0, 0, 64),
                new BtfType.Int("__int128", 16, BtfType.Int.SIGNED, 0, 128))) {
            ids.add(builder.add(number));
            sizes.add((long) ((BtfType.Int) number).sizeBytes());
        }
        for (int i = 0; i < TYPES; i++) {
            composite(random, builder, ids, sizes, "type" + i);
        }
        assertTrue(HeaderCheck.check(builder.build(ByteOrder.LITTLE_ENDIAN, "layouts"), folder) > TYPES);
    }

    private static void composite(Random random, BtfBuilder builder, List<Integer> ids, List<Long> sizes, String name) {
        boolean union = random.nextInt(4) == 0;
        // Most are as a compiler lays them out; the others are anywhere.
        boolean aligned = random.nextInt(3) > 0;
        List<BtfType.Member> members = new ArrayList<>();
        long at = 0;
        long largest = 0;
        for (int i = 0, count = random.nextInt(6); i < count; i++) {
            int which = random.nextInt(ids.size());
            boolean bitfield = which < 4 && random.nextInt(3) == 0;
            long size = sizes.get(which);
            int width = bitfield ? 1 + random.nextInt((int) size * 8) : 0;
            long unit = bitfield ? 1 : aligned ? Math.max(1, Math.min(size, 8)) * 8 : 8;
            long offset = union ? 0 : (at + unit - 1) / unit * unit
                    + (random.nextInt(4) == 0 ? unit * random.nextInt(9) : 0);
            // A bitfield without a name would not be seen.
            members.add(new BtfType.Member("m" + i, ids.get(which), offset, width));
            at = offset + (bitfield ? width : size * 8);
            largest = Math.max(largest, at);
        }
        long bytes = (largest + 7) / 8;
        long size = random.nextInt(3) == 0 ? bytes + random.nextInt(40) : (bytes + 7) / 8 * 8;
        if (union && size > 8) {
            // Nothing but alignment makes a union larger than its members, and nothing at all one without members.
            size = members.isEmpty() ? 0 : (bytes + 15) / 16 * 16;
        }
        boolean anonymous = !members.isEmpty() && random.nextInt(4) == 0;
        String tag = anonymous ? "" : name;
        ids.add(builder.add(union ? new BtfType.Union(tag, size, true, members)
                : new BtfType.Struct(tag, size, true, members)));
        sizes.add(size);
    }
}
