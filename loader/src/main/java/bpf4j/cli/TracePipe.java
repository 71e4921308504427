package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The kernel's trace as it grows: {@code trace_pipe}, where {@code bpf_printk} writes. There is one for the whole system, and
 * what is read from it is gone for others.
 */
final class TracePipe implements AutoCloseable {

    private final FileChannel channel;

    private TracePipe(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens it.
     *
     * @throws KernelException if it is not there, somebody else has it, or this process may not read it
     */
    static TracePipe open() {
        String subject = "trace output";
        Path file = TraceFs.require(Step.READ_EVENTS, subject).folder().resolve("trace_pipe");
        try {
            return new TracePipe(FileChannel.open(file, StandardOpenOption.READ));
        } catch (IOException e) {
            throw new KernelException(Step.READ_EVENTS, subject, 0, file + ": " + Failure.message(e), e);
        }
    }

    /** Prints lines as they come, until this is closed. */
    void print(LiveLines lines) {
        try (BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE), -1))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String text = line;
                if (lines.json()) {
                    lines.json(json -> {
                        json.writeStartObject();
                        json.writeStringField("trace", text);
                        json.writeEndObject();
                    });
                } else {
                    lines.text(text);
                }
                lines.flush();
            }
        } catch (ClosedChannelException _) {
            // This is how it ends.
        } catch (IOException e) {
            lines.text("trace output ends: " + Failure.message(e));
        }
    }

    /** Ends the reading, also one that waits. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // There is nothing to lose.
        }
    }
}
