package bpf4j.reloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

/** Whatever the texts of a kernel hold, parsing them ends in a result or in our exception. */
class KernelTextProperties {

    private static final int TRIES = 400;

    @Property(tries = TRIES)
    void anyBytesAreAConfigurationOrRefused(@ForAll byte[] bytes, @ForAll boolean gzip) throws IOException {
        if (gzip && bytes.length > 2) {
            bytes[0] = 0x1f;
            bytes[1] = (byte) 0x8b;
            bytes[2] = 8;
        }
        try {
            Kconfig config = Kconfig.read(new ByteArrayInputStream(bytes), "t");
            config.optionsRead().forEach(option -> assertTrue(config.value(option).isPresent(), option));
        } catch (RelocationException refused) {
            assertTrue(refused.getMessage().startsWith("t: "), refused::getMessage);
        }
    }

    @Property(tries = TRIES)
    void anyLinesAreAConfigurationOrRefused(@ForAll("configText") String text) {
        try {
            Kconfig config = Kconfig.parse(text, "t");
            config.optionsRead().forEach(option -> assertTrue(config.value(option).isPresent(), option));
        } catch (RelocationException refused) {
            assertTrue(refused.getMessage().startsWith("t: line "), refused::getMessage);
        }
    }

    @Property(tries = TRIES)
    void whatIsWrittenIsRead(@ForAll @Size(max = 20) Map<@AlphaChars @NotEmpty String, Long> options) {
        StringBuilder text = new StringBuilder();
        options.forEach((name, value) -> text.append("CONFIG_").append(name).append('=').append(value).append('\n'));
        Kconfig config = Kconfig.parse(text.toString(), "t");
        options.forEach((name, value) -> assertEquals(Optional.of(value.toString()), config.value("CONFIG_" + name)));
        assertEquals(options.size(), config.optionsRead().size());
    }

    @Property(tries = TRIES)
    void anyTextIsATableOrRefused(@ForAll("symbolText") String text) {
        try {
            look(text, Set.of("a", "b"));
        } catch (RelocationException refused) {
            assertTrue(refused.getMessage().startsWith("t: line ") || refused.getMessage().startsWith("extern '"),
                    refused::getMessage);
        }
    }

    @Property(tries = TRIES)
    void whatIsListedIsFound(@ForAll @Size(max = 20) Map<@AlphaChars @NotEmpty String, Long> symbols) {
        Map<String, Long> shown = new HashMap<>(symbols);
        shown.put("_", 1L);
        StringBuilder text = new StringBuilder();
        shown.forEach((name, address) -> text.append("%016x T %s\n".formatted(address, name)));
        Set<String> names = new HashSet<>(shown.keySet());
        names.add("0");
        assertEquals(shown, look(text.toString(), names));
    }

    private static Map<String, Long> look(String text, Set<String> names) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Kallsyms("t", () -> new ByteArrayInputStream(bytes)).addresses(names);
    }

    @Provide
    Arbitrary<String> configText() {
        return Arbitraries.of("CONFIG_", "=", "\n", "\r\n", "y", "\"", "#", " ", "0x", "\u00e4", "\0").list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> symbolText() {
        return Arbitraries.of(
                "1000 T a\n", "2000 d a\n", "0 d b.llvm.1\n", "3000 b b\t[m]", "\n", " ", "T", "ffff", "\u00e4")
                .list().ofMaxSize(12).map(parts -> String.join("", parts));
    }
}
