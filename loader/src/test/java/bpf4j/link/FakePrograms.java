package bpf4j.link;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramType;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.Optional;

/** Programs of any kind in a {@link FakeKernel}, which does not look at what a program does. */
final class FakePrograms {

    private FakePrograms() {
    }

    /** {@return an object of one program {@code anywhere}, whose section {@code raw_tp} names nothing} */
    static LoadedObject load(FakeKernel kernel, ProgramType type, AttachType attachType) throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("trace_raw-el.o"));
        for (var program : object.programs()) {
            object = object.withProgram(program.name(), p -> p.withAutoload(p.name().equals("anywhere"))
                    .withType(type, Optional.ofNullable(attachType)));
        }
        LoadedObject loaded = FakeLoads.load(object, kernel);
        kernel.forget();
        return loaded;
    }

    static LoadedProgram program(LoadedObject loaded) {
        return loaded.program("anywhere");
    }
}
