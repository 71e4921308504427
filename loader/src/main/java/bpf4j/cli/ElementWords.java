package bpf4j.cli;

import bpf4j.kernel.CpuList;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedProgram;
import bpf4j.map.BtfCodec;
import bpf4j.map.BtfValue;
import bpf4j.object.MapType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * Keys and values as they are written on the command line: bytes as bpftool takes them, {@code 1 0 0 0x7f} or
 * {@code hex 01 00 00 7f}; where the map has types also one number for an integer, and {@code member=number} for
 * members of a struct, the others being zero; for maps of maps and of programs the object that goes in.
 */
final class ElementWords {

    /** What may follow a key or value. */
    private static final Set<String> ENDS = Set.of("key", "value", "any", "exist", "noexist");

    private final Words words;
    private final LoadedMap map;
    private final ElementFormat format;
    private final Selection selection;

    ElementWords(Words words, LoadedMap map, ElementFormat format, Selection selection) {
        this.words = words;
        this.map = map;
        this.format = format;
        this.selection = selection;
    }

    /**
     * A value that goes into a map.
     *
     * @param bytes as the kernel takes it
     * @param held what the bytes are the descriptor of, open until this is closed
     */
    record Value(byte[] bytes, List<AutoCloseable> held) implements AutoCloseable {

        @Override
        public void close() {
            Selection.closeAll(held);
        }
    }

    /** Takes {@code key ...}; nothing for a map that has no keys. */
    byte[] key() {
        if (map.keySize() == 0) {
            return new byte[0];
        }
        if (!words.take("key")) {
            throw words.wrong("Say which element: key and %d bytes.".formatted(map.keySize()));
        }
        return data("key", map.keySize(), format.keyCodec());
    }

    /** Takes {@code value ...}. */
    Value value() {
        if (!words.take("value")) {
            throw words.wrong("Say the value: value and %d bytes.".formatted(map.valueSize()));
        }
        return switch (MapType.of(map.spec().type()).orElse(MapType.BPF_MAP_TYPE_UNSPEC)) {
            case BPF_MAP_TYPE_ARRAY_OF_MAPS, BPF_MAP_TYPE_HASH_OF_MAPS -> {
                LoadedMap inner = selection.map(Selector.required(words, Selector.FOR_MAPS));
                yield new Value(descriptor(inner.fd()), List.of(inner));
            }
            case BPF_MAP_TYPE_PROG_ARRAY -> {
                LoadedProgram program = selection.program(Selector.required(words, Selector.FOR_PROGRAMS));
                yield new Value(descriptor(program.fd()), List.of(program));
            }
            default -> new Value(forCpus(data("value", map.valueSize(), format.valueCodec())), List.of());
        };
    }

    private static byte[] descriptor(int fd) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(fd).array();
    }

    /** In a per-CPU map each CPU gets the value. */
    private byte[] forCpus(byte[] value) {
        if (!format.isPerCpu()) {
            return value;
        }
        int stride = Math.ceilDiv(value.length, Long.BYTES) * Long.BYTES;
        byte[] all = new byte[stride * CpuList.possible().count()];
        for (int at = 0; at < all.length; at += stride) {
            System.arraycopy(value, 0, all, at, value.length);
        }
        return all;
    }

    private byte[] data(String what, int sizeBytes, Optional<BtfCodec> codec) {
        boolean hex = words.take("hex");
        List<String> data = new ArrayList<>();
        while (words.peek().isPresent() && !ENDS.contains(words.peek().get())) {
            data.add(words.next(what));
        }
        if (!hex && codec.isPresent() && !data.isEmpty()) {
            if (data.stream().allMatch(word -> word.contains("="))) {
                return members(codec.get(), data);
            }
            if (data.size() == 1 && sizeBytes > 1 && isInteger(codec.get().zero())) {
                return written(codec.get(), number(codec.get().zero(), data.getFirst()));
            }
        }
        if (data.size() != sizeBytes) {
            throw words.wrong("The %s has %d bytes, and %d are given.".formatted(what, sizeBytes, data.size()));
        }
        byte[] bytes = new byte[sizeBytes];
        for (int i = 0; i < sizeBytes; i++) {
            bytes[i] = oneByte(data.get(i), hex);
        }
        return bytes;
    }

    private byte oneByte(String word, boolean hex) {
        try {
            int value = hex ? Integer.parseInt(word.startsWith("0x") ? word.substring(2) : word, 16)
                    : Integer.decode(word);
            if (value >= 0 && value <= 0xff) {
                return (byte) value;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw words.wrong("'%s' is no byte.".formatted(word));
    }

    private static boolean isInteger(BtfValue value) {
        return value instanceof BtfValue.Number || value instanceof BtfValue.Enumerator;
    }

    private BtfValue number(BtfValue zero, String word) {
        try {
            long bits = word.startsWith("0x") ? Long.parseUnsignedLong(word.substring(2), 16)
                    : word.startsWith("-") ? Long.parseLong(word) : Long.parseUnsignedLong(word);
            return zero instanceof BtfValue.Enumerator(_, _, boolean signed)
                    ? new BtfValue.Enumerator("", bits, signed)
                    : new BtfValue.Number(bits, ((BtfValue.Number) zero).form());
        } catch (NumberFormatException _) {
            throw words.wrong("'%s' is no number.".formatted(word));
        }
    }

    private byte[] members(BtfCodec codec, List<String> assignments) {
        if (!(codec.zero() instanceof BtfValue.Struct struct)) {
            throw words.wrong("%s has no members.".formatted(codec.typeName()));
        }
        for (String assignment : assignments) {
            String[] parts = assignment.split("=", 2);
            BtfValue zero;
            try {
                zero = struct.get(parts[0]);
            } catch (NoSuchElementException _) {
                throw words.wrong("%s has no member '%s', only %s.".formatted(codec.typeName(), parts[0],
                        String.join(", ", struct.fields().stream().map(BtfValue.Field::name).toList())));
            }
            if (!isInteger(zero)) {
                throw words.wrong("'%s' is no number; give the whole as bytes.".formatted(parts[0]));
            }
            struct = struct.with(parts[0], number(zero, parts[1]));
        }
        return written(codec, struct);
    }

    private byte[] written(BtfCodec codec, BtfValue value) {
        byte[] bytes = new byte[codec.sizeBytes()];
        try {
            codec.write(MemorySegment.ofArray(bytes), 0, value);
        } catch (IllegalArgumentException e) {
            throw words.wrong(e.getMessage() + ".");
        }
        return bytes;
    }
}
