package bpf4j.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Libraries inside of archives: where they are, and what cannot run from there. */
class ArchiveMemberTest {

    private static final String NAME = "lib/x86_64/libx.so";
    private static final byte[] PROBED = Fixtures.bytes("user/probed-x86_64.elf");

    private static Path write(Path folder, byte[] bytes) throws IOException {
        return Files.write(folder.resolve("app.apk"), bytes);
    }

    private static Path inside(Path archive, String name) {
        return Path.of(archive + "!/" + name);
    }

    @Test
    void offsetsAreThoseInTheArchive(@TempDir Path folder) throws IOException {
        byte[] bytes = Zips.stored(NAME, PROBED);
        Path archive = write(folder, bytes);
        try (Executable alone = Executable.open(Fixtures.path("user/probed-x86_64.elf"));
                Executable inside = Executable.open(inside(archive, NAME))) {
            long start = inside.startOffset();
            assertTrue(start > 0 && start % 4096 == 0, () -> "starts at " + start);
            assertTrue(Arrays.equals(PROBED, Arrays.copyOfRange(bytes, (int) start, (int) start + PROBED.length)));
            assertEquals(archive, inside.path());
            assertEquals(archive + "!/" + NAME, inside.toString());
            FunctionSymbol there = assertInstanceOf(FunctionLookup.Found.class, inside.function("probed_twice"))
                    .function();
            FunctionSymbol here = assertInstanceOf(FunctionLookup.Found.class, alone.function("probed_twice"))
                    .function();
            assertEquals(List.of(here.address(), here.fileOffset() + start),
                    List.of(there.address(), there.fileOffset()));
            assertEquals(alone.functions(_ -> true).stream().map(f -> f.fileOffset() + start).toList(),
                    inside.functions(_ -> true).stream().map(FunctionSymbol::fileOffset).toList());
            assertEquals(alone.usdtProbes().stream().map(p -> moved(p, start)).toList(), inside.usdtProbes());
        }
    }

    private static UsdtProbe moved(UsdtProbe probe, long start) {
        return new UsdtProbe(probe.provider(), probe.name(), probe.address(), probe.fileOffset() + start,
                probe.semaphoreOffset().isEmpty() ? OptionalLong.empty()
                        : OptionalLong.of(probe.semaphoreOffset().getAsLong() + start),
                probe.argumentText(), probe.machine());
    }

    @Test
    void fileWithSuchAPathIsNone(@TempDir Path folder) throws IOException {
        Path file = Files.createDirectories(folder.resolve("app.apk!")).resolve("libx.so");
        Files.write(file, PROBED);
        assertEquals(Optional.empty(), ArchiveMember.find(file));
        assertEquals(Optional.empty(), ArchiveMember.find(folder.resolve("libx.so")));
        assertEquals(Optional.empty(), ArchiveMember.find(Path.of("!/libx.so")));
    }

    @Test
    void whatIsNotThere(@TempDir Path folder) throws IOException {
        assertEquals(folder + "/app.apk", assertThrows(NoSuchFileException.class,
                () -> ArchiveMember.find(inside(folder.resolve("app.apk"), NAME))).getMessage());
        Path archive = write(folder, Zips.stored(NAME, PROBED));
        assertEquals(archive + ": the archive has no file 'lib/x86_64/lib.so'", assertThrows(
                FileNotFoundException.class, () -> ArchiveMember.find(inside(archive, "lib/x86_64/lib.so")))
                .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"true, 0, 'is compressed: '", "false, 4, 'not at a page: '"})
    void whatCannotRunFromThere(boolean compressed, int shiftBytes, String problem, @TempDir Path folder)
            throws IOException {
        Path archive = write(folder, Zips.archive(NAME, PROBED, compressed ? ZipEntry.DEFLATED : ZipEntry.STORED,
                shiftBytes));
        String message = assertThrows(ZipException.class, () -> Executable.open(inside(archive, NAME))).getMessage();
        assertTrue(message.startsWith(archive + ": ") && message.contains(problem), message);
    }

    @Test
    void otherFilesAreNoArchives(@TempDir Path folder) throws IOException {
        for (byte[] bytes : List.of(new byte[0], new byte[21], PROBED)) {
            Path file = write(folder, bytes);
            assertTrue(assertThrows(ZipException.class, () -> ArchiveMember.find(inside(file, NAME))).getMessage()
                    .endsWith("it is no zip archive, or its end is missing"));
        }
    }

    private static final byte[] ARCHIVE = Zips.stored(NAME, new byte[5000]);

    /** A place inside of the archive, none, or our own exception. */
    private static void survives(byte[] bytes) {
        try {
            new ZipDirectory(MemorySegment.ofArray(bytes), "damaged").find(NAME)
                    .ifPresent(place -> assertTrue(place.offset() + place.sizeBytes() <= bytes.length));
        } catch (ZipException e) {
            assertTrue(e.getMessage().startsWith("damaged: "), e::getMessage);
        }
    }

    @Property
    void damage(@ForAll @IntRange(max = 200) int fromEnd, @ForAll byte value) {
        byte[] bytes = ARCHIVE.clone();
        bytes[bytes.length - 1 - fromEnd] = value;
        survives(bytes);
    }

    @Property
    void damagedHeaders(@ForAll @IntRange(max = 600) int at, @ForAll byte value) {
        byte[] bytes = ARCHIVE.clone();
        bytes[at] = value;
        survives(bytes);
    }

    @Property
    void truncation(@ForAll @IntRange(max = 300) int cut) {
        survives(Arrays.copyOf(ARCHIVE, ARCHIVE.length - cut));
        survives(Arrays.copyOfRange(ARCHIVE, cut, ARCHIVE.length));
    }
}
