package bpf4j.event;

import bpf4j.sys.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Consumer;

/** Cuts records out as windows that end with {@link #close}, while the memory behind them stays. For one thread. */
final class RecordWindows implements RecordHandler, AutoCloseable {

    private final Consumer<MemorySegment> handler;
    private Arena scope;
    private MemorySegment seen;
    private MemorySegment view;

    RecordWindows(Consumer<MemorySegment> handler) {
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    @Override
    public void onRecord(int source, MemorySegment memory, long offsetBytes, int sizeBytes) {
        handler.accept(window(memory, offsetBytes, sizeBytes));
    }

    /** Most polls find records of one memory, many find none. */
    private MemorySegment window(MemorySegment memory, long offsetBytes, int sizeBytes) {
        if (memory != seen) {
            if (scope == null) {
                scope = Arena.ofConfined();
            }
            view = Memory.view(memory, scope).asReadOnly();
            seen = memory;
        }
        return view.asSlice(offsetBytes, sizeBytes);
    }

    @Override
    public void close() {
        if (scope != null) {
            scope.close();
        }
    }
}
