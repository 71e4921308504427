package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.reloc.Kallsyms;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceableFunctionsTest {

    private static final String SYMBOLS = """
            ffffffff81000000 T tcp_one
            ffffffff81001000 t tcp_shared
            ffffffff81002000 t tcp_shared
            ffffffff81003000 t tcp_twice
            ffffffff81004000 t tcp_twice
            ffffffff81005000 d tcp_data
            ffffffff81006000 T udp_one
            ffffffff81007000 T tcp_not_traceable
            ffffffff81000000 T tcp_alias
            ffffffffc0001000 t tcp_shared\t[m]
            """;
    private static final String NAMES = """
            tcp_one
            tcp_alias
            tcp_shared
            tcp_twice
            tcp_twice
            tcp_data
            __ftrace_invalid_address___64
            udp_one
            tcp_shared [m]
            """;
    private static final String WITH_ADDRESSES = """
            ffffffff81000004 tcp_one
            ffffffff81000004 tcp_alias
            ffffffff81002000 tcp_shared
            ffffffff81003004 tcp_twice
            ffffffff81004010 tcp_twice
            ffffffff81006004 udp_one
            ffffffffc0001004 tcp_shared [m]
            """;

    private static List<String> found(String glob, String lines, boolean hasAddresses, String symbols) {
        return TraceableFunctions.addresses(new Glob(glob), lines, hasAddresses,
                new Kallsyms("symbols", () -> new ByteArrayInputStream(symbols.getBytes(StandardCharsets.UTF_8))), "x")
                .stream().map(Long::toHexString).toList();
    }

    @Test
    void addressesTellFunctionsOfOneNameApart() {
        assertEquals(List.of("ffffffff81000000", "ffffffff81002000", "ffffffff81003000", "ffffffff81004000",
                "ffffffffc0001000"), found("tcp_*", WITH_ADDRESSES, true, SYMBOLS));
    }

    @Test
    void withoutThemNamesOfSomeThatCannotBeTracedAreLeftOut() {
        assertEquals(List.of("ffffffff81000000", "ffffffff81003000", "ffffffff81004000", "ffffffffc0001000"),
                found("tcp_*", NAMES, false, SYMBOLS));
    }

    @Test
    void patternDecides() {
        assertEquals(List.of("ffffffff81006000"), found("ud?_one", NAMES, false, SYMBOLS));
        assertEquals(List.of(), found("no*", NAMES, false, SYMBOLS));
    }

    @Test
    void hiddenAddressesAreAClearError() {
        KernelException e = assertThrows(KernelException.class,
                () -> found("tcp_*", NAMES, false, SYMBOLS.replaceAll("(?m)^[0-9a-f]+", "0000000000000000")));
        assertTrue(e.getMessage().contains("CAP_SYSLOG"), e::getMessage);
    }
}
