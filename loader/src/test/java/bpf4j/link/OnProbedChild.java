package bpf4j.link;

import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.NoDescriptorsLeft;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests of an object's programs on the functions of a process: each test has its own process and its own counts. */
abstract class OnProbedChild {

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    final String file = ProbedChild.file();
    private final String object;
    LoadedObject loaded;
    ProbedChild child;

    OnProbedChild(String object) {
        this.object = object;
    }

    @BeforeEach
    void start() throws IOException {
        loaded = ProbedChild.load(object);
        child = new ProbedChild();
    }

    @AfterEach
    void stop() throws IOException {
        child.close();
        loaded.close();
        Probed.seeNoPerfEvents();
    }
}
