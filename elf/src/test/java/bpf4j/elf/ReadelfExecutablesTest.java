package bpf4j.elf;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Program headers, versioned symbols and notes of executables and libraries, those of this Java machine among them,
 * agree with what {@code llvm-readelf} reads.
 */
class ReadelfExecutablesTest {

    private static final String TOOL = "llvm-readelf-19";
    private static final Pattern MAPPED = Pattern.compile("(?m)^\\S+ r\\S+ \\S+ \\S+ \\S+ +(/.*\\.so[.0-9]*)$");
    private static final Pattern SEGMENT = Pattern.compile("(?m)^  \\S+ +0x([0-9a-f]{6,}) 0x([0-9a-f]{16})"
            + " 0x[0-9a-f]{16} 0x([0-9a-f]{6,}) 0x([0-9a-f]{6,}) ([R ][W ][E ]) 0x([0-9a-f]+)$");
    private static final Pattern SYMBOL = Pattern.compile(
            "(?m)^ *\\d+: ([0-9a-f]{16}) +\\d+ ([A-Z]+) +[A-Z]+ +[A-Z]+ +\\S+ (?:\\[.*])?(\\S*)(?: \\(\\d+\\))?$");
    private static final Pattern NOTE = Pattern.compile("(?m)^  (\\S+) +0x([0-9a-f]{8})\t");
    private static final Pattern USDT = Pattern.compile("(?m)^   description data: ([0-9a-f ]+?) *$");

    static Stream<Path> files() throws IOException {
        List<Path> mapped = MAPPED.matcher(Files.readString(Path.of("/proc/self/maps"))).results()
                .map(m -> Path.of(m.group(1))).distinct()
                .filter(file -> Stream.of("libc.so", "libjvm.so", "ld-linux")
                        .anyMatch(file.getFileName().toString()::startsWith))
                .toList();
        assertFalse(mapped.isEmpty());
        return Stream.concat(Fixtures.list("user", "").stream(), mapped.stream());
    }

    @ParameterizedTest
    @MethodSource("files")
    void agrees(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            ElfFile file = ElfFile.map(path, arena);
            assertLinesMatch(segments(file), all(SEGMENT, readelf("-l", path)));
            assertLinesMatch(symbols(file), all(SYMBOL, readelf("--dyn-syms", path)));
            String notes = readelf("-n", path);
            List<ElfNote> all = file.sections().stream().filter(s -> s.type() == Elf.SHT_NOTE)
                    .flatMap(s -> file.notes(s).stream()).toList();
            assertLinesMatch(all.stream().map(n -> "%s %08x".formatted(n.owner(), n.description().byteSize())).toList(),
                    all(NOTE, notes));
            // The tool shows only the contents of notes that it does not know.
            assertLinesMatch(all.stream().filter(n -> n.owner().equals("stapsdt"))
                    .map(n -> HexFormat.ofDelimiter(" ").formatHex(n.description().toArray(ValueLayout.JAVA_BYTE)))
                    .toList(), all(USDT, notes));
        }
    }

    private static List<String> segments(ElfFile file) {
        return file.segments().stream().map(s -> "%06x %016x %06x %06x %s%s%s %x".formatted(s.offset(), s.address(),
                s.fileSize(), s.memorySize(), (s.flags() & 4) == 0 ? " " : "R", (s.flags() & Elf.PF_W) == 0 ? " " : "W",
                (s.flags() & Elf.PF_X) == 0 ? " " : "E", s.alignment())).toList();
    }

    private static List<String> symbols(ElfFile file) {
        ElfSymbolVersions versions = file.symbolVersions();
        return file.symbolStream(Elf.SHT_DYNSYM).map(s -> "%016x %s %s%s".formatted(s.value(), typeName(s.type()),
                s.name(), versions.of(s).map(Object::toString).orElse(""))).toList();
    }

    private static String typeName(int type) {
        return type == Elf.STT_GNU_IFUNC ? "IFUNC"
                : List.of("NOTYPE", "OBJECT", "FUNC", "SECTION", "FILE", "COMMON", "TLS").get(type);
    }

    private static List<String> all(Pattern pattern, String output) {
        return pattern.matcher(output).results().map(ReadelfExecutablesTest::groups).toList();
    }

    private static String groups(MatchResult match) {
        return IntStream.rangeClosed(1, match.groupCount()).mapToObj(match::group).collect(Collectors.joining(" "));
    }

    private static String readelf(String option, Path path) throws IOException {
        try {
            Process readelf = new ProcessBuilder(TOOL, "-W", option, path.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return new String(readelf.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            assumeTrue(false, TOOL + " cannot be run: " + e.getMessage());
            throw e;
        }
    }
}
