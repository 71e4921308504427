package bpf4j.btf.core;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfExt;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.CoreKind;
import bpf4j.btf.CoreRelocation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Damaged input: whatever is in the sections, there is a fixup or an exception of ours. */
class CoreProperties {

    private static final List<CoreFixture> FIXTURES = CoreFixture.all();

    @Provide
    Arbitrary<CoreFixture> fixtures() {
        return Arbitraries.of(FIXTURES);
    }

    @Property(tries = 1000)
    void bitFlipsInTheTypes(@ForAll("fixtures") CoreFixture fixture,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0) Integer> flips) {
        resolveAll(flipped(fixture.btf(), flips), fixture.ext(), fixture);
    }

    @Property(tries = 1000)
    void bitFlipsInTheRecords(@ForAll("fixtures") CoreFixture fixture,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0) Integer> flips) {
        resolveAll(fixture.btf(), flipped(fixture.ext(), flips), fixture);
    }

    @Property(tries = 300)
    void truncations(@ForAll("fixtures") CoreFixture fixture, @ForAll @IntRange(min = 0) int btfCut,
            @ForAll @IntRange(min = 0) int extCut) {
        resolveAll(truncated(fixture.btf(), btfCut), fixture.ext(), fixture);
        resolveAll(fixture.btf(), truncated(fixture.ext(), extCut), fixture);
    }

    @Property(tries = 500)
    void anyRecord(@ForAll("fixtures") CoreFixture fixture, @ForAll int typeId, @ForAll("accessStrings") String access,
            @ForAll CoreKind kind) {
        int near = Math.floorMod(typeId, fixture.types().typeCount() + 1);
        CoreResolver resolver = new CoreResolver(fixture.types(), fixture.types());
        resolve(resolver, new CoreRelocation(0, near, access, kind));
        resolve(resolver, new CoreRelocation(0, typeId, access, kind));
    }

    @Provide
    Arbitrary<String> accessStrings() {
        Arbitrary<String> indices = Arbitraries.integers().between(0, 3).list().ofMinSize(1).ofMaxSize(5)
                .map(list -> String.join(":", list.stream().map(String::valueOf).toList()));
        return Arbitraries.oneOf(indices, Arbitraries.strings().withChars("0123456789:-").ofMaxLength(12));
    }

    /** The damaged types are both the local side and the target, and then each alone. */
    private static void resolveAll(MemorySegment btf, MemorySegment ext, CoreFixture intact) {
        try {
            Btf types = Btf.parse(btf, "damaged");
            List<CoreRelocation> records = BtfExt.parse(ext, types).coreRelocations().values().stream()
                    .flatMap(List::stream).toList();
            CoreResolver itself = new CoreResolver(types, types);
            CoreResolver local = new CoreResolver(types, intact.types());
            records.forEach(r -> resolve(itself, r));
            records.forEach(r -> resolve(local, r));
            CoreResolver target = new CoreResolver(intact.types(), types);
            intact.relocations().forEach(r -> resolve(target, r));
        } catch (BtfFormatException e) {
            assertNotNull(e.getMessage());
        }
    }

    private static void resolve(CoreResolver resolver, CoreRelocation relocation) {
        try {
            CoreFixup fixup = resolver.resolve(relocation);
            assertNotNull(fixup.path());
            assertNotNull(fixup.candidates().toString());
            if (fixup instanceof CoreFixup.Poison poison) {
                assertNotNull(poison.reason());
            }
        } catch (BtfFormatException | CoreException e) {
            assertNotNull(e.getMessage());
        }
    }

    private static MemorySegment flipped(MemorySegment data, List<Integer> flips) {
        byte[] bytes = data.toArray(ValueLayout.JAVA_BYTE);
        for (int flip : flips) {
            int bit = flip % (bytes.length * 8);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
        return MemorySegment.ofArray(bytes);
    }

    private static MemorySegment truncated(MemorySegment data, int cut) {
        return data.asSlice(0, cut % data.byteSize());
    }
}
