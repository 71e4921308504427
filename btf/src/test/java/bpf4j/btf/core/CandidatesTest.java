package bpf4j.btf.core;

import static bpf4j.btf.core.Types.INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import bpf4j.btf.core.Candidates.Candidate;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidatesTest {

    private final Types local = Types.create();
    private final Types target = Types.create();

    private List<Candidate> of(int localId, Btf vmlinux, Btf... modules) {
        return new Candidates(local.build(), KernelTypes.of(vmlinux, modules)).of(localId);
    }

    @Test
    void areThoseOfTheSameKindAndEssentialNameInTheOrderOfIds() {
        int mine = local.struct("sock___mine", 4);
        target.struct("sock_", 4);
        int first = target.struct("sock___old", 4);
        target.union("sock", 4);
        target.fwd("sock", false);
        target.typedef("sock", INT);
        target.function("sock", target.proto(INT));
        target.struct("", 4);
        int second = target.struct("sock", 4);
        target.struct("sock____x", 4);
        target.struct("socket", 4);
        Btf vmlinux = target.build();
        assertEquals(List.of(new Candidate(vmlinux, first), new Candidate(vmlinux, second)), of(mine, vmlinux));
    }

    @Test
    void countEnumerationsOfBothWidthsAsOneKind() {
        int mine = local.enum32("e");
        int mine64 = local.enum64("e");
        int first = target.enum64("e");
        int second = target.enum32("e");
        Btf vmlinux = target.build();
        List<Candidate> both = List.of(new Candidate(vmlinux, first), new Candidate(vmlinux, second));
        assertEquals(both, of(mine, vmlinux));
        assertEquals(both, of(mine64, vmlinux));
    }

    @Test
    void matchATypedefWithATypedefOnly() {
        int mine = local.typedef("t", INT);
        target.struct("t", 4);
        target.integer("t", 4, 0);
        int theirs = target.typedef("t", INT);
        Btf vmlinux = target.build();
        assertEquals(List.of(new Candidate(vmlinux, theirs)), of(mine, vmlinux));
    }

    @Test
    void comeFromModulesOnlyIfTheKernelProperHasNone() {
        int mine = local.struct("s", 4);
        int inKernel = local.struct("k", 4);
        int theirKernel = target.struct("k", 4);
        Btf vmlinux = target.build("vmlinux");
        Types a = Types.on(vmlinux);
        a.struct("k", 4);
        int inA = a.struct("s", 4);
        Types b = Types.on(vmlinux);
        int inB = b.struct("s___b", 4);
        Btf moduleA = a.build("a");
        Btf moduleB = b.build("b");
        assertEquals(List.of(new Candidate(moduleA, inA), new Candidate(moduleB, inB)),
                of(mine, vmlinux, moduleA, moduleB));
        assertEquals(List.of(new Candidate(vmlinux, theirKernel)), of(inKernel, vmlinux, moduleA, moduleB));
    }

    @Test
    void comeFromTheBaseOfAnExternalSplitBtfToo() {
        int mine = local.struct("s", 4);
        int inBase = target.struct("s", 4);
        Btf base = target.build("base");
        Types split = Types.on(base);
        int own = split.struct("s", 8);
        Btf external = split.build("external");
        assertEquals(List.of(new Candidate(base, inBase), new Candidate(external, own)), of(mine, external));
    }

    @Test
    void areLookedUpOnceForEachRootType() {
        int mine = local.struct("s", 4);
        int same = local.struct("s___2", 4);
        target.struct("s", 4);
        target.struct("s", 8);
        Candidates candidates = new Candidates(local.build(), KernelTypes.of(target.build()));
        List<Candidate> all = candidates.of(mine);
        assertSame(all, candidates.of(mine));
        candidates.reduce(mine, all.subList(1, 2));
        assertEquals(all.subList(1, 2), candidates.of(mine));
        assertEquals(all, candidates.of(same));
    }
}
