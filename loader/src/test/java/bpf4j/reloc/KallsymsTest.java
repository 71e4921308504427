package bpf4j.reloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KallsymsTest {

    private static final String TEXT = """
            0000000000000000 A fixed_percpu_data
            ffffffff81000000 T _text
            ffffffff81000000 T _stext
            ffffffff81001000 t twice
            ffffffff81002000 t twice
            ffffffff81003000 t alias
            ffffffff81003000 T alias
            ffffffff82000000 d promoted.llvm.1234567890
            ffffffff81004000 t renamed.llvm.1234567890
            ffffffffc0000010 b in_module\t[nf_conntrack]
            ffffffffc0000020 r constant.llvm.7\t[nf_conntrack]
            """;

    private boolean closed;

    private Map<String, Long> look(String text, String... names) {
        return new Kallsyms("symbols", () -> new FilterInputStream(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))) {

            @Override
            public void close() throws IOException {
                closed = true;
                super.close();
            }
        }).addresses(Set.of(names));
    }

    @Test
    void findsSymbolsOfKernelAndModules() {
        assertEquals(Map.of("_stext", 0xffffffff81000000L, "in_module", 0xffffffffc0000010L),
                look(TEXT, "_stext", "in_module", "no_such_symbol"));
        assertTrue(closed);
    }

    private static Map<Long, String> name(String text, Long... addresses) {
        return new Kallsyms("symbols", () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .names(Set.of(addresses));
    }

    @Test
    void namesAddressesWhereSymbolsBegin() {
        assertEquals(Map.of(0xffffffff81000000L, "_text", 0xffffffffc0000010L, "in_module"),
                name(TEXT, 0xffffffff81000000L, 0xffffffffc0000010L, 0xffffffff81001001L));
    }

    @Test
    void namesNothingWhereAddressesAreHidden() {
        assertEquals(Map.of(), name("0000000000000000 T _text\n0000000000000000 T other\n", 0L));
    }

    @Test
    void findsThePromotedNameOfVariablesOnly() {
        assertEquals(Map.of("promoted", 0xffffffff82000000L, "constant", 0xffffffffc0000020L),
                look(TEXT, "promoted", "constant", "renamed"));
    }

    @Test
    void oneAddressTwiceIsNoProblem() {
        assertEquals(Map.of("alias", 0xffffffff81003000L), look(TEXT, "alias"));
    }

    @Test
    void twoAddressesAreRefused() {
        RelocationException e = assertThrows(RelocationException.class, () -> look(TEXT, "twice"));
        assertEquals("extern 'twice': symbols: two symbols have this name, "
                + "at 0xffffffff81001000 and 0xffffffff81002000",
                e.getMessage());
        assertTrue(closed);
    }

    @Test
    void aVariableAndItsPromotedNamesakeAreTwo() {
        assertThrows(RelocationException.class,
                () -> look("1000 d x\n2000 d x.llvm.1\n", "x"));
    }

    @Test
    void oneZeroAmongAddressesIsAnAddress() {
        assertEquals(Map.of("fixed_percpu_data", 0L), look(TEXT, "fixed_percpu_data"));
    }

    @Test
    void hiddenAddressesAreAClearError() {
        String hidden = TEXT.replaceAll("(?m)^[0-9a-f]{16}", "0000000000000000");
        RelocationException e = assertThrows(RelocationException.class, () -> look(hidden, "_text"));
        assertTrue(e.getMessage().contains("every address as zero"), e::getMessage);
        assertEquals(Map.of(), look(hidden, "no_such_symbol"));
    }

    @Test
    void listsSymbolsWhateverTheirAddresses() {
        String hidden = TEXT.replaceAll("(?m)^[0-9a-f]{16}", "0000000000000000");
        for (String text : new String[] {TEXT, hidden}) {
            Kallsyms symbols = new Kallsyms("symbols",
                    () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
            assertEquals(Set.of("_text", "twice"), symbols.listed(Set.of("_text", "twice", "no_such_symbol")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "zzzz T name", "1000", "1000 T", "1000 T ", "1000T name", "1000 TT name", "", " T name",
        "11112222333344445 T name"})
    void malformedLinesAreRefused(String line) {
        RelocationException e = assertThrows(RelocationException.class,
                () -> look("1000 T good\n" + line + "\n", "name"));
        assertTrue(e.getMessage().startsWith("symbols: line 2: "), e::getMessage);
    }

    @Test
    void aLineWithoutEndIsRefusedBeforeItIsHeld() {
        InputStream endless = new InputStream() {

            @Override
            public int read() {
                return 'a';
            }
        };
        RelocationException e = assertThrows(RelocationException.class,
                () -> new Kallsyms("symbols", () -> endless).addresses(Set.of("x")));
        assertTrue(e.getMessage().startsWith("symbols: line 1: "), e::getMessage);
    }

    @Test
    void anUnreadableTableNamesItself() {
        UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> new Kallsyms("symbols", () -> {
            throw new IOException("denied");
        }).addresses(Set.of("x")));
        assertEquals("symbols: denied", e.getMessage());
    }

    @Test
    void showsEverySymbolWithItsModule() {
        List<Kallsyms.Symbol> symbols = new ArrayList<>();
        new Kallsyms("symbols", () -> new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.UTF_8)))
                .forEach(symbols::add);
        assertEquals(TEXT.lines().count(), symbols.size());
        assertEquals(new Kallsyms.Symbol(0xffffffff81003000L, 'T', "alias", ""), symbols.get(6));
        assertEquals(new Kallsyms.Symbol(0xffffffffc0000010L, 'b', "in_module", "nf_conntrack"), symbols.get(9));
        assertEquals(List.of(true, false), List.of(symbols.get(3).isFunction(), symbols.get(9).isFunction()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a t x\t", "a t x\t[", "a t x\t[]", "a t x\t[m", "a t x\tm]"})
    void halfAModuleIsNone(String line) {
        List<String> modules = new ArrayList<>();
        new Kallsyms("symbols", () -> new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)))
                .forEach(symbol -> modules.add(symbol.module()));
        assertEquals(List.of(""), modules);
    }
}
