package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.Step;
import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls about infrared receivers: no machine of the tests has one, and this kernel takes any program for them. */
class LircMode2Test {

    private static final long BPF_LIRC_MODE2 = 16;

    @TempDir
    Path folder;

    private final FakeKernel kernel = new FakeKernel();
    private LoadedObject loaded;
    private Path device;

    @BeforeEach
    void load() throws IOException {
        device = Files.createFile(folder.resolve("lirc0"));
        loaded = FakeLoads.load(BpfObject.read(Fixtures.object("attach_netfilter-el.o")), kernel);
        kernel.forget();
    }

    @AfterEach
    void close() {
        loaded.close();
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void attachesAndDetachesTheSameProgram() {
        LircMode2 attachment = LircMode2.attach(loaded.program("accept"), device);
        long program = loaded.program("accept").fd();
        loaded.close();
        attachment.detach();
        attachment.close();
        assertEquals(List.of("BPF_PROG_ATTACH", "BPF_PROG_DETACH"), kernel.story());
        FakeKernel.Call attach = kernel.calls().getFirst();
        assertEquals(List.of(program, BPF_LIRC_MODE2),
                List.of(attach.field("attach_bpf_fd"), attach.field("attach_type")));
        assertEquals(attach.fields(), kernel.calls().getLast().fields());
    }

    @Test
    void refusalHoldsNothing() {
        kernel.refusing(0, Errno.ENOTTY);
        KernelException e = assertThrows(KernelException.class,
                () -> LircMode2.attach(loaded.program("accept"), device));
        assertEquals(List.of(Step.ATTACH, "ENOTTY"), List.of(e.step(), e.errnoName()));
        assertEquals("program 'accept' on " + device, e.subject());
    }

    @Test
    void deviceThatIsNotThere() {
        assertEquals("ENOENT", assertThrows(KernelException.class,
                () -> LircMode2.attach(loaded.program("accept"), folder.resolve("none"))).errnoName());
        assertEquals(List.of(), kernel.story());
    }

    @Test
    void detachedByAnotherIsDetached() {
        LircMode2 attachment = LircMode2.attach(loaded.program("accept"), device);
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_PROG_DETACH ? Errno.ENOENT : null);
        attachment.detach();
        attachment.close();
        assertEquals(2, kernel.calls().size());
    }

    @Test
    void failedDetachCanBeTriedAgain() {
        LircMode2 attachment = LircMode2.attach(loaded.program("accept"), device);
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_PROG_DETACH ? Errno.EINTR : null);
        assertEquals(Step.DETACH, assertThrows(KernelException.class, attachment::detach).step());
        kernel.refusing((_, _, _, _) -> null);
        attachment.detach();
        assertThrows(KernelException.class, () -> attachment.update(loaded.program("accept")));
        attachment.close();
        assertThrows(IllegalStateException.class, attachment::detach);
    }
}
