package bpf4j.elf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Damaged files end in a model that can be walked to its last entry, or in {@link ElfFormatException}. */
class ElfProperties {

    /** What a walk may allocate for each byte of the file: entries of 16 bytes become objects of up to a hundred. */
    private static final long BYTES_PER_BYTE = 64;
    private static final long FIXED_BYTES = 4 << 20;
    private static final long MAX_MILLIS = 5_000;

    @Provide
    Arbitrary<byte[]> objects() {
        return Arbitraries.of(Fixtures.objects()).map(ElfProperties::bytes);
    }

    @Provide
    Arbitrary<byte[]> executables() {
        return Arbitraries.of(Fixtures.list("user", "")).map(ElfProperties::bytes);
    }

    @Property(tries = 1000)
    void bitsOfExecutablesFlipped(@ForAll("executables") byte[] executable,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 0) Integer> bits) {
        bits.forEach(bit -> flip(executable, bit % (executable.length * 8)));
        walkWithinBounds(executable);
    }

    @Property(tries = 500)
    void truncated(@ForAll("objects") byte[] object, @ForAll @IntRange(max = 1_000_000) int size) {
        walkWithinBounds(Arrays.copyOf(object, size % object.length));
    }

    @Property(tries = 2000)
    void bitsFlipped(@ForAll("objects") byte[] object,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 0) Integer> bits) {
        bits.forEach(bit -> flip(object, bit % (object.length * 8)));
        walkWithinBounds(object);
    }

    @Property(tries = 1000)
    void headersDamaged(@ForAll("objects") byte[] object,
            @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 0) Integer> at, @ForAll byte value) {
        // The section header table stands at the end of what clang writes.
        int table = ElfFile.parse(object).sections().size() * 64;
        at.forEach(i -> object[i % 2 == 0 ? i / 2 % 64 : object.length - 1 - i / 2 % table] = value);
        walkWithinBounds(object);
    }

    private static void flip(byte[] bytes, int bit) {
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
    }

    private static void walkWithinBounds(byte[] file) {
        long start = System.nanoTime();
        long before = allocated();
        try {
            walk(ElfFile.parse(file));
        } catch (ElfFormatException e) {
            assertTrue(e.getMessage().startsWith("ELF: "), e.getMessage());
        }
        long used = allocated() - before;
        assertTrue(used <= FIXED_BYTES + BYTES_PER_BYTE * file.length, () -> used + " bytes for " + file.length);
        assertTrue(System.nanoTime() - start < MAX_MILLIS * 1_000_000);
    }

    /** Visits everything; each part may fail for itself. */
    private static void walk(ElfFile file) {
        for (ElfSection section : file.sections()) {
            section.data().toArray(ValueLayout.JAVA_BYTE);
            if (section.isRelocations()) {
                tolerant(() -> file.relocations(section).forEach(Relocation::toString));
            }
            if (section.type() == Elf.SHT_NOTE) {
                tolerant(() -> file.notes(section).forEach(n -> n.description().toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        tolerant(() -> {
            ElfSymbolVersions versions = file.symbolVersions();
            file.symbolStream(Elf.SHT_DYNSYM).forEach(versions::of);
        });
        tolerant(() -> file.symbolStream(Elf.SHT_SYMTAB).limit(100).forEach(s -> file.fileOffset(s.value())));
        for (ElfSymbol symbol : file.symbols()) {
            if (symbol.isDefined() && symbol.sectionIndex() < file.sections().size()) {
                file.section(symbol.sectionIndex());
            }
        }
    }

    private static void tolerant(Runnable part) {
        try {
            part.run();
        } catch (ElfFormatException e) {
            assertTrue(e.getMessage().startsWith("ELF: "), e.getMessage());
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
