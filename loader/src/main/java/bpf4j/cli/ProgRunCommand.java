package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.TestRunOptions;
import bpf4j.kernel.TestRunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code prog run}: one program on input that the caller makes up. */
@Command(name = "run", header = "Run a program of the kernel for a test.", description = {
    "BPF_PROG_TEST_RUN: the program is run on the given packet and context, and what it returns and changes is printed "
        + "or written. A FILE of '-' is standard input, or output for what comes back.",
    "What the program does to maps is real."},
        customSynopsis = {
            "bpf4j prog run [-jp] PROGRAM [data_in FILE] [data_out FILE]",
            "                [data_size_out N] [ctx_in FILE] [ctx_out FILE] [repeat N]",
            "PROGRAM: id N | pinned PATH | name NAME | tag TAG"},
        footer = {
            "",
            "Examples:",
            "  bpf4j prog run id 7 data_in packet.bin data_out - repeat 1000",
            "  bpf4j prog run name double_up ctx_in numbers.bin"})
final class ProgRunCommand extends KernelCommand {

    private static final Path STANDARD = Path.of("-");

    ProgRunCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Selector selector = Selector.required(given, Selector.FOR_PROGRAMS);
        TestRunOptions options = TestRunOptions.none();
        Optional<Path> dataOut = Optional.empty();
        Optional<Path> contextOut = Optional.empty();
        Optional<Integer> dataOutBytes = Optional.empty();
        while (!given.isEmpty()) {
            switch (given.next("option")) {
                case "data_in" -> options = options.withData(read(Path.of(given.next("file"))));
                case "ctx_in" -> options = options.withContext(read(Path.of(given.next("file"))));
                case "data_out" -> dataOut = Optional.of(Path.of(given.next("file")));
                case "ctx_out" -> contextOut = Optional.of(Path.of(given.next("file")));
                case "data_size_out" -> dataOutBytes = Optional.of(given.number("size in bytes"));
                // The size of the kernel's struct is known without being told.
                case "ctx_size_out" -> given.number("size in bytes");
                case "repeat" -> options = options.withRepeat(given.number("number of runs"));
                case String word -> throw given.wrong("'%s' is no option of this command.".formatted(word));
            }
        }
        if (dataOutBytes.isPresent()) {
            options = options.withDataOutBytes(dataOutBytes.get());
        }
        try (LoadedProgram program = selection().program(selector)) {
            TestRunResult result = program.testRun(options);
            write(dataOut, result.data());
            write(contextOut, result.context());
            boolean showsData = dataOut.equals(Optional.of(STANDARD));
            boolean showsContext = contextOut.equals(Optional.of(STANDARD));
            if (wantsJson()) {
                json(result, showsData, showsContext);
            } else {
                text(result, showsData, showsContext);
            }
        }
        return ExitStatus.DONE;
    }

    private void json(TestRunResult result, boolean data, boolean context) {
        print(json -> {
            json.writeStartObject();
            if (data) {
                json.writeFieldName("data_out");
                JsonText.bytes(json, result.data());
            }
            if (context) {
                json.writeFieldName("ctx_out");
                JsonText.bytes(json, result.context());
            }
            JsonText.number(json, "retval", result.returnValue());
            json.writeNumberField("duration", result.durationNanos());
            json.writeEndObject();
        });
    }

    private void text(TestRunResult result, boolean data, boolean context) {
        if (data) {
            hex("Data:", result.data());
        }
        if (context) {
            hex("Context:", result.context());
        }
        console().out().println("Return value: %s, duration (average): %dns".formatted(
                Integer.toUnsignedString(result.returnValue()), result.durationNanos()));
        if (result.isCut()) {
            console().err().println("bpf4j: %d bytes of %d came back: data_size_out N makes room"
                    .formatted(result.data().length, result.dataSizeBytes()));
        }
    }

    private void hex(String title, byte[] bytes) {
        console().out().println(title);
        for (int at = 0; at < bytes.length; at += 16) {
            console().out().println("%04x: %s".formatted(at, HexFormat.ofDelimiter(" ").formatHex(
                    Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 16)))));
        }
    }

    private static byte[] read(Path file) {
        try {
            return file.equals(STANDARD) ? System.in.readAllBytes() : Files.readAllBytes(InputFile.check(file));
        } catch (IOException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
    }

    private static void write(Optional<Path> file, byte[] bytes) {
        if (file.isPresent() && !file.get().equals(STANDARD)) {
            OutputFile.write(file.get(), bytes);
        }
    }
}
