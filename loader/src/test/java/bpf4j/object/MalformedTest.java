package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfFormatException;
import bpf4j.elf.ElfFormatException;
import bpf4j.testdata.Fixtures;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no object, or an object that is refused without asking a kernel: which exception, and in what words. */
class MalformedTest {

    private record Refusal(Class<? extends RuntimeException> type, String words) {
    }

    private static final Map<String, Refusal> FILES = Map.ofEntries(
            Map.entry("aarch64.o", new Refusal(ElfFormatException.class, "e_machine: 183 is not EM_BPF (247)")),
            Map.entry("compressed_section.o", new Refusal(ObjectFormatException.class,
            ".rodata: the section is compressed")),
            Map.entry("executable.o", new Refusal(ElfFormatException.class, "e_type: 2 is not ET_REL (1)")),
            Map.entry("header_only.o", new Refusal(ElfFormatException.class, "run past the end of the file at 0x40")),
            Map.entry("i386.o", new Refusal(ElfFormatException.class, "EI_CLASS: 1 is not ELFCLASS64 (2)")),
            Map.entry("mixed_byte_order.o", new Refusal(ElfFormatException.class, "e_shentsize: 16384 is not 64")),
            Map.entry("section_entry_size.o", new Refusal(ElfFormatException.class, "e_shentsize: 0 is not 64")),
            Map.entry("section_headers_outside.o", new Refusal(ElfFormatException.class,
            "0x1000000000000000 run past")),
            Map.entry("text.o", new Refusal(ElfFormatException.class, "0x0: not an ELF file")),
            Map.entry("unknown_byte_order.o", new Refusal(ElfFormatException.class, "EI_DATA: 3 names no byte order")),
            Map.entry("x86_64.o", new Refusal(ElfFormatException.class, "e_machine: 62 is not EM_BPF (247)")),
            Map.entry("zero_bytes.o", new Refusal(ElfFormatException.class, "0x0: not an ELF file")));

    @TestFactory
    Stream<DynamicTest> malformed() {
        return FILES.entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
            RuntimeException thrown = assertThrows(RuntimeException.class,
                    () -> BpfObject.read(Fixtures.path("malformed").resolve(e.getKey())));
            assertEquals(e.getValue().type, thrown.getClass());
            assertTrue(thrown.getMessage().startsWith(e.getKey() + ": "), thrown::getMessage);
            assertTrue(thrown.getMessage().contains(e.getValue().words), thrown::getMessage);
        }));
    }

    @Test
    void everyFileIsInTheTable() {
        Set<String> names = Fixtures.list("malformed", ".o").stream().map(f -> f.getFileName().toString())
                .collect(Collectors.toSet());
        assertEquals(names, FILES.keySet());
    }

    /** Fixtures whose source says "read error". */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "maps_legacy_extra | map 'old_hash': field 6 of struct bpf_map_def is 9",
        "maps_legacy_short | map 'short_definition': 0x10 bytes at 0x0",
        "maps_unknown_field | map 'table': member 'no_such_field'",
        "maps_conflicting_size | map 'table': 'key_size' is both 8 and 4",
        "maps_static | map 'table': a map must be a global variable",
        "subprog_static_in_program_section | function 'own': a static function outside .text",
        "struct_ops_not_a_struct | struct_ops variable 'ops' is a number",
        "struct_ops_wrong_program_type | 'not_struct_ops' of section raw_tp/sys_enter is no struct_ops program",
        "extern_undefined | extern 'defined_nowhere': it has no type",
        "extern_common | 'uninitialised' is uninitialised and in no section",
        "no_btf_maps | .maps: the object has no .BTF",
        "no_btf_struct_ops | .struct_ops: the object has no .BTF"})
    void readErrors(String name, String words) {
        for (String file : new String[] {name + "-el.o", name + "-eb.o"}) {
            RuntimeException e = assertThrows(RuntimeException.class, () -> BpfObject.read(Fixtures.object(file)));
            assertTrue(e instanceof ObjectFormatException || e instanceof BtfFormatException, e::toString);
            assertTrue(e.getMessage().startsWith(file + ": ") && e.getMessage().contains(words), e::getMessage);
        }
    }

    @Test
    void fileThatIsNotThere() {
        assertThrows(java.nio.file.NoSuchFileException.class,
                () -> BpfObject.read(Fixtures.object("no_such_object.o")));
    }
}
