package bpf4j.examples.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The options that all demonstrations have. */
public final class DemoOptions {

    private static final Path STANDARD_OUTPUT = Path.of("-");

    @Option(names = "--quick", description = "A few seconds: enough to see that it works, not to measure.")
    private boolean quick;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = ".",
            description = "Where the pictures go; the current folder unless told.")
    private Path out;

    @Option(names = "--no-pictures", description = "Only numbers: no fonts are needed.")
    private boolean noPictures;

    @Option(names = "--json", paramLabel = "FILE",
            description = "All numbers as JSON; - is standard output, and the table then goes to standard error.")
    private Path json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print this text.")
    private boolean help;

    /** Writes the contents of a JSON object. */
    @FunctionalInterface
    public interface JsonBody {

        /**
         * Writes fields.
         *
         * @param json in an object that has been started and will be ended
         * @throws IOException if it cannot be written
         */
        void write(JsonGenerator json) throws IOException;
    }

    /** Made by the command line's parser. */
    public DemoOptions() {
    }

    /** {@return whether it is to take some seconds only} */
    public boolean quick() {
        return quick;
    }

    /**
     * Draws a picture, unless nobody wants one.
     *
     * @param picture makes the picture; not asked for it otherwise, since not every Java has the classes
     * @param name its files' name without ending
     * @return its files, if there are any
     * @throws IOException if they cannot be written
     */
    public List<Path> draw(Supplier<Picture> picture, String name) throws IOException {
        return noPictures ? List.of() : picture.get().write(out, name);
    }

    /** {@return where to print for people} */
    public PrintStream report() {
        return STANDARD_OUTPUT.equals(json) ? System.err : System.out;
    }

    /**
     * Complains now rather than after minutes of measuring.
     *
     * @throws IOException if pictures or numbers could not be written
     */
    public void requireWritable() throws IOException {
        if (!noPictures) {
            if (!Files.isDirectory(out)) {
                throw new NotDirectoryException(out.toString());
            }
            requireWritable(out);
            Fonts.require();
        }
        if (json != null && !STANDARD_OUTPUT.equals(json)) {
            requireWritable(Files.exists(json) ? json : json.toAbsolutePath().getParent());
        }
    }

    private static void requireWritable(Path file) throws IOException {
        if (!Files.isWritable(file)) {
            throw new FileSystemException(file.toString(), null, "not writable, or not there");
        }
    }

    /**
     * Writes the numbers to where they are wanted, if anywhere.
     *
     * @param body writes the fields of the one object that there is
     * @throws IOException if they cannot be written
     */
    public void writeJson(JsonBody body) throws IOException {
        if (json == null) {
            return;
        }
        boolean standard = STANDARD_OUTPUT.equals(json);
        try (OutputStream file = standard ? System.out : Files.newOutputStream(json);
                JsonGenerator generator = new JsonFactory().createGenerator(file)) {
            generator.useDefaultPrettyPrinter();
            generator.writeStartObject();
            body.write(generator);
            generator.writeEndObject();
            generator.writeRaw('\n');
        }
    }

    /**
     * Writes what several rounds gave as an object of three numbers.
     *
     * @param json where to
     * @param name the field's name
     * @param spread the numbers
     * @throws IOException if it cannot be written
     */
    public static void write(JsonGenerator json, String name, Spread spread) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("median", spread.median());
        json.writeNumberField("min", spread.min());
        json.writeNumberField("max", spread.max());
        json.writeEndObject();
    }
}
