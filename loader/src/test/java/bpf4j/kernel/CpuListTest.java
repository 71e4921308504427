package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';',
            value = {"0;1;0", "0-3;4;3", "0-3,8-11;8;11", "1,3,5;3;5", "0-511;512;511", "2,7-7;2;7"})
    void countsRangesAndGaps(String text, int count, int highest) {
        CpuList list = CpuList.parse(text + "\n");
        assertEquals(List.of(count, highest), List.of(list.count(), list.highest()));
    }

    @Test
    void namesEachCpu() {
        assertEquals(List.of(0), CpuList.parse("0\n").numbers());
        assertEquals(List.of(0, 1, 3, 6, 7), CpuList.parse("0-1,3,6-7\n").numbers());
        assertEquals(List.of(0, 1, 2, 8, 11), CpuList.parse("0-2,8,11").numbers());
    }

    @Test
    void listThatCannotBeReadIsNamed() {
        KernelException e = assertThrows(KernelException.class, () -> CpuList.read(Path.of("/nowhere/online")));
        assertEquals("/nowhere/online", e.subject());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "3-1", "0-", "-1", "0,,2", "2,1", "0-3,3", "0-99999999999", "0-65536"})
    void refusesWhatIsNoAscendingList(String text) {
        KernelException e = assertThrows(KernelException.class, () -> CpuList.parse(text));
        assertTrue(e.getMessage().contains("it is no ascending list"), e::getMessage);
    }
}
