package bpf4j.sys;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class of these tests in a JVM of its own. */
public final class ChildJvm {

    private ChildJvm() {
    }

    /** Everything that the child printed, both streams together. */
    static String run(Class<?> main, String... jvmOptions) throws IOException, InterruptedException {
        return run(List.of(), main, List.of(), jvmOptions);
    }

    /** The same, started by another program, which gets the command at the end of its own. */
    public static String run(List<String> launcher, Class<?> main, List<String> arguments, String... jvmOptions)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Process child = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        child.waitFor();
        return output.strip();
    }
}
