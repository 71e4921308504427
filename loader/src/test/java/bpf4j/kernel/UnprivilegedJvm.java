package bpf4j.kernel;

import bpf4j.object.BpfObject;
import bpf4j.sys.ChildJvm;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.List;

/** Loads a program in a JVM of its own that has only some capabilities. */
final class UnprivilegedJvm {

    private UnprivilegedJvm() {
    }

    /**
     * Loads one program, and says how that ended: {@code loaded}, a verifier log, or the message of an exception.
     *
     * @param capabilities those that the process keeps, as setpriv(1) takes them: {@code -all,+bpf}
     */
    static String load(String capabilities, String object, String program) throws IOException, InterruptedException {
        return ChildJvm.run(List.of("setpriv", "--bounding-set", capabilities, "--inh-caps", "-all", "--"),
                UnprivilegedJvm.class, List.of(object, program), "--enable-native-access=ALL-UNNAMED",
                "-Dbpf4j.testdata=" + Fixtures.path("."));
    }

    public static void main(String[] args) throws IOException {
        BpfObject object = RefusedPrograms.only(BpfObject.read(Fixtures.object(args[0])), args[1]);
        try (LoadedObject _ = object.load()) {
            System.out.println("loaded");
        } catch (VerifierException e) {
            System.out.println(e.log());
        } catch (KernelException e) {
            System.out.println(e.getMessage());
        }
    }
}
