package bpf4j.map;

import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.TestRunOptions;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import java.io.IOException;

/** Objects whose maps the kernel tests use. */
final class TestMaps {

    record Flow(int from, short port, byte protocol) {
    }

    record Traffic(long packets, long bytes) {
    }

    private TestMaps() {
    }

    static LoadedObject load(String name) throws IOException {
        return BpfObject.read(Fixtures.nativeObject(name)).load();
    }

    static LoadedObject families() throws IOException {
        return load("maps_families");
    }

    /** {@return what the program returns for a packet of zeros} */
    static int run(LoadedProgram program) {
        return program.testRun(TestRunOptions.ofData(new byte[64])).returnValue();
    }
}
