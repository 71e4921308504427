package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.KernelTypes;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.reloc.RelocatedObject;
import bpf4j.reloc.RelocationException;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Damaged files: reading ends in an object or in one of three exceptions, relocating in code or in one exception. */
class ObjectProperties {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** Sections whose bits mean something to this package; flips elsewhere are mostly in code, which any bits are. */
    private static final List<String> STRUCTURE = List.of(".symtab", ".BTF", ".BTF.ext", ".maps", "maps", ".struct_ops",
            ".relsocket", ".rel.maps", ".rel.text", ".rel.struct_ops", ".relraw_tp/sys_enter");

    private record Fixture(String name, byte[] bytes) {

        static Fixture read(Path path) {
            try {
                return new Fixture(path.getFileName().toString(), Files.readAllBytes(path));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Fixture> FIXTURES = Fixtures.objects().stream().map(Fixture::read).toList();

    @Provide
    Arbitrary<Fixture> fixtures() {
        return Arbitraries.of(FIXTURES);
    }

    @Property(tries = 500)
    void bitFlipsAnywhere(@ForAll("fixtures") Fixture fixture,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0) Integer> flips) {
        byte[] bytes = fixture.bytes.clone();
        for (int flip : flips) {
            int bit = flip % (bytes.length * 8);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
        readAndRelocate(bytes, fixture.name);
    }

    @Property(tries = 1500)
    void bitFlipsInTheTables(@ForAll("fixtures") Fixture fixture, @ForAll("sections") String section,
            @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 0) Integer> flips) {
        Optional<MemorySegment> place = ElfFile.parse(fixture.bytes).section(section)
                .filter(s -> s.data().byteSize() > 0).map(s ->
                MemorySegment.ofArray(new long[] {s.offset(), s.size()}));
        if (place.isEmpty()) {
            return;
        }
        long[] range = (long[]) place.get().heapBase().orElseThrow();
        byte[] bytes = fixture.bytes.clone();
        for (int flip : flips) {
            int bit = (int) (flip % (range[1] * 8));
            bytes[(int) range[0] + bit / 8] ^= (byte) (1 << bit % 8);
        }
        readAndRelocate(bytes, fixture.name);
    }

    @Provide
    Arbitrary<String> sections() {
        return Arbitraries.of(STRUCTURE);
    }

    @Property(tries = 200)
    void truncations(@ForAll("fixtures") Fixture fixture, @ForAll @IntRange(min = 0) int length) {
        readAndRelocate(Arrays.copyOf(fixture.bytes, length % fixture.bytes.length), fixture.name);
    }

    @Property(tries = 200)
    void zeroedRanges(@ForAll("fixtures") Fixture fixture, @ForAll @IntRange(min = 64) int from,
            @ForAll @IntRange(min = 1, max = 64) int length) {
        byte[] bytes = fixture.bytes.clone();
        int start = from % bytes.length;
        Arrays.fill(bytes, start, Math.min(bytes.length, start + length), (byte) 0);
        readAndRelocate(bytes, fixture.name);
    }

    private static void readAndRelocate(byte[] bytes, String name) {
        assertTimeout(LIMIT, () -> {
            BpfObject object;
            try {
                object = BpfObject.parse(ElfFile.parse(MemorySegment.ofArray(bytes), name));
            } catch (ElfFormatException | BtfFormatException | ObjectFormatException e) {
                assertNotNull(e.getMessage());
                return;
            }
            assertNotNull(object.toString());
            Btf types = object.btf().orElseGet(() -> new BtfBuilder().build(object.order(), "none"));
            try {
                RelocatedObject.relocate(object, KernelTypes.of(types)).programs()
                        .forEach(p -> assertNotNull(p.slots()));
            } catch (RelocationException e) {
                assertNotNull(e.getMessage());
            }
        });
    }
}
