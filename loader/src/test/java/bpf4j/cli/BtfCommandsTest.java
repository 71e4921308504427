package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code btf dump} and {@code btf diff} on files. */
class BtfCommandsTest {

    private static final String KINDS = Fixtures.object("btf_kinds-el.o").toString();
    private static final String OLD = Fixtures.object("core_target_a-el.o").toString();
    private static final String NEW = Fixtures.object("core_target_b-el.o").toString();

    @Test
    void dumpIsRawUnlessSaidOtherwise() {
        CommandLineRun raw = CommandLineRun.of("btf", "dump", KINDS);
        assertTrue(raw.out().startsWith("[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n"), raw.all());
        assertEquals(raw, CommandLineRun.of("btf", "dump", "file", KINDS, "format", "raw"));
        assertEquals(raw, CommandLineRun.of("btf", "dump", KINDS, "--format", "raw"));
    }

    @Test
    void dumpAsCInBothSpellings() {
        CommandLineRun c = CommandLineRun.of("btf", "dump", KINDS, "--format", "c");
        assertTrue(c.out().startsWith("#ifndef __VMLINUX_H__\n") && c.out().contains("\nstruct all_kinds {\n"),
                c.all());
        assertEquals(c, CommandLineRun.of("btf", "dump", "file", KINDS, "format", "c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"btf_kinds-el.o", "btf_kinds-eb.o", "core_bitfield-el.o", "data_sections-el.o",
        "struct_ops_order-el.o", "extern_kfunc-el.o"})
    void jsonIsBpftools(String name) throws IOException, InterruptedException {
        Bpftool.assumeInstalled();
        String file = Fixtures.object(name).toString();
        CommandLineRun ours = CommandLineRun.of("btf", "dump", "--json", file);
        assertEquals(Bpftool.json("btf", "dump", "file", file), Json.value(ours.out()));
        assertEquals(ours, CommandLineRun.of("btf", "dump", file, "--format", "json"));
    }

    @Test
    void diffOfTheSameIsSilentAndDone() {
        assertEquals(new CommandLineRun(0, "", ""), CommandLineRun.of("btf", "diff", KINDS, "file", KINDS));
        assertEquals(new CommandLineRun(0, "[]\n", ""), CommandLineRun.of("btf", "diff", "--json", KINDS, KINDS));
    }

    @Test
    void diffShowsWhatDiffersAndSaysSoByItsStatus() {
        CommandLineRun table = CommandLineRun.of("btf", "diff", OLD, NEW);
        assertEquals(1, table.status());
        assertEquals("", table.err());
        assertTrue(table.out().lines().findFirst().orElseThrow().matches(" *KIND +NAME +PART +CHANGE +DETAIL"),
                table.all());
        List<?> json = (List<?>) Json.value(CommandLineRun.of("btf", "diff", "--json", OLD, NEW).out());
        String last = table.out().lines().reduce((_, line) -> line).orElseThrow();
        assertTrue(last.endsWith(" changed"), last);
        assertEquals(json.size(), sum(last));
        assertTrue(json.stream().map(d -> ((Map<?, ?>) d).get("change")).anyMatch("changed"::equals), json.toString());
    }

    private static int sum(String text) {
        int sum = 0;
        for (String number : text.replaceAll("[^0-9]+", " ").strip().split(" ")) {
            sum += Integer.parseInt(number);
        }
        return sum;
    }

    @Test
    void mistakesAreTold() {
        CommandLineRun nothing = CommandLineRun.of("btf", "dump");
        assertEquals(2, nothing.status());
        assertTrue(nothing.err().startsWith("Missing types: FILE | vmlinux | MODULE"), nothing.err());
        CommandLineRun unknown = CommandLineRun.of("btf", "dump", "no_such_module");
        assertEquals(2, unknown.status());
        assertTrue(unknown.err().contains("neither a file nor 'vmlinux' nor a loaded module"), unknown.err());
        CommandLineRun format = CommandLineRun.of("btf", "dump", KINDS, "format", "pascal");
        assertEquals(2, format.status());
        assertTrue(format.err().contains("'pascal' is no format: c, raw or json."), format.err());
        CommandLineRun text = CommandLineRun.of("btf", "dump", Fixtures.path("malformed/text.o").toString());
        assertEquals(1, text.status());
        assertTrue(text.err().contains("neither BTF nor ELF"), text.err());
        assertEquals(2, CommandLineRun.of("btf", "diff", KINDS).status());
    }
}
