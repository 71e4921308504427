package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.testdata.Fixtures;
import bpf4j.testdata.Golden;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** {@code inspect} and {@code disasm} of a few objects, little- and big-endian. */
class ListingGoldenTest {

    private static final List<String> INSPECTED = List.of("core_bitfield-el", "core_bitfield-eb", "data_sections-el",
            "extern_kconfig-el", "extern_kfunc-el", "maps-el", "maps-eb", "maps_legacy-el", "maps_nested-el",
            "machine_none-el", "struct_ops_order-el", "struct_ops_order-eb", "struct_ops_missing_bitfield_nonzero-el",
            "struct_ops_missing_bitfield_nonzero-eb", "struct_ops_optional_link-el", "struct_ops_unknown_type-el",
            "subprog_callback-el", "subprog_weak-el", "empty-el");
    private static final List<String> DISASSEMBLED = List.of("core_enumval_value-el", "data_sections-el",
            "data_sections-eb", "extern_kfunc-el", "extern_ksym_typed-el", "maps-el", "subprog_callback-el",
            "subprog_data-el", "subprog_text-el");

    @TestFactory
    Stream<DynamicTest> inspect() {
        return INSPECTED.stream().map(name -> DynamicTest.dynamicTest(name, () -> check("inspect", name)));
    }

    @TestFactory
    Stream<DynamicTest> disasm() {
        return DISASSEMBLED.stream().map(name -> DynamicTest.dynamicTest(name, () -> check("disasm", name)));
    }

    private static void check(String command, String name) {
        String file = Fixtures.object(name + ".o").toString();
        // Whose kernel this runs on makes no difference.
        String order = name.substring(name.length() - 2);
        String kernel = Fixtures.object("struct_ops_kernel-" + order + ".o").toString();
        CommandLineRun run = command.equals("inspect") ? CommandLineRun.of(command, file, "--btf", kernel)
                : CommandLineRun.of(command, file);
        assertEquals("", run.err());
        assertEquals(0, run.status());
        Golden.check("golden/%s/%s.txt".formatted(command, name), run.out());
    }
}
