package bpf4j.examples.demo;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import bpf4j.examples.net.Libc;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * What a {@link ChildJvm} is told, seen from within it. Answers are lines on standard output.
 *
 * <p>The process leaves the terminal's session, so that Ctrl-C reaches its parent alone, which then puts everything
 * away in order. It ends when its parent has, also in the middle of a call into the kernel.
 */
public final class Orders {

    private static final MethodHandle SETSID = Libc.link("setsid", FunctionDescriptor.of(JAVA_INT));

    private static final int FAILED = 1;

    /** What a child does. */
    @FunctionalInterface
    public interface Body {

        /**
         * Runs until it has nothing more to do; the process ends then.
         *
         * @param orders what it is told
         * @throws IOException if the system refuses something
         * @throws InterruptedException never, unless it interrupts itself
         */
        void run(Orders orders) throws IOException, InterruptedException;
    }

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Orders() {
    }

    /**
     * Begins to listen. Once in a process, first of all.
     *
     * @return the orders
     * @throws IOException if the process cannot leave the session
     */
    public static Orders follow() throws IOException {
        Libc.call("setsid", state -> (int) SETSID.invokeExact(state));
        Orders orders = new Orders();
        Thread.ofPlatform().daemon().name("orders").start(orders::read);
        return orders;
    }

    /**
     * Runs a child from beginning to end. What it is refused is told in one line on standard error.
     *
     * @param body what it does
     */
    public static void serve(Body body) {
        int status = FAILED;
        try {
            body.run(follow());
            status = 0;
        } catch (IOException | InterruptedException e) {
            System.err.println(e.getMessage());
        }
        System.exit(status);
    }

    private void read() {
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // The pipe is gone with whoever held its other end.
        }
        // Not exit: nothing here outlives the process, and a thread in the kernel could keep it from ending.
        Runtime.getRuntime().halt(0);
    }

    /**
     * Waits for the next order.
     *
     * @return the line that the parent told
     * @throws InterruptedException if this thread is to stop waiting
     */
    public String next() throws InterruptedException {
        return lines.take();
    }

    /**
     * Answers the parent.
     *
     * @param line the answer
     */
    public static void answer(String line) {
        // Not println: that writes in the encoding of whatever locale this was started in.
        System.out.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
