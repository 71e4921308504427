package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadOptions;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.Step;
import bpf4j.kernel.VerifierException;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelBuild;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** What one program of an object with {@code <bpf4j/seen.h>} saw of this process. */
final class Seen {

    private static final int RESULT_OFFSET = 4;
    private static final int COUNT_OFFSET = 8;
    private static final int COOKIE_OFFSET = 16;
    private static final int VALUE_BYTES = 24;

    private final LoadedMap map;
    private final byte[] key;

    /** Starts to watch: the program of this index counts from now on. */
    Seen(LoadedObject loaded, int program) {
        this.map = loaded.map("seen");
        this.key = buffer(Integer.BYTES).putInt(program).array();
        map.update(key, buffer(VALUE_BYTES).putInt((int) ProcessHandle.current().pid()).array(), LoadedMap.BPF_ANY);
    }

    /** {@return an object with some of its programs loaded, whether or not it declares them as optional} */
    static LoadedObject load(String name, String... programs) throws IOException {
        return load(name, LoadOptions.defaults(), programs);
    }

    private static LoadedObject load(String name, LoadOptions options, String... programs) throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object(name + "-el.o"));
        for (ProgramSpec program : object.programs()) {
            boolean wanted = List.of(programs).contains(program.name());
            object = object.withProgram(program.name(), p -> p.withAutoload(wanted));
        }
        return object.load(options);
    }

    /**
     * Loads programs for functions of the kernel or of programs. Some hosts, whose kernels have what it takes, let
     * nobody do that; in a virtual machine it has to work.
     */
    static LoadedObject loadForFunctions(String name, String... programs) throws IOException {
        return loadForFunctions(name, LoadOptions.defaults(), programs);
    }

    /** Loads programs for functions that the options name. */
    static LoadedObject loadForFunctions(String name, LoadOptions options, String... programs) throws IOException {
        try {
            return load(name, options, programs);
        } catch (KernelException e) {
            KernelBuild.assume(e.step() != Step.LOAD_PROGRAM || e.errno() != Errno.EPERM.number()
                    || e instanceof VerifierException, "leave to load programs for functions");
            throw e;
        }
    }

    /** {@return how often it ran for this process} */
    long count() {
        return value().getLong(COUNT_OFFSET);
    }

    /** {@return the cookie that it was attached with} */
    long cookie() {
        return value().getLong(COOKIE_OFFSET);
    }

    /** {@return what the function returned} */
    int result() {
        return value().getInt(RESULT_OFFSET);
    }

    private ByteBuffer value() {
        return ByteBuffer.wrap(map.lookup(key).orElseThrow()).order(ByteOrder.nativeOrder());
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }
}
