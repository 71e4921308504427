package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.object.BpfObject;
import bpf4j.object.ProgramType;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

@KernelTest
class ProgramTargetKernelTest {

    private final BpfObject target = read("freplace_target-el.o");
    private final BpfObject replacement = read("freplace-el.o");

    @Test
    void replacesAFunctionOfALoadedProgram() {
        try (LoadedObject loaded = target.load();
                LoadedObject replacing = replacement.load(options(loaded, "verdict"))) {
            ProgramInfo info = replacing.program("other_verdict").info();
            assertEquals(ProgramType.BPF_PROG_TYPE_EXT.number(), info.type());
            assertTrue(info.attachBtfId() > 0);
        } catch (KernelException e) {
            // Some hosts let no program near others: there every program of this type is refused before it is looked
            // at.
            assumeTrue(e.errno() != Errno.EPERM.number() || e instanceof VerifierException,
                    "this kernel refuses freplace: " + e.getMessage());
            throw e;
        }
    }

    @Test
    void namesAFunctionThatTheTargetLacks() {
        try (LoadedObject loaded = target.load()) {
            KernelException e = assertThrows(KernelException.class, () -> replacement.load(options(loaded, "verdikt")));
            assertTrue(e.getMessage().contains("no function 'verdikt'"), e.getMessage());
        }
    }

    @Test
    void saysWhatIsMissingWithoutATarget() {
        KernelException e = assertThrows(KernelException.class, replacement::load);
        assertTrue(e.getMessage().contains("withProgramTarget"), e.getMessage());
    }

    @Test
    void refusesATargetForAProgramThatIsNotThere() {
        LoadOptions options = LoadOptions.defaults().withProgramTarget("no_such_program", 3, "verdict");
        assertThrows(NoSuchElementException.class, () -> replacement.load(options));
    }

    private static LoadOptions options(LoadedObject loaded, String function) {
        return LoadOptions.defaults().withProgramTarget("other_verdict", loaded.program("decide").fd(), function);
    }

    private static BpfObject read(String name) {
        try {
            return BpfObject.read(Fixtures.object(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
