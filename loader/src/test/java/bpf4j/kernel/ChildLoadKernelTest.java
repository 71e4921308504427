package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.cli.Main;
import bpf4j.sys.ChildJvm;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs a process of another kind: one without capabilities, one without standard input. */
@KernelTest
class ChildLoadKernelTest {

    private static final List<String> WITHOUT_CAPABILITIES =
            List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--");
    /** The JVM opens files before the program runs; with the lowest numbers closed it would get those. */
    private static final List<String> WITHOUT_INPUT = List.of("sh", "-c", "exec \"$@\" <&-", "sh");

    private static String load(List<String> launcher, String object) throws Exception {
        return ChildJvm.run(launcher, ChildLoad.class, List.of(Fixtures.object(object).toString()),
                "--enable-native-access=ALL-UNNAMED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"maps-el.o", "no_btf-el.o", "struct_ops_order-el.o", "license_none-el.o"})
    void missingPrivilegesAreOneExceptionThatSaysWhatToDo(String object) throws Exception {
        String output = load(WITHOUT_CAPABILITIES, object);
        assertEquals(1, output.lines().count(), output);
        assertTrue(output.startsWith("KernelException ") && output.contains(" EPERM: "), output);
        assertTrue(output.contains("CAP_BPF"), output);
    }

    @Test
    void descriptorsStartAtThreeWithoutStandardInput() throws Exception {
        for (String object : List.of("maps-el.o", "struct_ops_order-el.o", "core_field_byte_offset-el.o")) {
            String output = load(WITHOUT_INPUT, object);
            assertTrue(output.matches("loaded, 0 attachments, lowest descriptor ([3-9]|\\d\\d+)"), output);
        }
    }

    /** The kernel gives 0 for each descriptor, and each is moved away from it. */
    @ParameterizedTest
    @ValueSource(strings = {"maps-el.o", "data_sections-el.o", "maps_nested-el.o", "trace_raw-el.o"})
    void nothingIsLeftAtZeroWhereItIsFree(String object) throws Exception {
        String output = ChildJvm.run(List.of(), ChildLoad.class,
                List.of(Fixtures.object(object).toString(), "with 0 free"), "--enable-native-access=ALL-UNNAMED");
        assertTrue(output.matches("loaded, %d attachments, lowest descriptor ([3-9]|\\d\\d+), left at 0: 0".formatted(
                object.startsWith("trace_raw") ? 3 : 0)), output);
    }

    @Test
    void commandLineNeedsNoStandardInput() throws Exception {
        String object = Fixtures.object("trace_raw-el.o").toString();
        for (List<String> arguments : List.of(List.of("load", object), List.of("run", object, "--for", "10ms"))) {
            String output = ChildJvm.run(WITHOUT_INPUT, Main.class, arguments, "--enable-native-access=ALL-UNNAMED");
            assertTrue(output.contains("entered"), output);
            assertEquals(arguments.getFirst().equals("run"), output.endsWith("Attached for 10ms.\nDetached."), output);
        }
    }
}
