package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandardOutputTest {

    @Test
    void remembersThatTheDiskIsFull() {
        assertEquals(Optional.of("No space left on device"), problemOf("No space left on device"));
    }

    @Test
    void isSilentOnAReaderThatHasSeenEnough() {
        assertEquals(Optional.empty(), problemOf("Broken pipe"));
    }

    @Test
    void passesOnWhatIsWritten() {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        StandardOutput output = new StandardOutput(target);
        PrintStream out = new PrintStream(output);
        out.print("abc");
        out.flush();
        assertEquals("abc", target.toString());
        assertEquals(Optional.empty(), output.problem());
    }

    @Test
    void stopsTheCommand() {
        PrintStream broken = new PrintStream(new StandardOutput(failing("Broken pipe")));
        assertEquals(1, Main.run(new String[] {"--help"}, broken, new PrintStream(OutputStream.nullOutputStream())));
    }

    /** As for other tools, which SIGPIPE ends. */
    @Test
    void shellSeesThatTheReaderWentAway() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String command = "set -o pipefail; %s -cp '%s' %s inspect '%s' | READER".formatted(java,
                System.getProperty("java.class.path"), Main.class.getName(), Fixtures.object("maps-el.o"));
        for (boolean whole : new boolean[] {true, false}) {
            Process process = new ProcessBuilder("bash", "-c", command.replace("READER", whole ? "cat" : "true"))
                    .redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(whole ? 0 : ExitStatus.READER_GONE, process.waitFor(), out);
            assertEquals(whole, out.contains("SECTION"), out);
        }
    }

    private static Optional<String> problemOf(String message) {
        StandardOutput output = new StandardOutput(failing(message));
        PrintStream out = new PrintStream(output);
        out.print("abc");
        assertTrue(out.checkError());
        return output.problem();
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
    }
}
