package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any sequence of writing and reading gives each submitted record once, whole, in order, and no other. */
class RingProperties {

    private static final int SIZE_BYTES = 256;

    /** What the two sides do. */
    sealed interface Action {
        record Reserve(int recordBytes) implements Action {
        }

        /** @param choice which of the records in the making, modulo their number */
        record Finish(int choice, boolean discard) implements Action {
        }

        record Consume(int maxRecords) implements Action {
        }
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        Arbitrary<Action> reserve = Arbitraries.integers().between(0, 120).map(Action.Reserve::new);
        Arbitrary<Action> finish = Combinators
                .combine(Arbitraries.integers().between(0, 7), Arbitraries.of(true, false)).as(Action.Finish::new);
        Arbitrary<Action> consume = Arbitraries.integers().between(1, 6).map(Action.Consume::new);
        return Arbitraries.oneOf(reserve, finish, consume).list().ofMaxSize(150);
    }

    /** A record in the model: its bytes, and what became of it. */
    private static final class Expected {
        private final long place;
        private final byte[] bytes;
        private boolean finished;
        private boolean discarded;

        Expected(long place, byte[] bytes) {
            this.place = place;
            this.bytes = bytes;
        }
    }

    /** The writer: the kernel's or ours. */
    private interface Writer {
        /** {@return where the record is, or -1} */
        long reserve(byte[] bytes);

        void finish(long place, int recordBytes, boolean discard);
    }

    private static void run(List<Action> actions, FakeRing ring, Writer writer) {
        Lifetime lifetime = new Lifetime(() -> { });
        RingReader reader = ring.reader(lifetime);
        Deque<Expected> expected = new ArrayDeque<>();
        int next = 0;
        for (Action action : actions) {
            switch (action) {
                case Action.Reserve(int recordBytes) -> {
                    byte[] bytes = new byte[recordBytes];
                    Arrays.fill(bytes, (byte) next++);
                    long place = writer.reserve(bytes);
                    long used = expected.stream().mapToLong(e -> RingReader.occupiedBytes(e.bytes.length)).sum();
                    assertEquals(used + RingReader.occupiedBytes(recordBytes) <= SIZE_BYTES, place != -1);
                    if (place != -1) {
                        expected.add(new Expected(place, bytes));
                    }
                }
                case Action.Finish(int choice, boolean discard) -> {
                    List<Expected> open = expected.stream().filter(e -> !e.finished).toList();
                    if (!open.isEmpty()) {
                        Expected chosen = open.get(choice % open.size());
                        chosen.finished = true;
                        chosen.discarded = discard;
                        writer.finish(chosen.place, chosen.bytes.length, discard);
                    }
                }
                case Action.Consume(int maxRecords) -> {
                    List<byte[]> wanted = new ArrayList<>();
                    while (wanted.size() < maxRecords && !expected.isEmpty() && expected.peek().finished) {
                        Expected first = expected.remove();
                        if (!first.discarded) {
                            wanted.add(first.bytes);
                        }
                    }
                    List<byte[]> given = new ArrayList<>();
                    assertEquals(wanted.size(), reader.consume(maxRecords, (_, memory, offsetBytes, sizeBytes) ->
                            given.add(memory.asSlice(offsetBytes, sizeBytes).toArray(ValueLayout.JAVA_BYTE))));
                    for (int index = 0; index < wanted.size(); index++) {
                        assertTrue(Arrays.equals(wanted.get(index), given.get(index)));
                    }
                }
            }
        }
    }

    @Property
    void readerGivesWhatTheKernelSubmits(@ForAll("actions") List<Action> actions, @ForAll long start) {
        try (Arena arena = Arena.ofConfined()) {
            FakeRing ring = new FakeRing(arena, SIZE_BYTES, start & -8);
            run(actions, ring, new Writer() {
                @Override
                public long reserve(byte[] bytes) {
                    long position = ring.reserve(bytes.length);
                    if (position != -1 && bytes.length > 0) {
                        MemorySegment.copy(bytes, 0, ring.data, ValueLayout.JAVA_BYTE,
                                (position & SIZE_BYTES - 1) + RingReader.HEADER_BYTES, bytes.length);
                    }
                    return position == -1 ? -1 : position & SIZE_BYTES - 1;
                }

                @Override
                public void finish(long place, int recordBytes, boolean discard) {
                    ring.commit(place, discard);
                }
            });
        }
    }

    @Property
    void readerGivesWhatTheUserRingSubmits(@ForAll("actions") List<Action> actions, @ForAll long start) {
        try (Arena arena = Arena.ofConfined()) {
            FakeRing ring = new FakeRing(arena, SIZE_BYTES, start & -8);
            UserRingWriter user = new UserRingWriter(ring.consumerPage.asReadOnly(), ring.producerPage, ring.data);
            run(actions, ring, new Writer() {
                @Override
                public long reserve(byte[] bytes) {
                    long offsetBytes = user.reserve(bytes.length);
                    if (offsetBytes != UserRingWriter.NO_ROOM) {
                        MemorySegment.copy(bytes, 0, ring.data, ValueLayout.JAVA_BYTE, offsetBytes, bytes.length);
                    }
                    return offsetBytes;
                }

                @Override
                public void finish(long place, int recordBytes, boolean discard) {
                    user.finish(place, recordBytes, discard);
                }
            });
        }
    }
}
