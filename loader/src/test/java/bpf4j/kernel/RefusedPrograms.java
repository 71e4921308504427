package bpf4j.kernel;

import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Programs of the fixtures, one at a time. */
final class RefusedPrograms {

    private RefusedPrograms() {
    }

    /** The fixture in this machine's byte order. */
    static String file(String fixture) {
        return Fixtures.nativeObject(fixture).getFileName().toString();
    }

    /** An object that loads nothing but one program. */
    static BpfObject of(String fixture, String program) {
        try {
            return only(BpfObject.read(Fixtures.nativeObject(fixture)), program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static BpfObject only(BpfObject object, String program) {
        BpfObject result = object;
        for (ProgramSpec spec : object.programs()) {
            result = result.withProgram(spec.name(), s -> s.withAutoload(s.name().equals(program)));
        }
        return result;
    }
}
