package bpf4j.kernel;

import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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
        List<String> command = new ArrayList<>(
                List.of("setpriv", "--bounding-set", capabilities, "--inh-caps", "-all"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Dbpf4j.testdata=" + Fixtures.path("."), "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), UnprivilegedJvm.class.getName(), object, program));
        Process child = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectInput(new File("/dev/null")).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        child.waitFor();
        return output.strip();
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
