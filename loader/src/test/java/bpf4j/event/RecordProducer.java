package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.ProgAttr;
import bpf4j.sys.Syscall;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The fixture {@code ringbuf_records} in the kernel: programs that write numbered records when they are run. */
final class RecordProducer implements AutoCloseable {

    static final int NO_WAKE_UP = 1;
    static final int FORCE_WAKE_UP = 2;

    private static final int PACKET_BYTES = 64;
    private static final int SETTINGS_BYTES = 40;

    private final LoadedObject loaded;

    /** @param sizeBytes size of the first ring buffer */
    RecordProducer(int sizeBytes) throws IOException {
        loaded = BpfObject.read(Fixtures.object("ringbuf_records-el.o"))
                .withMap("records", map -> map.withMaxEntries(sizeBytes)).load();
    }

    LoadedMap records() {
        return loaded.map("records");
    }

    LoadedMap others() {
        return loaded.map("others");
    }

    /** What one of the programs does from now on. */
    void set(Program program, Settings settings) {
        ByteBuffer bytes = ByteBuffer.allocate(SETTINGS_BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(settings.next).putLong(settings.end).putLong(settings.lost).putInt(settings.batch)
                .putInt(settings.flags).putInt(settings.keepTrying ? 1 : 0).putInt(settings.discardEvery);
        loaded.map("all_settings").update(key(program), bytes.array(), LoadedMap.BPF_ANY);
    }

    Settings settings(Program program) {
        ByteBuffer bytes = ByteBuffer.wrap(loaded.map("all_settings").lookup(key(program)).orElseThrow())
                .order(ByteOrder.nativeOrder());
        return new Settings(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getInt(), bytes.getInt(),
                bytes.getInt() != 0, bytes.getInt());
    }

    private static byte[] key(Program program) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(program.ordinal()).array();
    }

    /** Writes records with the numbers from 0, as they fit. */
    void write(int count) {
        set(Program.PRODUCE, Settings.of(count).withBatch(count));
        run(Program.PRODUCE, 1);
    }

    void run(Program program, int times) {
        run(loaded.program(program.name().toLowerCase()).fd(), times);
    }

    /** Runs a program over a packet of zeros. {@return what it returned the last time} */
    static int run(int program, int times) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ProgAttr.TestRun.STRUCT.allocate(buffer);
            ProgAttr.TestRun.PROG_FD.set(attr, program);
            ProgAttr.TestRun.REPEAT.set(attr, times);
            ProgAttr.TestRun.DATA_SIZE_IN.set(attr, PACKET_BYTES);
            ProgAttr.TestRun.DATA_IN.set(attr, buffer.allocate(PACKET_BYTES));
            assertEquals(0, Syscall.bpf(BpfCommand.BPF_PROG_TEST_RUN, attr));
            return ProgAttr.TestRun.RETVAL.get(attr);
        }
    }

    @Override
    public void close() {
        loaded.close();
    }

    /** A program of the fixture; the ordinal is the index of its settings, and in the numbers of its records. */
    enum Program {
        PRODUCE, PRODUCE_TOO, PRODUCE_OTHER
    }

    /** {@code struct settings} of the fixture. */
    record Settings(long next, long end, long lost, int batch, int flags, boolean keepTrying, int discardEvery) {

        static Settings of(long end) {
            return new Settings(0, end, 0, 1, 0, false, 0);
        }

        Settings withBatch(int records) {
            return new Settings(next, end, lost, records, flags, keepTrying, discardEvery);
        }

        Settings withFlags(int submitFlags) {
            return new Settings(next, end, lost, batch, submitFlags, keepTrying, discardEvery);
        }

        Settings withKeepTrying() {
            return new Settings(next, end, lost, batch, flags, true, discardEvery);
        }

        Settings withDiscardEvery(int records) {
            return new Settings(next, end, lost, batch, flags, keepTrying, records);
        }

        boolean isDone() {
            return next >= end;
        }
    }

    /** Checks every word of a record. */
    static final class Contents {

        private static final int NUMBER_BITS = 56;
        private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;
        private static final int[] WORDS = {2, 2, 8, 25};
        private static final int[] SIZE_BYTES = {16, 20, 64, 204};

        private Contents() {
        }

        static int program(long number) {
            return (int) (number >>> NUMBER_BITS);
        }

        static long index(long number) {
            return number & (1L << NUMBER_BITS) - 1;
        }

        /** {@return the number of the record, which is whole} */
        static long check(MemorySegment memory, long offsetBytes, int sizeBytes) {
            long number = memory.get(ValueLayout.JAVA_LONG, offsetBytes);
            int kind = (int) (number & 3);
            if (sizeBytes != SIZE_BYTES[kind]) {
                throw new AssertionError("record %x has %d bytes".formatted(number, sizeBytes));
            }
            int words = WORDS[kind];
            for (int index = 1; index < words; index++) {
                long word = memory.get(ValueLayout.JAVA_LONG, offsetBytes + 8L * index);
                if (word != (number + index) * SPREAD) {
                    throw new AssertionError("record %x: word %d is %x".formatted(number, index, word));
                }
            }
            if (sizeBytes % 8 != 0 && memory.get(ValueLayout.JAVA_INT, offsetBytes + 8L * words)
                    != (int) ((number + words) * SPREAD)) {
                throw new AssertionError("record %x is torn at its end".formatted(number));
            }
            return number;
        }
    }
}
