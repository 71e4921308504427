package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

@KernelTest
class ContextArgumentsKernelTest {

    @Test
    void programsLoadWhetherOrNotTheKernelKnowsTheTag() throws IOException {
        boolean known = KernelFeatures.running().ask(KernelFeature.ARG_CTX_TAG) == FeatureSupport.SUPPORTED;
        try (Descriptors _ = new Descriptors();
                LoadedObject loaded = BpfObject.read(Fixtures.object("subprog_context-el.o")).load()) {
            assertEquals(3, loaded.programs().size());
            List<String> adapted = loaded.adaptations().stream().map(Adaptation::subject).toList();
            assertEquals(known ? List.of() : List.of("program 'filter'", "program 'early'", "program 'probe'"),
                    adapted);
            assertEquals(List.of(4, 2, 2), loaded.programs().stream().map(p -> p.info().funcInfoCount()).toList());
        }
    }
}
