package bpf4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

@KernelTest
class ReadmeSnippetKernelTest {

    @Test
    void registersWhileItRuns() throws IOException, InterruptedException {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        Process process = ChildExample.start(ReadmeSnippet.class,
                Fixtures.path("../examples/src/main/bpf/dctcp_link.bpf.o").toString());
        List<String> lines = process.inputReader().lines().toList();
        assertEquals(0, process.waitFor(), lines::toString);
        assertTrue(lines.getFirst().startsWith("struct_ops 'dctcp' of dctcp_link"), lines::toString);
        assertTrue(lines.getLast().contains("bpf_dctcp_link"), lines::toString);
        LeftBehind.assertNoCongestionControl("bpf_dctcp_link");
    }
}
