package bpf4j.event;

/** One look at what a buffer, or all buffers together, have for the reader. For one thread at a time. */
interface Pass {

    /** Why a pass without records ended. */
    enum Rest {
        /** There was nothing. */
        EMPTY,
        /** A record is still being written. */
        BUSY,
        /** Something was skipped or reported, and a position moved: look again before going to sleep. */
        MOVED
    }

    /**
     * Reads the records that are there now. They are given back to the kernel when the handler is done with them, some
     * at once and all before this returns, also when the handler fails.
     *
     * @return how many were given to the handler
     */
    int consume(int maxRecords, RecordHandler handler);

    /** {@return what the last pass came upon, apart from records} */
    Rest rest();
}
