package bpf4j.examples;

import bpf4j.kernel.KernelException;
import bpf4j.reloc.RelocationException;
import java.io.IOException;
import java.io.Serial;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How an example starts and ends. Ctrl-C interrupts it and waits for it to undo what it did: what is registered with
 * the kernel, or is a folder of it, would otherwise outlive the process.
 */
public final class Example {

    private static final int SECONDS_TO_UNDO = 10;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    /** What an example does. */
    @FunctionalInterface
    public interface Body {

        /**
         * Runs, and leaves nothing behind.
         *
         * @return whether everything was as expected
         * @throws IOException if the system refuses something
         * @throws InterruptedException if it is to stop early
         */
        boolean run() throws IOException, InterruptedException;
    }

    /** What a program of several outcomes does. */
    @FunctionalInterface
    public interface StatusBody {

        /**
         * Runs, and leaves nothing behind.
         *
         * @return the exit status
         * @throws IOException if the system refuses something
         * @throws InterruptedException if it is to stop early
         */
        int run() throws IOException, InterruptedException;
    }

    /** What a program with one argument does. */
    @FunctionalInterface
    public interface ArgumentBody {

        /**
         * Runs, and leaves nothing behind.
         *
         * @param argument the argument
         * @throws IOException if the system refuses something
         * @throws InterruptedException if it is to stop early
         */
        void run(String argument) throws IOException, InterruptedException;
    }

    /** The program was called in a way that it does not know. */
    public static final class UsageException extends IllegalArgumentException {

        @Serial
        private static final long serialVersionUID = 1;

        /**
         * Makes the exception.
         *
         * @param usage how to call the program
         */
        public UsageException(String usage) {
            super("usage: " + usage);
        }
    }

    private Example() {
    }

    /**
     * Runs an example and ends the JVM, with 0 if everything was as expected, 1 if not, and 2 if it was called
     * wrongly. A refusal is told in its message alone.
     *
     * @param body the example
     */
    public static void runAndExit(Body body) {
        exitWith(() -> body.run() ? 0 : FAILED);
    }

    /**
     * Runs a program that has one argument and goes on until it is stopped, and ends the JVM as {@link #runAndExit}.
     *
     * @param args the program's arguments
     * @param usage how to call the program
     * @param body the program
     */
    public static void runWith(String[] args, String usage, ArgumentBody body) {
        runAndExit(() -> {
            if (args.length != 1) {
                throw new UsageException(usage);
            }
            body.run(args[0]);
            return true;
        });
    }

    /**
     * Runs a program and ends the JVM with the status that it returns, 1 if it is refused something or stopped, and 2
     * if it was called wrongly. A refusal is told in its message alone.
     *
     * @param body the program
     */
    public static void exitWith(StatusBody body) {
        Thread main = Thread.currentThread();
        CountDownLatch undone = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(main, undone)));
        int status = FAILED;
        try {
            status = body.run();
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            status = WRONG_USAGE;
        } catch (KernelException | RelocationException | IOException e) {
            System.err.println(e.getMessage());
        } catch (InterruptedException e) {
            System.err.println("stopped");
        } finally {
            undone.countDown();
        }
        System.exit(status);
    }

    private static void interrupt(Thread main, CountDownLatch undone) {
        try {
            if (undone.getCount() > 0) {
                main.interrupt();
                undone.await(SECONDS_TO_UNDO, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
