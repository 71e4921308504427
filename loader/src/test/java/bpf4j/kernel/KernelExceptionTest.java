package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class KernelExceptionTest {

    @Test
    void messageNamesSubjectStepErrnoAndAdvice() {
        KernelException e = new KernelException(Step.CREATE_MAP, "map 'events'", 7, "it is too large");
        assertEquals("map 'events': creating the map: E2BIG (the arguments are larger than the kernel takes): "
                + "it is too large", e.getMessage());
        assertEquals(Step.CREATE_MAP, e.step());
        assertEquals("map 'events'", e.subject());
        assertEquals(7, e.errno());
        assertEquals("E2BIG", e.errnoName());
        assertEquals("it is too large", e.advice());
    }

    @Test
    void errnoThatOnlyTheKernelKnowsHasAName() {
        KernelException e = new KernelException(Step.ATTACH, "struct_ops 'ops'", 524);
        assertEquals("ENOTSUPP", e.errnoName());
        assertEquals("struct_ops 'ops': attaching: ENOTSUPP (the kernel does not support this operation here)",
                e.getMessage());
    }

    @Test
    void withoutACallThereIsNoErrno() {
        KernelException e = new KernelException(Step.PIN, "map 'events'", 0, "it is not pinned");
        assertEquals("map 'events': pinning: it is not pinned", e.getMessage());
        assertEquals("", e.errnoName());
    }

    @Test
    void refusalsGetAdvice() {
        KernelException e = KernelException.refused(Step.ACCESS_MAP, "map 'events'", "BPF_MAP_TYPE_HASH", 7);
        assertEquals("the map is full, or the index is not below max_entries", e.advice());
    }

    @Test
    void missingFeatureIsNamed() {
        var e = new UnsupportedFeatureException(Step.ATTACH, "map 'm'", 22, "link", "Linux 6.10");
        assertEquals("link", e.feature());
        assertEquals("Linux 6.10", e.since());
        assertEquals("map 'm': attaching: EINVAL (an argument is not valid): this kernel has no link, "
                + "which needs Linux 6.10",
                e.getMessage());
    }
}
