package bpf4j.kernel;

/** Runs a loaded program once over a packet of zeros. */
public final class TestRun {

    private static final int PACKET_BYTES = 64;

    private TestRun() {
    }

    /** {@return what the program returns} */
    public static int once(LoadedProgram program) {
        return program.testRun(TestRunOptions.ofData(new byte[PACKET_BYTES])).returnValue();
    }
}
