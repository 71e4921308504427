package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadOptions;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.TestRun;
import bpf4j.kernel.VerifierException;
import bpf4j.object.BpfObject;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelBuild;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A function of a program is replaced, there and in another program, and is back afterwards. */
@KernelTest
class FreplaceLinkKernelTest {

    private static LoadedObject target() throws IOException {
        return BpfObject.read(Fixtures.object("freplace_target-el.o")).load();
    }

    private static LoadedObject replacement(LoadedObject target) throws IOException {
        try {
            return BpfObject.read(Fixtures.object("freplace-el.o")).load(LoadOptions.defaults()
                    .withProgramTarget("other_verdict", target.program("decide").fd(), "verdict"));
        } catch (KernelException e) {
            KernelBuild.assume(e.errno() != Errno.EPERM.number() || e instanceof VerifierException,
                    "leave to load freplace");
            throw e;
        }
    }

    @Test
    void functionIsReplacedUntilTheLinkIsClosed() throws IOException {
        try (LoadedObject target = target(); LoadedObject replacing = replacement(target)) {
            LoadedProgram decide = target.program("decide");
            assertEquals(1, TestRun.once(decide));
            Link link = assertInstanceOf(FreplaceLink.class, replacing.program("other_verdict").attach());
            assertEquals(2, TestRun.once(decide));
            link.close();
            assertEquals(1, TestRun.once(decide));
        }
    }

    @Test
    void functionOfAnotherProgramIsReplaced() throws IOException {
        try (LoadedObject first = target(); LoadedObject second = target();
                LoadedObject replacing = replacement(first)) {
            LoadedProgram program = replacing.program("other_verdict");
            LoadedProgram other = second.program("decide");
            try (Link link = FreplaceLink.attach(program, other, "verdict")) {
                assertEquals("program 'other_verdict' in place of 'verdict' of program 'decide'", link.description());
                assertEquals(1, TestRun.once(first.program("decide")));
                assertEquals(2, TestRun.once(other));
                KernelException e = assertThrows(KernelException.class,
                        () -> FreplaceLink.attach(program, other, "verdict"));
                assertTrue(e.advice().contains("replaced already"), e::getMessage);
                link.detach();
                assertEquals(1, TestRun.once(other));
            }
        }
    }

    @Test
    void functionThatTheTargetLacksIsNamed() throws IOException {
        try (LoadedObject target = target()) {
            LoadedProgram program = target.program("decide");
            KernelException e = assertThrows(KernelException.class,
                    () -> FreplaceLink.attach(program, program, "verdikt"));
            assertTrue(e.getMessage().contains("no function 'verdikt'"), e::getMessage);
        }
    }
}
