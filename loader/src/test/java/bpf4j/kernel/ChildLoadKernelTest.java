package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
            assertTrue(output.matches("loaded, lowest descriptor ([3-9]|\\d\\d+)"), output);
        }
    }
}
