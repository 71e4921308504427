package bpf4j.cli;

import bpf4j.insn.Insn;
import bpf4j.kernel.XlatedCode;
import bpf4j.reloc.SourceLine;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A program's code as a command prints it.
 *
 * @param code the code
 * @param instructions whether the instructions are printed, and not only the C lines
 * @param opcodes whether their bytes are
 * @param places whether file and line number are
 */
record CodeDump(XlatedCode code, boolean instructions, boolean opcodes, boolean places) {

    private static final String INDENT = "       ";

    void print(Console console) {
        boolean first = true;
        String shown = "";
        for (XlatedCode.Line line : code.lines()) {
            if (line.function().isPresent()) {
                String heading = console.heading(line.function().get() + ":");
                console.out().println((first ? "" : System.lineSeparator()) + heading);
                shown = "";
            }
            first = false;
            String source = line.source().map(this::text).orElse("");
            if (!source.isEmpty() && !source.equals(shown)) {
                console.out().println(instructions ? console.aside("; " + source) : source);
                shown = source;
            }
            if (instructions) {
                console.out().println("%4d: %s".formatted(line.insnIndex(), line.text()));
                if (opcodes) {
                    console.out().println(INDENT + HexFormat.ofDelimiter(" ").formatHex(bytes(line)));
                }
            }
        }
    }

    private String text(SourceLine line) {
        return places ? line.toString() : line.text();
    }

    /** Writes one object for each instruction, with bpftool's fields. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (XlatedCode.Line line : code.lines()) {
            if (instructions || line.source().isPresent() || line.function().isPresent()) {
                write(json, line);
            }
        }
        json.writeEndArray();
    }

    private void write(JsonGenerator json, XlatedCode.Line line) throws IOException {
        json.writeStartObject();
        if (line.function().isPresent()) {
            json.writeStringField("proto", line.function().get());
        }
        if (line.source().isPresent()) {
            SourceLine source = line.source().get();
            json.writeStringField("src", source.text());
            if (places) {
                json.writeStringField("file", source.file());
                json.writeNumberField("line_num", source.line());
                if (source.column() != 0) {
                    json.writeNumberField("line_col", source.column());
                }
            }
        }
        if (instructions) {
            json.writeStringField("disasm", line.text());
        }
        if (opcodes) {
            byte[] bytes = bytes(line);
            long slot = code.slot(line.insnIndex());
            json.writeObjectFieldStart("opcodes");
            json.writeStringField("code", "0x%02x".formatted(Insn.opcode(slot)));
            json.writeStringField("src_reg", "0x%x".formatted(Insn.src(slot)));
            json.writeStringField("dst_reg", "0x%x".formatted(Insn.dst(slot)));
            json.writeFieldName("off");
            JsonText.bytes(json, Arrays.copyOfRange(bytes, 2, 4));
            json.writeFieldName("imm");
            JsonText.bytes(json, Arrays.copyOfRange(bytes, 4, bytes.length));
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private byte[] bytes(XlatedCode.Line line) {
        long[] slots = new long[line.slotCount()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = code.slot(line.insnIndex() + i);
        }
        return Insn.encode(slots, ByteOrder.nativeOrder());
    }
}
