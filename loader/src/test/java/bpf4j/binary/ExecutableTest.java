package bpf4j.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.elf.ElfFormatException;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of executables by name, version and pattern. */
class ExecutableTest {

    private static Executable open(String name) throws IOException {
        return Executable.open(Fixtures.path("user").resolve(name));
    }

    private static String find(String file, String name) throws IOException {
        try (Executable executable = open(file)) {
            return switch (executable.function(name)) {
                case FunctionLookup.Found(FunctionSymbol function) -> function.fullName();
                case FunctionLookup.Missing(String reason) -> reason;
                case FunctionLookup.Ambiguous(List<FunctionSymbol> functions) ->
                        "several: " + String.join(" ", functions.stream().map(FunctionSymbol::fullName).toList());
            };
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "versioned@BPF4J_1.0  | versioned@BPF4J_1.0",
        "versioned@BPF4J_2.0  | versioned@@BPF4J_2.0",
        "versioned@@BPF4J_2.0 | versioned@@BPF4J_2.0",
        "versioned            | several: versioned@BPF4J_1.0 versioned@@BPF4J_2.0",
        "only_new             | only_new@@BPF4J_2.0",
        "weak                 | weak@@BPF4J_2.0",
        // Not exported, so only the other table has them.
        "versioned_old        | versioned_old",
        "pick                 | pick",
        "versioned@@BPF4J_1.0 | there is no function 'versioned@@BPF4J_1.0'",
        "versioned@BPF4J_3.0  | there is no function 'versioned@BPF4J_3.0'",
        "versione             | there is no function 'versione'",
        "imported             | 'imported' is imported from another file: name the library that defines it",
        "untyped              | 'untyped' is not the name of a function; give the offset in the file if it is code",
        "data                 | 'data' is not the name of a function; give the offset in the file if it is code"})
    void functionOfALibrary(String name, String expected) throws IOException {
        assertEquals(expected, find("versions-x86_64.so", name));
    }

    @Test
    void functionThatStandsForSeveral() throws IOException {
        assertTrue(find("versions-x86_64.so", "indirect").startsWith("'indirect' is an indirect function, "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"probed-x86_64.elf", "probed-aarch64.elf"})
    void placeInTheFileIsThatOfTheSection(String file) throws IOException {
        try (Executable executable = open(file)) {
            FunctionSymbol function = assertInstanceOf(FunctionLookup.Found.class, executable.function("probed_twice"))
                    .function();
            ElfSymbol symbol = executable.elf().symbols().stream().filter(s -> s.name().equals("probed_twice"))
                    .findFirst().orElseThrow();
            ElfSection section = executable.elf().section(symbol.sectionIndex());
            assertEquals(List.of(symbol.value(), symbol.value() - section.address() + section.offset(), symbol.size()),
                    List.of(function.address(), function.fileOffset(), function.sizeBytes()));
        }
    }

    @Test
    void twoNamesOfOnePlaceAreOneFunction() throws IOException {
        try (Executable executable = open("probed-x86_64.elf")) {
            assertEquals(List.of("probed_add", "probed_twice", "probed_second"),
                    executable.functions(name -> name.startsWith("probed_")).stream()
                            .map(FunctionSymbol::name).map(name -> name.replace("alias", "add")).toList());
            assertEquals(assertInstanceOf(FunctionLookup.Found.class, executable.function("probed_add")).function()
                            .fileOffset(),
                    assertInstanceOf(FunctionLookup.Found.class, executable.function("probed_alias")).function()
                            .fileOffset());
        }
    }

    @Test
    void twoPlacesOfOneName() throws IOException {
        assertEquals("several: duplicate duplicate", find("probed-x86_64.elf", "duplicate"));
        assertEquals("there is no function 'imported'", find("probed-x86_64.elf", "imported"));
    }

    @Test
    void listHasFunctionsOnly() throws IOException {
        try (Executable executable = open("versions-x86_64.so")) {
            assertEquals(List.of("versioned@BPF4J_1.0", "versioned@@BPF4J_2.0", "only_new@@BPF4J_2.0",
                            "weak@@BPF4J_2.0", "calls_imported@@BPF4J_2.0", "pick"),
                    executable.functions(_ -> true).stream().map(FunctionSymbol::fullName).toList());
            assertEquals(List.of(), executable.functions(_ -> false));
        }
    }

    @Test
    void strippedFileSaysSo(@TempDir Path folder) throws IOException {
        byte[] bytes = Fixtures.bytes("user/probed-x86_64.elf");
        int headers = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(40);
        try (Executable executable = open("probed-x86_64.elf")) {
            ElfSection symtab = executable.elf().section(".symtab").orElseThrow();
            // The type of its section becomes SHT_PROGBITS, so that nobody sees a table.
            bytes[headers + symtab.index() * 64 + 4] = 1;
        }
        Path stripped = Files.write(folder.resolve("stripped"), bytes);
        try (Executable executable = Executable.open(stripped)) {
            assertEquals("there is no function 'probed_add' among those that the file exports, and the names of others "
                    + "were stripped from it",
                    assertInstanceOf(FunctionLookup.Missing.class, executable.function("probed_add")).reason());
        }
    }

    static Stream<String> noExecutables() {
        return Stream.of("obj/maps-el.o", "malformed/i386.o", "malformed/text.o", "malformed/zero_bytes.o",
                "malformed/header_only.o");
    }

    @ParameterizedTest
    @MethodSource("noExecutables")
    void otherFilesAreRefused(String name) {
        assertThrows(ElfFormatException.class, () -> Executable.open(Fixtures.path(name)));
    }

    @Test
    void fileThatIsNotThere(@TempDir Path folder) {
        assertThrows(NoSuchFileException.class, () -> Executable.open(folder.resolve("none")));
    }

    @Test
    void closedFileIsNotLookedInto() throws IOException {
        Executable executable = open("versions-x86_64.so");
        executable.close();
        executable.close();
        assertThrows(IllegalStateException.class, () -> executable.function("weak"));
    }
}
