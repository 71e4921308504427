package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import bpf4j.kernel.KernelObjects;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What the commands that make a file of BTF have in common: where it goes, and what is told about it. */
abstract class BtfFileCommand extends KernelCommand {

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", required = true, description = "The file to write.")
    private Path output;

    BtfFileCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    final Path output() {
        return output;
    }

    /** {@return the files that the words name, of which there has to be one} */
    static List<Path> files(Words given) {
        List<Path> files = new ArrayList<>(List.of(Path.of(given.next("object file"))));
        while (!given.isEmpty()) {
            files.add(Path.of(given.next("object file")));
        }
        return files;
    }

    /**
     * Reads an object's types.
     *
     * @throws FailureException if it has none or they are malformed
     */
    static Btf types(ElfFile object, Path file) {
        try {
            ElfSection section = object.section(".BTF")
                    .orElseThrow(() -> new IOException("has no types; compile it with -g"));
            return Btf.parse(section.data(), String.valueOf(file.getFileName()));
        } catch (IOException | RuntimeException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
    }

    /** {@return the types that one word stands for} */
    final Btf source(String word) {
        return new BtfSource(objects(), Optional.empty()).next(words(word));
    }

    /** Writes the bytes, or says why not. */
    static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
    }

    /** Writes the result and says what it was made of. */
    final void finish(List<Btf> inputs, Btf result, String remark) {
        write(output, result.data().toArray(ValueLayout.JAVA_BYTE));
        List<Btf> all = new ArrayList<>(inputs);
        all.add(result);
        if (wantsJson()) {
            print(json -> {
                json.writeStartObject();
                json.writeArrayFieldStart("inputs");
                for (Btf input : inputs) {
                    write(input, json);
                }
                json.writeEndArray();
                json.writeFieldName("output");
                write(result, json);
                json.writeEndObject();
            });
        } else {
            Table table = new Table("BTF", "TYPES", "BYTES");
            all.forEach(btf -> table.row(btf.name(), ownTypes(btf), btf.data().byteSize()));
            console().print(table);
            console().out().println(remark);
        }
    }

    static int ownTypes(Btf btf) {
        return btf.typeCount() - btf.firstOwnId();
    }

    private static void write(Btf btf, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", btf.name());
        json.writeNumberField("types", ownTypes(btf));
        json.writeNumberField("bytes", btf.data().byteSize());
        json.writeEndObject();
    }
}
