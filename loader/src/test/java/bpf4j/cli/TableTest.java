package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void alignsNumbersToTheRightAndWordsToTheLeft() {
        assertEquals(List.of("  ID  NAME", "   7  a", "  12  bcdef"),
                new Table("ID", "NAME").row(7, "a").row(12, "bcdef").lines(Console.UNLIMITED));
    }

    @Test
    void cutsTheWidestColumnToTheTerminal() {
        Table table = new Table("ID", "NAME", "SECTION").row(1, "short", "a".repeat(100)).row(2, "b".repeat(30), "c");
        List<String> lines = table.lines(40);
        lines.forEach(line -> assertTrue(line.length() <= 40, line));
        assertTrue(lines.get(1).endsWith("a.."), lines.get(1));
        assertTrue(table.lines(Console.UNLIMITED).get(1).endsWith("aaa"));
    }

    @Test
    void keepsColumnsReadableOnTheNarrowestTerminal() {
        assertEquals("  aaaaaa..  bbbbbb..", new Table("A", "B").row("a".repeat(50), "b".repeat(50)).lines(1).get(1));
    }
}
