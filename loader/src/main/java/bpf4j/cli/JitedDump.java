package bpf4j.cli;

import bpf4j.kernel.JitedCode;
import bpf4j.reloc.SourceLine;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A program's machine code as a command prints it: bytes, in pieces that begin where C lines do. Nothing here knows the
 * instructions of a machine.
 *
 * @param code the code
 * @param places whether file and line number are printed
 */
record JitedDump(JitedCode code, boolean places) {

    private static final int BYTES_PER_LINE = 16;

    /** The bytes of a function from one place to the next. */
    private record Piece(int offsetBytes, byte[] bytes, List<SourceLine> sources) {
    }

    void print(Console console) {
        boolean first = true;
        for (JitedCode.Function function : code.functions()) {
            if (!first) {
                console.out().println();
            }
            first = false;
            function.declaration().ifPresent(c -> console.out().println(console.heading(c + ":")));
            console.out().println(console.heading("%s at 0x%x, %d bytes:".formatted(function.symbol(),
                    function.address(), function.code().length)));
            String shown = "";
            for (Piece piece : pieces(function)) {
                for (SourceLine source : piece.sources) {
                    String text = places ? source.toString() : source.text();
                    if (!text.equals(shown)) {
                        console.out().println(console.aside("; " + text));
                        shown = text;
                    }
                }
                for (int at = 0; at < piece.bytes.length; at += BYTES_PER_LINE) {
                    console.out().println("%4x: %s".formatted(piece.offsetBytes + at,
                            HexFormat.ofDelimiter(" ").formatHex(piece.bytes, at,
                                    Math.min(piece.bytes.length, at + BYTES_PER_LINE))));
                }
            }
        }
    }

    /** Writes bpftool's fields, but for those that take a disassembler, and with a piece in place of an instruction. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (JitedCode.Function function : code.functions()) {
            json.writeStartObject();
            if (function.declaration().isPresent()) {
                json.writeStringField("proto", function.declaration().get());
            }
            json.writeStringField("name", function.symbol());
            JsonText.number(json, "address", function.address());
            json.writeArrayFieldStart("insns");
            for (Piece piece : pieces(function)) {
                write(json, piece);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void write(JsonGenerator json, Piece piece) throws IOException {
        json.writeStartObject();
        Optional<SourceLine> source = piece.sources.isEmpty() ? Optional.empty() : Optional.of(piece.sources.getLast());
        if (source.isPresent()) {
            json.writeStringField("src", source.get().text());
            if (places) {
                json.writeStringField("file", source.get().file());
                json.writeNumberField("line_num", source.get().line());
                json.writeNumberField("line_col", source.get().column());
            }
        }
        json.writeStringField("pc", "0x%x".formatted(piece.offsetBytes));
        json.writeFieldName("opcodes");
        JsonText.bytes(json, piece.bytes);
        json.writeEndObject();
    }

    /** A function begins with bytes of no line; lines that became no code stand before those of the next. */
    private static List<Piece> pieces(JitedCode.Function function) {
        byte[] bytes = function.code();
        List<Piece> pieces = new ArrayList<>();
        List<SourceLine> sources = new ArrayList<>();
        int begin = 0;
        for (JitedCode.Line line : function.lines()) {
            if (line.offsetBytes() > begin) {
                pieces.add(new Piece(begin, Arrays.copyOfRange(bytes, begin, line.offsetBytes()),
                        List.copyOf(sources)));
                sources.clear();
                begin = line.offsetBytes();
            }
            sources.add(line.source());
        }
        pieces.add(new Piece(begin, Arrays.copyOfRange(bytes, begin, bytes.length), List.copyOf(sources)));
        return pieces;
    }
}
