package bpf4j.btf.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.CoreKind;
import bpf4j.btf.CoreRelocation;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every CO-RE record of every compiled object against the object's own types, as they are and moved. */
class SelfRelocationTest {

    private static final int MOVED_BYTES = 8;

    private static Stream<CoreFixture> fixtures() {
        return CoreFixture.all().stream();
    }

    private static Stream<Arguments> relocations() {
        return fixtures().flatMap(f -> f.relocations().stream().map(r -> arguments(f, r)));
    }

    private static CoreFixup.Patch patch(CoreFixture fixture, BtfBuilder target, CoreRelocation relocation) {
        Btf local = fixture.types();
        CoreFixup fixup = new CoreResolver(local, target.build(local.order(), "target")).resolve(relocation);
        return assertInstanceOf(CoreFixup.Patch.class, fixup);
    }

    @ParameterizedTest
    @MethodSource("relocations")
    void isTheIdentity(CoreFixture fixture, CoreRelocation relocation) {
        // Matching goes into names below the root, and its candidates cannot disagree.
        BtfBuilder target = relocation.kind() == CoreKind.BPF_CORE_TYPE_MATCHES
                ? BtfBuilder.copyOf(fixture.types()) : fixture.targetFor(relocation.typeId());
        CoreFixup.Patch patch = patch(fixture, target, relocation);
        assertEquals(patch.localValue(), patch.targetValue(), patch::path);
        assertTrue(patch.access().legal() && !patch.access().changesSize(), patch::path);
    }

    @Test
    void coversEveryKind() {
        Set<CoreKind> kinds = EnumSet.noneOf(CoreKind.class);
        relocations().forEach(a -> kinds.add(((CoreRelocation) a.get()[1]).kind()));
        assertEquals(EnumSet.allOf(CoreKind.class), kinds);
    }

    /** This fails when relocation is switched off. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void followsFieldsThatMoved(CoreFixture fixture) {
        for (CoreRelocation relocation : fixture.relocations()) {
            int rootId = fixture.types().strip(relocation.typeId());
            if (relocation.kind() != CoreKind.BPF_CORE_FIELD_BYTE_OFFSET
                    || !(fixture.types().type(rootId) instanceof BtfType.Composite root)) {
                continue;
            }
            BtfBuilder target = fixture.targetFor(relocation.typeId());
            target.set(rootId, moved(root));
            CoreFixup.Patch patch = patch(fixture, target, relocation);
            long elements = patch.trace().access().steps().getFirst().index() + 1L;
            if (relocation.access().indexOf(':') < 0) {
                elements--;
            }
            assertEquals(patch.localValue() + elements * MOVED_BYTES, patch.targetValue(), patch::path);
        }
    }

    private static BtfType moved(BtfType.Composite type) {
        List<BtfType.Member> members = type.members().stream().map(m -> new BtfType.Member(m.name(), m.typeId(),
                m.offsetBits() + 8 * MOVED_BYTES, m.bitfieldBits())).toList();
        return switch (type) {
            case BtfType.Struct t ->
                new BtfType.Struct(t.name(), t.sizeBytes() + MOVED_BYTES, t.bitfieldEncoding(), members);
            case BtfType.Union t ->
                new BtfType.Union(t.name(), t.sizeBytes() + MOVED_BYTES, t.bitfieldEncoding(), members);
        };
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void givesPoisonOrZeroAgainstAnEmptyTarget(CoreFixture fixture) {
        Btf empty = new BtfBuilder().build(fixture.types().order(), "empty");
        CoreResolver resolver = new CoreResolver(fixture.types(), empty);
        for (CoreRelocation relocation : fixture.relocations()) {
            switch (resolver.resolve(relocation)) {
                case CoreFixup.Patch patch -> assertEquals(
                        relocation.kind() == CoreKind.BPF_CORE_TYPE_ID_LOCAL ? relocation.typeId() : 0,
                        patch.targetValue());
                case CoreFixup.Poison poison -> assertTrue(poison.reason().startsWith("the target has no '"));
            }
        }
    }

    /** An offset that differs is an error even where existence is asked for; libbpf refuses the same three. */
    @ParameterizedTest
    @ValueSource(strings = {"core_ambiguous-el.o", "core_ambiguous-eb.o"})
    void refusesCandidatesThatDisagree(String name) {
        CoreFixture fixture = fixtures().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
        CoreResolver resolver = new CoreResolver(fixture.types(), fixture.types());
        assertEquals(List.of("struct bpf4j_pair.b", "struct bpf4j_pair.b", "struct bpf4j_pair___swapped.a"),
                fixture.relocations().stream().flatMap(r -> refusedPath(resolver, r)).toList());
    }

    private static Stream<String> refusedPath(CoreResolver resolver, CoreRelocation relocation) {
        try {
            resolver.resolve(relocation);
            return Stream.empty();
        } catch (CoreException e) {
            return Stream.of(e.path());
        }
    }
}
