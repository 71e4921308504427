package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class FdTest {

    private static Fd open() {
        return Fd.owning(Epoll.eventCounter(), "event counter");
    }

    private static boolean isOpen(int number) {
        return Syscall.fcntl(number, Syscall.F_GETFD, 0) >= 0;
    }

    @Test
    void closesOnce() {
        long before = Fd.openCount();
        Fd fd = open();
        int number = fd.number();
        assertEquals(before + 1, Fd.openCount());
        assertTrue(isOpen(number));
        fd.close();
        assertFalse(isOpen(number));
        fd.close();
        assertEquals(before, Fd.openCount());
    }

    @Test
    void aSecondCloseSparesARecycledNumber() {
        Fd fd = open();
        int number = fd.number();
        try (Fd other = open()) {
            fd.close();
            int recycled = Syscall.fcntl(other.number(), Syscall.F_DUPFD_CLOEXEC, number);
            assertEquals(number, recycled);
            fd.close();
            assertTrue(isOpen(recycled));
            Syscall.close(recycled);
        }
    }

    @Test
    void refusesUseAfterClose() {
        Fd fd = open();
        int number = fd.number();
        fd.close();
        assertFalse(fd.isOpen());
        assertThrows(IllegalStateException.class, fd::take);
        assertThrows(IllegalStateException.class, fd::acquire);
        var thrown = assertThrows(IllegalStateException.class, fd::number);
        assertEquals("event counter: file descriptor " + number + ": is closed", thrown.getMessage());
    }

    @Test
    void takingLeavesTheDescriptorOpen() {
        long before = Fd.openCount();
        Fd fd = open();
        int number = fd.take();
        fd.close();
        assertTrue(isOpen(number));
        assertEquals(before, Fd.openCount());
        assertThrows(IllegalStateException.class, fd::take);
        assertThrows(IllegalStateException.class, fd::number);
        assertEquals(0, Syscall.close(number));
    }

    @Test
    void closeWaitsForTheCallsInFlight() {
        Fd fd = open();
        int number = fd.acquire();
        assertEquals(number, fd.acquire());
        fd.close();
        assertThrows(IllegalStateException.class, fd::acquire);
        fd.release();
        assertTrue(isOpen(number));
        fd.release();
        assertFalse(isOpen(number));
    }

    @Test
    void aTakenDescriptorSurvivesItsLastCall() {
        Fd fd = open();
        int number = fd.acquire();
        assertEquals(number, fd.take());
        fd.close();
        fd.release();
        assertTrue(isOpen(number));
        Syscall.close(number);
    }

    @Test
    void manyThreadsCloseOnce() throws InterruptedException {
        long before = Fd.openCount();
        for (int round = 0; round < 50; round++) {
            Fd fd = open();
            var start = new CountDownLatch(1);
            List<Thread> closers = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 4; i++) {
                closers.add(Thread.ofVirtual().start(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    fd.close();
                }));
            }
            start.countDown();
            for (Thread closer : closers) {
                closer.join();
            }
            assertEquals(before, Fd.openCount());
        }
    }

    @Test
    void refusesWhatIsNotADescriptor() {
        assertThrows(IllegalArgumentException.class, () -> Fd.owning(-9, "nothing"));
        assertThrows(IllegalArgumentException.class, () -> Fd.owning(2, "standard error"));
    }

    @Test
    void reportsAndClosesALeak() throws InterruptedException {
        assertIsReportedAndClosed(FdTest::openAndForget);
    }

    /** Such as a cursor that nobody has closed. */
    @Test
    void reportsAndClosesWhatIsHeldBeyondItsClose() throws InterruptedException {
        assertIsReportedAndClosed(FdTest::openHoldAndForget);
    }

    private static void assertIsReportedAndClosed(IntSupplier open) throws InterruptedException {
        Logger logger = Logger.getLogger(Fd.class.getName());
        List<String> messages = new CopyOnWriteArrayList<>();
        var listener = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                messages.add(entry.getMessage());
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        logger.addHandler(listener);
        logger.setUseParentHandlers(false);
        try {
            long before = Fd.leakCount();
            int number = open.getAsInt();
            for (int i = 0; i < 500 && messages.isEmpty(); i++) {
                System.gc();
                Thread.sleep(10);
            }
            assertEquals(List.of("forgotten: file descriptor " + number + ": was never closed"), messages);
            assertEquals(before + 1, Fd.leakCount());
            assertFalse(isOpen(number));
        } finally {
            logger.removeHandler(listener);
            logger.setUseParentHandlers(true);
        }
    }

    private static int openHoldAndForget() {
        Fd fd = Fd.owning(Epoll.eventCounter(), "forgotten");
        int number = fd.acquire();
        fd.close();
        assertTrue(isOpen(number));
        return number;
    }

    private static int openAndForget() {
        return Fd.owning(Epoll.eventCounter(), "forgotten").number();
    }

    @Test
    void aClosedOneIsNoLeak() throws InterruptedException {
        long before = Fd.leakCount();
        open().close();
        Syscall.close(open().take());
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(5);
        }
        assertEquals(before, Fd.leakCount());
    }

    @Test
    void keepsTheNumbersOfTheStandardStreamsFree() throws Exception {
        assertEquals("0 handed out: true, lifted: true, closed on exec: true, original open: false",
                ChildJvm.run(WithoutStandardInput.class, "--enable-native-access=ALL-UNNAMED"));
    }

    @Test
    void liftingPassesErrnosOn() {
        assertEquals(-24, Fd.lift(-24));
        assertEquals(3, Fd.lift(3));
    }

    /** Closes its standard input, so that the kernel hands out 0 next. */
    static final class WithoutStandardInput {
        public static void main(String[] args) {
            // Once beforehand: a class loader that opens a file meanwhile would get the 0.
            tryWithout(Syscall.open("/dev/null", Syscall.O_RDONLY));
            System.out.println(tryWithout(0));
        }

        private static String tryWithout(int closed) {
            Syscall.close(closed);
            int handedOut = Syscall.fcntl(1, Syscall.F_DUPFD_CLOEXEC, 0);
            Syscall.close(handedOut);
            int number = Syscall.open("/dev/null", Syscall.O_RDONLY);
            int flags = Syscall.fcntl(number, Syscall.F_GETFD, 0);
            boolean originalOpen = isOpen(handedOut);
            Syscall.close(number);
            return "0 handed out: %b, lifted: %b, closed on exec: %b, original open: %b".formatted(
                    handedOut == 0, number >= Fd.MIN_NUMBER, flags == 1, originalOpen);
        }
    }
}
