package bpf4j.reloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KconfigTest {

    private static final String TEXT = """
            # Linux/x86 6.18.0 Kernel Configuration
            CONFIG_HZ=250
            # CONFIG_PREEMPT is not set

            CONFIG_DEFAULT_HOSTNAME="(a=b)"
            CONFIG_HZ=1000
            ONFIG_BAD
             CONFIG_INDENTED=y
            """;

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void firstValueWins() {
        assertEquals(Optional.of("250"), Kconfig.parse(TEXT, "t").value("CONFIG_HZ"));
    }

    @Test
    void anOptionThatIsNotSetIsAbsent() {
        assertEquals(Optional.empty(), Kconfig.parse(TEXT, "t").value("CONFIG_PREEMPT"));
        assertEquals(Optional.empty(), Kconfig.parse(TEXT, "t").value("CONFIG_INDENTED"));
    }

    @Test
    void valuesMayHaveAnEqualsSign() {
        assertEquals(Optional.of("\"(a=b)\""), Kconfig.parse(TEXT, "t").value("CONFIG_DEFAULT_HOSTNAME"));
    }

    @Test
    void takesBothLineEndsAndAMissingLastOne() {
        Kconfig config = Kconfig.parse("CONFIG_A=y\r\nCONFIG_B=m", "t");
        assertEquals(Optional.of("y"), config.value("CONFIG_A"));
        assertEquals(Optional.of("m"), config.value("CONFIG_B"));
    }

    @ParameterizedTest
    @CsvSource({"CONFIG_A, without '='", "CONFIG_A=, without a value", "CONFIG_A= , without a value"})
    void refusesAnOptionWithoutValue(String line, String problem) {
        RelocationException e = assertThrows(RelocationException.class,
                () -> Kconfig.parse("CONFIG_B=y\n" + line + "\n", "my config"));
        assertEquals("my config: line 2: an option " + problem, e.getMessage());
    }

    @Test
    void readsPlainAndCompressedByContent() throws IOException {
        for (byte[] bytes : new byte[][] {TEXT.getBytes(), gzip(TEXT.getBytes())}) {
            assertEquals(Optional.of("250"), Kconfig.read(new ByteArrayInputStream(bytes), "t").value("CONFIG_HZ"));
        }
    }

    @Test
    void refusesDamagedCompression() throws IOException {
        byte[] bytes = gzip(TEXT.getBytes());
        for (int length = 2; length < bytes.length; length++) {
            InputStream cut = new ByteArrayInputStream(Arrays.copyOf(bytes, length));
            RelocationException e = assertThrows(RelocationException.class, () -> Kconfig.read(cut, "t"));
            assertTrue(e.getMessage().contains("damaged gzip"), e::getMessage);
        }
    }

    @Test
    void refusesAnInflatedText() throws IOException {
        byte[] bomb = gzip(new byte[Kconfig.MAX_TEXT_BYTES + 1]);
        RelocationException e = assertThrows(RelocationException.class,
                () -> Kconfig.read(new ByteArrayInputStream(bomb), "t"));
        assertTrue(e.getMessage().contains("0x1000000"), e::getMessage);
    }

    @Test
    void whatStandsBehindIsReadOnceAndOnlyIfNeeded() {
        AtomicInteger reads = new AtomicInteger();
        Kconfig config = Kconfig.parse("CONFIG_HZ=100\n", "caller's").orElse(() -> {
            reads.incrementAndGet();
            return Kconfig.parse(TEXT, "system's");
        });
        assertEquals(Optional.of("100"), config.value("CONFIG_HZ"));
        assertEquals(0, reads.get());
        assertEquals(Optional.empty(), config.value("CONFIG_NONE"));
        assertTrue(config.value("CONFIG_DEFAULT_HOSTNAME").isPresent());
        assertEquals(1, reads.get());
    }

    @Test
    void threeStandBehindEachOther() {
        Kconfig config = Kconfig.parse("CONFIG_A=1", "1").orElse(() -> Kconfig.parse("CONFIG_A=2\nCONFIG_B=2", "2"))
                .orElse(() -> Kconfig.parse("CONFIG_A=3\nCONFIG_B=3\nCONFIG_C=3", "3"));
        assertEquals(Optional.of("1"), config.value("CONFIG_A"));
        assertEquals(Optional.of("2"), config.value("CONFIG_B"));
        assertEquals(Optional.of("3"), config.value("CONFIG_C"));
        assertEquals("[CONFIG_A, CONFIG_B, CONFIG_C]", config.optionsRead().toString());
    }

    @Test
    void aFailedReadIsTriedAgain() {
        UncheckedIOException failure = new UncheckedIOException(new IOException("gone"));
        AtomicInteger reads = new AtomicInteger();
        Kconfig config = Kconfig.empty().orElse(() -> {
            if (reads.getAndIncrement() == 0) {
                throw failure;
            }
            return Kconfig.parse("CONFIG_A=y", "t");
        });
        assertSame(failure, assertThrows(UncheckedIOException.class, () -> config.value("CONFIG_A")));
        assertEquals(Optional.of("y"), config.value("CONFIG_A"));
    }
}
