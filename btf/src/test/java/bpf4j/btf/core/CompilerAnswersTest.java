package bpf4j.btf.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfExt;
import bpf4j.btf.CoreRelocation;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The compiler as the oracle: each program of {@code core_synthetic} has one relocation, and the two target objects
 * hold, in a constant of the program's name, what clang computed from the target's own types.
 */
class CompilerAnswersTest {

    private static final int SHF_ALLOC = 2;
    private static final long POISON = 0xbad2310;

    private record Case(String target, String name, CoreRelocation relocation, long answer) {
    }

    private static List<Case> cases(String order) throws IOException {
        ElfFile object = elf("core_synthetic" + order);
        List<CoreRelocation> relocations = BtfExt.parse(object.section(".BTF.ext").orElseThrow().data(), btf(object))
                .coreRelocations().get("socket");
        List<Case> cases = new ArrayList<>();
        for (String target : List.of("core_target_a" + order, "core_target_b" + order)) {
            ElfFile answers = elf(target);
            for (CoreRelocation relocation : relocations) {
                ElfSymbol program = symbolAt(object, relocation.insnOffsetBytes());
                cases.add(new Case(target, program.name(), relocation, constant(answers, program.name())));
            }
        }
        return cases;
    }

    private static ElfSymbol symbolAt(ElfFile object, long offsetBytes) {
        int section = object.section("socket").orElseThrow().index();
        return object.symbols().stream().filter(s -> s.sectionIndex() == section && s.isGlobal()
                && offsetBytes >= s.value() && offsetBytes < s.value() + s.size()).findFirst().orElseThrow();
    }

    private static long constant(ElfFile object, String name) {
        ElfSymbol symbol = object.symbols().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
        ElfSection section = object.section(symbol.sectionIndex());
        assertEquals(SHF_ALLOC, section.flags() & SHF_ALLOC);
        return section.data().get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(object.order()), symbol.value());
    }

    private static ElfFile elf(String object) throws IOException {
        return ElfFile.read(Fixtures.object(object + ".o"));
    }

    private static Btf btf(ElfFile object) {
        return Btf.parse(object.section(".BTF").orElseThrow().data(), object.name());
    }

    @TestFactory
    Stream<DynamicTest> agreeWithRelocation() throws IOException {
        List<Case> all = new ArrayList<>();
        for (String order : List.of("-el", "-eb")) {
            Btf local = btf(elf("core_synthetic" + order));
            all.addAll(cases(order));
            assertEquals(local.order(), elf("core_target_a" + order).order());
        }
        assertTrue(all.size() >= 4 * 40, "there are " + all.size() + " cases");
        return all.stream().map(c -> dynamicTest(c.target + " " + c.name, () -> check(c)));
    }

    private static void check(Case c) throws IOException {
        Btf local = btf(elf("core_synthetic" + c.target.substring(c.target.length() - 3)));
        switch (new CoreResolver(local, btf(elf(c.target))).resolve(c.relocation)) {
            case CoreFixup.Patch patch -> assertEquals(c.answer, patch.targetValue());
            case CoreFixup.Poison poison -> assertEquals(c.answer, POISON, poison::reason);
        }
    }

    /** Else the test above would pass without relocation. */
    @Test
    void differFromWhatTheObjectHasForMostCases() throws IOException {
        List<Case> cases = cases("-el");
        Btf local = btf(elf("core_synthetic-el"));
        CoreResolver itself = new CoreResolver(local, local);
        long different = cases.stream().filter(c -> itself.resolve(c.relocation) instanceof CoreFixup.Patch patch
                && patch.localValue() != c.answer).count();
        assertTrue(different > cases.size() / 2, different + " of " + cases.size());
        assertTrue(cases.stream().anyMatch(c -> c.answer == POISON));
    }
}
