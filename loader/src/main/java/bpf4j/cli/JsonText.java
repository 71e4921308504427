package bpf4j.cli;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Writes JSON in UTF-8, one value with a line's end behind it. */
final class JsonText {

    private static final JsonFactory FACTORY = new JsonFactory();

    /** Writes the value. */
    @FunctionalInterface
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private JsonText() {
    }

    static void print(OutputStream out, boolean pretty, Body body) {
        try (JsonGenerator json = FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            if (pretty) {
                json.useDefaultPrettyPrinter();
            }
            body.write(json);
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a 32-bit number of the kernel's, which is unsigned. */
    static void number(JsonGenerator json, String name, int unsigned) throws IOException {
        json.writeNumberField(name, Integer.toUnsignedLong(unsigned));
    }

    /** Writes a 64-bit number of the kernel's, which is unsigned. */
    static void number(JsonGenerator json, String name, long unsigned) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(Long.toUnsignedString(unsigned));
    }

    /** Writes a type: its name, or the number of one that this version does not know. */
    static void type(JsonGenerator json, String nameOrNumber) throws IOException {
        json.writeFieldName("type");
        if (Character.isDigit(nameOrNumber.charAt(0))) {
            json.writeNumber(nameOrNumber);
        } else {
            json.writeString(nameOrNumber);
        }
    }

    /** Writes bytes as bpftool does, each as hexadecimal text. */
    static void bytes(JsonGenerator json, byte[] bytes) throws IOException {
        json.writeStartArray();
        for (byte b : bytes) {
            json.writeString("0x%02x".formatted(b));
        }
        json.writeEndArray();
    }
}
