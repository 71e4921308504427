package bpf4j.examples.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class CpusTest {

    @Test
    void aPinnedThreadHasOneCpuAndTheOthersKeepTheirs() throws IOException, InterruptedException, ExecutionException {
        List<Integer> before = Cpus.allowed();
        assertFalse(before.isEmpty());
        int last = before.getLast();
        FutureTask<List<Integer>> pinned = new FutureTask<>(() -> {
            Cpus.pinThisThread(last);
            return Cpus.allowed();
        });
        Thread.ofPlatform().start(pinned).join();
        assertEquals(List.of(last), pinned.get());
        assertEquals(before, Cpus.allowed());
    }

    @Test
    void aCpuThatIsNotThereIsRefusedByNumber() {
        String message = assertThrows(IOException.class, () -> Cpus.pinThisThread(1023)).getMessage();
        assertTrue(message.startsWith("CPU 1023: sched_setaffinity: ") && message.endsWith("(errno 22)"), message);
        assertThrows(IOException.class, () -> Cpus.pinThisThread(1024));
        assertThrows(IOException.class, () -> Cpus.pinThisThread(-1));
    }
}
