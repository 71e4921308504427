package bpf4j.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What is asked of a model that hostile input made. Each question may be refused by itself, by an exception of ours
 * that says what, where and why. What a question allocates is garbage when the next one is asked, so it is counted
 * apart from what making the model allocates. Used by one thread, which is the only one that reads.
 */
final class Question {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static long allBytes;
    private static long largestBytes;
    private static long answers;

    private Question() {
    }

    /** Makes a model, which may be refused: all that this allocates counts, as the model may keep it. */
    @SafeVarargs
    static void model(Runnable making, Class<? extends RuntimeException>... documented) {
        try {
            making.run();
            answers++;
        } catch (RuntimeException e) {
            check(e, documented);
        }
    }

    /** Asks a model; an exception that is not documented is a finding. */
    @SafeVarargs
    static void ask(Runnable question, Class<? extends RuntimeException>... documented) {
        long before = allocatedBytes();
        model(question, documented);
        long bytes = allocatedBytes() - before;
        allBytes += bytes;
        largestBytes = Math.max(largestBytes, bytes);
    }

    /** Throws what is none of these exceptions, and fails unless a refusal has the form that all have. */
    @SafeVarargs
    static void check(RuntimeException refusal, Class<? extends RuntimeException>... documented) {
        boolean known = false;
        for (Class<? extends RuntimeException> type : documented) {
            known |= type == refusal.getClass();
        }
        if (!known) {
            throw refusal;
        }
        String message = refusal.getMessage();
        if (message == null || !message.contains(": ")) {
            throw new AssertionError("a message without a place: " + message, refusal);
        }
    }

    /** Has the text of something made, which has to be there. */
    static void text(Object of) {
        if (of.toString() == null) {
            throw new AssertionError("no text");
        }
    }

    /** {@return what this thread allocated so far, in bytes} */
    static long allocatedBytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Forgets the questions asked. */
    static void start() {
        allBytes = 0;
        largestBytes = 0;
        answers = 0;
    }

    /** {@return how many models were made, and questions answered, without a refusal since the start} */
    static long answers() {
        return answers;
    }

    /** {@return what {@code allocatedBytes} in all mean if of all questions only the largest counts} */
    static long heldBytes(long allocatedBytes) {
        return allocatedBytes - allBytes + largestBytes;
    }
}
