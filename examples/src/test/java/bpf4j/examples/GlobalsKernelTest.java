package bpf4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.kernel.LoadedObject;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

@KernelTest
class GlobalsKernelTest {

    @Test
    void variablesOfEverySectionHaveTheValuesOfTheSource() throws IOException {
        try (LoadedObject loaded = BpfObject.read(Fixtures.object("data_sections-el.o")).load()) {
            Globals globals = Globals.of(loaded);
            assertEquals(17, globals.get("initialised"));
            assertEquals(18, globals.get("own_initialised"));
            assertEquals(19, globals.get("hidden_initialised"));
            assertEquals(100, globals.get("limit"));
            assertEquals(0, globals.get("zeroed"));
            assertEquals(5, globals.get("custom_data"));
            assertEquals(7, globals.get("custom_rodata"));
        }
    }

    @Test
    void whatIsNoIntegerIsNotThere() throws IOException {
        try (LoadedObject loaded = BpfObject.read(Fixtures.object("data_sections-el.o")).load()) {
            assertThrows(NoSuchElementException.class, () -> Globals.of(loaded).get("greeting"));
            assertThrows(NoSuchElementException.class, () -> Globals.of(loaded).get("no_such_variable"));
        }
    }

    @Test
    void withoutTypesThereAreNoNames() throws IOException {
        try (LoadedObject loaded = BpfObject.read(Fixtures.object("no_btf_data-el.o")).load()) {
            assertThrows(IllegalArgumentException.class, () -> Globals.of(loaded));
        }
    }
}
