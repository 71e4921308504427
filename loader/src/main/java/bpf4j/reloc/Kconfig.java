package bpf4j.reloc;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

/**
 * The configuration of a kernel: lines such as {@code CONFIG_HZ=250}. Where an option stands twice, the first value
 * counts. An option that "is not set" is a comment in the text, and so is absent here. Thread-safe.
 */
public final class Kconfig {

    /** Forty times the configuration of a distribution's kernel; a compressed file of a few KB could claim any size. */
    static final int MAX_TEXT_BYTES = 16 << 20;
    private static final String PREFIX = "CONFIG_";
    /** The first two bytes of gzip, little endian. */
    private static final int GZIP_MAGIC = 0x8b1f;

    private static final Kconfig EMPTY = new Kconfig(Map.of(), () -> null);

    private final Map<String, String> values;
    private Supplier<Kconfig> supplier;
    private Kconfig next;

    private Kconfig(Map<String, String> values, Supplier<Kconfig> supplier) {
        this.values = values;
        this.supplier = supplier;
    }

    /** {@return a configuration without options} */
    public static Kconfig empty() {
        return EMPTY;
    }

    /**
     * Parses the text of a configuration. Only lines that start with {@code CONFIG_} count.
     *
     * @param text the lines, as in {@code .config}
     * @param name what messages call it
     * @return the configuration
     * @throws RelocationException if an option has no value
     */
    public static Kconfig parse(String text, String name) {
        try {
            return parse(new StringReader(text), name);
        } catch (IOException e) {
            throw new AssertionError("reading a string does not fail", e);
        }
    }

    /**
     * Reads a configuration, plain or compressed with gzip; its first bytes tell which.
     *
     * @param in the bytes; read to the end and not closed
     * @param name what messages call it, for instance the file's path
     * @return the configuration
     * @throws IOException if reading fails
     * @throws RelocationException if the compression is damaged, the text has more than 16 MiB, or an option has no
     *     value
     */
    public static Kconfig read(InputStream in, String name) throws IOException {
        byte[] bytes = bounded(in, name);
        if (bytes.length >= 2 && ((bytes[0] & 0xff) | (bytes[1] & 0xff) << 8) == GZIP_MAGIC) {
            try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                bytes = bounded(unzipped, name);
            } catch (IOException e) {
                throw new RelocationException(name, "damaged gzip: " + e.getMessage(), Optional.empty(), e);
            }
        }
        return parse(new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8), name);
    }

    private static byte[] bounded(InputStream in, String name) throws IOException {
        byte[] bytes = in.readNBytes(MAX_TEXT_BYTES + 1);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new RelocationException(name,
                    "more than 0x%x bytes are no kernel configuration".formatted(MAX_TEXT_BYTES),
                    Optional.empty(), null);
        }
        return bytes;
    }

    private static Kconfig parse(Reader text, String name) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        BufferedReader lines = new BufferedReader(text);
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (!line.startsWith(PREFIX)) {
                continue;
            }
            int equals = line.indexOf('=');
            String value = equals < 0 ? "" : line.substring(equals + 1).strip();
            if (value.isEmpty()) {
                throw new RelocationException(name, "line " + number + ": an option without "
                        + (equals < 0 ? "'='" : "a value"), Optional.empty(), null);
            }
            values.putIfAbsent(line.substring(0, equals), value);
        }
        return new Kconfig(values, () -> null);
    }

    /**
     * Puts another configuration behind this one: it is asked for what is absent here.
     *
     * @param later gives the other one; called on the first such question, once unless it throws
     * @return a configuration of both
     */
    public Kconfig orElse(Supplier<Kconfig> later) {
        Objects.requireNonNull(later);
        return new Kconfig(values, () -> {
            Kconfig own = next();
            return own == null ? later.get() : own.orElse(later);
        });
    }

    /**
     * Gets an option's value.
     *
     * @param option the whole name, {@code CONFIG_HZ}
     * @return the text behind the equals sign, quotes included
     */
    public Optional<String> value(String option) {
        String own = values.get(option);
        if (own != null) {
            return Optional.of(own);
        }
        Kconfig later = next();
        return later == null ? Optional.empty() : later.value(option);
    }

    /** {@return the names of all options that were read, in order; what stands behind is not read for this} */
    Set<String> optionsRead() {
        Kconfig later;
        synchronized (this) {
            later = next;
        }
        if (later == null) {
            return values.keySet();
        }
        Map<String, String> all = new LinkedHashMap<>(values);
        later.optionsRead().forEach(option -> all.putIfAbsent(option, ""));
        return all.keySet();
    }

    private synchronized Kconfig next() {
        if (supplier != null) {
            next = supplier.get();
            supplier = null;
        }
        return next;
    }

    @Override
    public String toString() {
        return "kernel configuration, " + values.size() + " options";
    }
}
