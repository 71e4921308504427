package bpf4j.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Damages seeds where it hurts: fields of headers and tables, numbers that reach just over an end, tables that grow,
 * types that are moved. The same seeds and number give the same inputs, in the same order. Not thread-safe.
 */
final class Mutator {

    private static final int MAX_FIELDS = 4;
    /** Growing multiplies, so that some inputs are large enough for bounds that are relative to the size. */
    private final int maxBytes;
    private final List<Seed> seeds;
    private final SplittableRandom random;

    Mutator(List<Seed> seeds, long number, int maxBytes) {
        this.seeds = seeds;
        this.random = new SplittableRandom(number);
        this.maxBytes = maxBytes;
    }

    /** {@return the next input} */
    byte[] next() {
        Seed seed = pick(seeds);
        int damaged = random.nextInt(seed.parts().size());
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < seed.parts().size(); i++) {
            Seed.Part part = seed.parts().get(i);
            contents.add(i == damaged || random.nextInt(4) == 0 ? damaged(part) : part.bytes());
        }
        byte[] input = seed.input(contents);
        if (seed.parts().size() > 1 && random.nextInt(64) == 0) {
            reshaped(input);
        }
        return input.length <= maxBytes ? input : Arrays.copyOf(input, maxBytes);
    }

    private byte[] damaged(Seed.Part part) {
        byte[] bytes = part.bytes().clone();
        List<Column> columns = part.columns();
        if (random.nextInt(4) == 0) {
            bytes = grown(part.format(), bytes);
            columns = part.format() == Format.BTF ? List.of() : columns;
        }
        int fields = random.nextInt(MAX_FIELDS + 1);
        for (int i = 0; i < fields && !columns.isEmpty(); i++) {
            setField(bytes, part.format(), columns);
        }
        int noise = fields == 0 || random.nextInt(8) == 0 ? 1 + random.nextInt(4) : 0;
        for (int i = 0; i < noise && bytes.length > 0; i++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (random.nextBoolean() ? 1 << random.nextInt(8)
                    : random.nextInt(256));
        }
        return random.nextInt(10) == 0 ? reshaped(bytes) : bytes;
    }

    private void setField(byte[] bytes, Format format, List<Column> columns) {
        Column column = pick(columns);
        int at = pick(column.offsets());
        ByteBuffer data = Format.buffer(bytes, format.order(bytes));
        long old = get(data, at, column.bytes());
        Column other = random.nextInt(4) == 0 ? pick(columns) : column;
        long elsewhere = get(data, pick(other.offsets()), other.bytes());
        put(data, at, column.bytes(), switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> 1L << random.nextInt(column.bytes() * 8);
            case 3 -> (1L << random.nextInt(column.bytes() * 8)) - 1;
            case 4 -> old + 1 + random.nextInt(16);
            case 5 -> old - 1 - random.nextInt(16);
            case 6 -> old ^ 1L << random.nextInt(column.bytes() * 8);
            case 7 -> random.nextInt(64);
            case 8 -> bytes.length + random.nextInt(-16, 17);
            case 9 -> bytes.length - at + random.nextInt(-16, 17);
            case 10 -> elsewhere;
            default -> random.nextLong();
        });
    }

    /** The same kind of content, only more or less of it or in another order, with headers that fit. */
    private byte[] grown(Format format, byte[] bytes) {
        return switch (format) {
            case BTF -> BtfLayout.join(format.order(bytes), shuffled(BtfLayout.types(bytes), bytes.length),
                    BtfLayout.strings(bytes));
            case ELF -> withGrownSection(bytes);
            case BTF_EXT, BYTES -> repeated(bytes, 0, bytes.length);
        };
    }

    private List<byte[]> shuffled(List<byte[]> types, int bytes) {
        List<byte[]> result = new ArrayList<>(types);
        for (int i = random.nextInt(4); i >= 0 && !result.isEmpty(); i--) {
            int at = random.nextInt(result.size());
            switch (random.nextInt(4)) {
                case 0 -> result.remove(at);
                case 1 -> result.set(at, pick(types));
                case 2 -> result.add(at, pick(types));
                default -> {
                    byte[] type = pick(types);
                    int count = times(bytes) * types.size() / 4;
                    for (int copy = 0; copy < count && copy < maxBytes / type.length / 4; copy++) {
                        result.add(type);
                    }
                }
            }
        }
        return result;
    }

    /** Puts another section's header on new contents behind the file. */
    private byte[] withGrownSection(byte[] bytes) {
        ByteBuffer old = Format.buffer(bytes, Format.ELF.order(bytes));
        int header = ElfLayout.sectionTable(bytes)
                + ElfLayout.SECTION_HEADER_BYTES * random.nextInt(Math.max(1, old.getShort(60)));
        if (header + ElfLayout.SECTION_HEADER_BYTES > bytes.length) {
            return bytes;
        }
        long offset = old.getLong(header + 24);
        long size = old.getLong(header + 32);
        if (offset < 0 || size <= 0 || offset > bytes.length || size > bytes.length - offset) {
            return bytes;
        }
        byte[] contents = Arrays.copyOfRange(bytes, (int) offset, (int) (offset + size));
        byte[] grown = BtfLayout.isPlain(contents) ? grown(Format.BTF, contents)
                : repeated(contents, 0, contents.length);
        byte[] result = Arrays.copyOf(bytes, bytes.length + grown.length);
        System.arraycopy(grown, 0, result, bytes.length, grown.length);
        Format.buffer(result, old.order()).putLong(header + 24, bytes.length).putLong(header + 32, grown.length);
        return result;
    }

    /** Cuts, doubles, moves or replaces a range. */
    private byte[] reshaped(byte[] bytes) {
        if (bytes.length == 0) {
            return bytes;
        }
        int from = random.nextInt(bytes.length);
        int to = from + 1 + random.nextInt(Math.min(bytes.length - from, 1 << random.nextInt(12)));
        switch (random.nextInt(5)) {
            case 0 -> {
                return Arrays.copyOf(bytes, from);
            }
            case 1 -> {
                byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from));
                System.arraycopy(bytes, to, result, from, bytes.length - to);
                return result;
            }
            case 2 -> {
                return repeated(bytes, from, to);
            }
            case 3 -> Arrays.fill(bytes, from, to, (byte) random.nextInt(-1, 2));
            default -> {
                byte[] other = pick(pick(seeds).parts()).bytes();
                int length = Math.min(to - from, other.length);
                System.arraycopy(other, random.nextInt(other.length - length + 1), bytes, from, length);
            }
        }
        return bytes;
    }

    private byte[] repeated(byte[] bytes, int from, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, to);
        for (int i = times(bytes.length); i > 0 && out.size() + (to - from) < maxBytes; i--) {
            out.write(bytes, from, to - from);
        }
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    /** Mostly a few times, seldom as often as there is room. */
    private int times(int bytes) {
        return random.nextInt(256) == 0 ? maxBytes / Math.max(1, bytes) : 1 + random.nextInt(3);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static long get(ByteBuffer data, int at, int bytes) {
        return switch (bytes) {
            case 1 -> data.get(at);
            case 2 -> data.getShort(at);
            case 4 -> data.getInt(at);
            default -> data.getLong(at);
        };
    }

    private static void put(ByteBuffer data, int at, int bytes, long value) {
        switch (bytes) {
            case 1 -> data.put(at, (byte) value);
            case 2 -> data.putShort(at, (short) value);
            case 4 -> data.putInt(at, (int) value);
            default -> data.putLong(at, value);
        }
    }
}
