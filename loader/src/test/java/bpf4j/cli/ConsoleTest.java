package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ConsoleTest {

    @Test
    void takesTheWidthThatTheShellExports() {
        assertEquals(132, Console.terminalColumns("132"));
        assertEquals(80, Console.terminalColumns(null));
        assertEquals(80, Console.terminalColumns("wide"));
        assertEquals(40, Console.terminalColumns("0"));
    }
}
