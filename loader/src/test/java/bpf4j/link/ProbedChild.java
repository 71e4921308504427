package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelBuild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that runs {@code testdata/user/probed-*.elf}: for each byte that it is given it passes all its probes. */
final class ProbedChild implements AutoCloseable {

    private final Process process;

    ProbedChild() throws IOException {
        process = new ProcessBuilder(file()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** {@return the program's path} */
    static String file() {
        String machine = System.getProperty("os.arch").replace("amd64", "x86_64");
        Path file = Fixtures.path("user/probed-" + machine + ".elf");
        KernelBuild.assume(Files.exists(file), "a program to attach to on " + machine);
        return file.toString();
    }

    int pid() {
        return (int) process.pid();
    }

    /** Has it do everything once. {@return its answer: the count of its semaphore} */
    int pass(char letter) {
        try {
            process.getOutputStream().write(letter);
            process.getOutputStream().flush();
            return process.getInputStream().read() - '0';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads one of the objects that count. */
    static LoadedObject load(String name) throws IOException {
        return BpfObject.read(Fixtures.nativeObject(name)).load();
    }

    /** Loads one program of such an object for a target that its section would name. */
    static LoadedProgram loadFor(LoadedObject[] owner, String name, String program, String target) throws IOException {
        owner[0] = BpfObject.read(Fixtures.nativeObject(name))
                .withProgram(program, p -> p.withAttachTarget(target)).load();
        return owner[0].program(program);
    }

    /** {@return what a program has written into an array of its object} */
    static long[] counted(LoadedObject loaded) {
        LongBuffer words = ByteBuffer.wrap(loaded.map(".bss").lookup(new byte[Integer.BYTES]).orElseThrow())
                .order(ByteOrder.nativeOrder()).asLongBuffer();
        long[] result = new long[words.remaining()];
        words.get(result);
        return result;
    }

    /** Sees how much one pass adds to one of the counters. */
    void seeRuns(LoadedObject loaded, int counter, long runs) {
        long before = counted(loaded)[counter];
        pass('a');
        assertEquals(before + runs, counted(loaded)[counter]);
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        assertEquals(0, process.onExit().join().exitValue());
    }
}
