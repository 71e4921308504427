package bpf4j.event;

import java.util.List;

/** Several buffers in turn. */
final class RoundRobin implements Pass {

    private final List<? extends Pass> buffers;
    private int first;
    private Rest rest = Rest.EMPTY;

    RoundRobin(List<? extends Pass> buffers) {
        this.buffers = buffers;
    }

    /** Begins behind the buffer that was the last before, so that a busy one does not starve the others. */
    @Override
    public int consume(int maxRecords, RecordHandler handler) {
        int taken = 0;
        rest = Rest.EMPTY;
        int start = first;
        for (int turn = 0; turn < buffers.size() && taken < maxRecords; turn++) {
            int index = (start + turn) % buffers.size();
            first = (index + 1) % buffers.size();
            Pass buffer = buffers.get(index);
            taken += buffer.consume(maxRecords - taken, handler);
            if (buffer.rest().compareTo(rest) > 0) {
                rest = buffer.rest();
            }
        }
        return taken;
    }

    @Override
    public Rest rest() {
        return rest;
    }
}
