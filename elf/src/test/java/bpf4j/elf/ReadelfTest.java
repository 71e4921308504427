package bpf4j.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sections, symbols and relocations of every fixture agree with what {@code llvm-readelf} reads. */
class ReadelfTest {

    private static final String TOOL = "llvm-readelf-19";
    private static final Pattern SECTION = Pattern.compile(
            "(?m)^  \\[ *(\\d+)\\] (.*?) +[A-Z_]+ +[0-9a-f]{16} ([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)"
                    + " +[A-Zop]* +(\\d+) +(\\d+) +\\d+$");
    private static final Pattern SYMBOL = Pattern.compile(
            "(?m)^ *(\\d+): ([0-9a-f]{16}) +(\\d+) ([A-Z]+) +([A-Z]+) +([A-Z]+) +(\\S+) ?(.*)$");
    private static final Pattern RELOCATION = Pattern.compile("(?m)^([0-9a-f]{16})  ([0-9a-f]{16}) [RU]");
    private static final Map<String, String> OUTPUT = new HashMap<>();

    /** One call for all files: the tool takes longer to start than to read. */
    @BeforeAll
    static void readAll() throws IOException {
        List<String> command = new ArrayList<>(List.of(TOOL, "-W", "-S", "-s", "-r"));
        objects().forEach(object -> command.add(object.toString()));
        String output = "";
        try {
            Process readelf = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            output = new String(readelf.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            assumeTrue(false, TOOL + " cannot be run: " + e.getMessage());
        }
        for (String part : output.split("(?m)^File: ")) {
            OUTPUT.put(part.lines().findFirst().orElse(""), part);
        }
    }

    static Stream<Path> objects() {
        return Fixtures.objects().stream();
    }

    @ParameterizedTest
    @MethodSource("objects")
    void agrees(Path object) throws IOException {
        String output = OUTPUT.get(object.toString());
        ElfFile file = ElfFile.read(object);

        assertEquals(all(SECTION, output), file.sections().stream().map(s -> "%d %s %06x %06x %02x %d %d".formatted(
                s.index(), s.name(), s.offset(), s.size(), s.entrySize(), s.link(), s.info())).toList());
        assertEquals(all(SYMBOL, output), file.symbols().stream().map(s -> "%d %016x %d %s %s %s %s %s".formatted(
                s.index(), s.value(), s.size(), typeName(s.type()), List.of("LOCAL", "GLOBAL", "WEAK").get(s.binding()),
                List.of("DEFAULT", "INTERNAL", "HIDDEN", "PROTECTED").get(s.visibility()), place(s.sectionIndex()),
                shownName(file, s))).toList());
        List<String> relocations = new ArrayList<>();
        for (ElfSection section : file.sections()) {
            if (section.isRelocations()) {
                file.relocations(section).forEach(r ->
                        relocations.add("%016x %08x%08x".formatted(r.offset(), r.symbolIndex(), r.type())));
            }
        }
        assertEquals(all(RELOCATION, output), relocations);
    }

    private static List<String> all(Pattern pattern, String output) {
        return pattern.matcher(output).results().map(ReadelfTest::groups).toList();
    }

    private static String groups(MatchResult match) {
        List<String> groups = new ArrayList<>();
        for (int i = 1; i <= match.groupCount(); i++) {
            groups.add(match.group(i));
        }
        return String.join(" ", groups);
    }

    private static String typeName(int type) {
        return List.of("NOTYPE", "OBJECT", "FUNC", "SECTION", "FILE").get(type);
    }

    private static String place(int sectionIndex) {
        return switch (sectionIndex) {
            case Elf.SHN_UNDEF -> "UND";
            case Elf.SHN_ABS -> "ABS";
            case Elf.SHN_COMMON -> "COM";
            default -> Integer.toString(sectionIndex);
        };
    }

    /** The tool shows a section symbol, which has no name, by its section's. */
    private static String shownName(ElfFile file, ElfSymbol symbol) {
        return symbol.type() == Elf.STT_SECTION ? file.section(symbol.sectionIndex()).name() : symbol.name();
    }
}
