package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.reloc.Kallsyms;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import java.io.ByteArrayInputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KernelFeaturesTest {

    /** A kernel that answers by the number of the call, and keeps account of its descriptors. */
    private static final class FakeKernel implements Kernel {

        private final IntFunction<Errno> answers;
        private final Set<Integer> open = new HashSet<>();
        private int calls;
        private int nextFd = 100;

        /** Answers with a result where the function gives null. */
        FakeKernel(IntFunction<Errno> answers) {
            this.answers = answers;
        }

        @Override
        public synchronized int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            Errno errno = answers.apply(calls++);
            if (errno != null) {
                return -errno.number();
            }
            if (!command.returnsFd()) {
                return 0;
            }
            open.add(nextFd);
            return nextFd++;
        }

        @Override
        public synchronized int close(int fd) {
            assertTrue(open.remove(fd), "closed what is not open");
            return 0;
        }
    }

    private static KernelFeatures features(Kernel kernel) {
        return features(kernel, "0 T sys_bpf\n");
    }

    private static KernelFeatures features(Kernel kernel, String symbols) {
        return new KernelFeatures(kernel, new Kallsyms("symbols", () -> new ByteArrayInputStream(symbols.getBytes())));
    }

    private static boolean asksTheKernel(KernelFeature feature) {
        return feature != KernelFeature.SYSCALL_WRAPPER;
    }

    @ParameterizedTest
    @EnumSource(value = KernelFeature.class, mode = EnumSource.Mode.EXCLUDE, names = {
        "SYSCALL_WRAPPER", "PERF_LINK", "UPROBE_MULTI", "TOKEN", "LDIMM64_FULL_RANGE_OFF"})
    void whatSucceedsIsSupportedAndKept(KernelFeature feature) {
        FakeKernel kernel = new FakeKernel(call -> null);
        KernelFeatures features = features(kernel);
        assertEquals(FeatureSupport.SUPPORTED, features.ask(feature));
        int calls = kernel.calls;
        assertTrue(calls > 0 && calls <= 3, "a probe is cheap: " + calls);
        assertTrue(features.has(feature));
        assertEquals(calls, kernel.calls);
        assertEquals(Set.of(), kernel.open);
    }

    @ParameterizedTest
    @EnumSource(KernelFeature.class)
    void whatLacksPrivilegesIsInconclusiveAndAskedAgain(KernelFeature feature) {
        FakeKernel kernel = new FakeKernel(call -> Errno.EPERM);
        KernelFeatures features = features(kernel, "");
        assertEquals(FeatureSupport.INCONCLUSIVE, features.ask(feature));
        assertFalse(features.has(feature));
        int calls = kernel.calls;
        features.ask(feature);
        assertTrue(!asksTheKernel(feature) || kernel.calls > calls);
        assertEquals(Set.of(), kernel.open);
    }

    @ParameterizedTest
    @EnumSource(value = KernelFeature.class, mode = EnumSource.Mode.EXCLUDE, names = {
        "SYSCALL_WRAPPER", "TOKEN", "BTF"})
    void whatFailsWithoutTheFeatureTooIsInconclusive(KernelFeature feature) {
        assertEquals(FeatureSupport.INCONCLUSIVE, features(new FakeKernel(call -> Errno.EINVAL)).ask(feature));
    }

    /** Each feature with the call that needs it, so that only the attempt fails and not its control. */
    @ParameterizedTest
    @CsvSource({
        "PROG_NAME, 0, E2BIG", "GLOBAL_DATA, 1, EINVAL", "BTF, 0, EINVAL", "BTF_FUNC, 0, EINVAL",
        "BTF_GLOBAL_FUNC, 0, EINVAL", "BTF_DATASEC, 0, EINVAL", "BTF_QMARK_DATASEC, 0, EINVAL", "BTF_FLOAT, 0, EINVAL",
        "BTF_DECL_TAG, 0, EINVAL", "BTF_TYPE_TAG, 0, EINVAL", "BTF_ENUM64, 0, EINVAL", "ARRAY_MMAP, 0, EINVAL",
        "EXPECTED_ATTACH_TYPE, 0, E2BIG", "PROBE_READ_KERNEL, 0, EINVAL", "PROG_BIND_MAP, 2, EINVAL",
        "MODULE_BTF, 1, E2BIG", "PERF_LINK, 1, EINVAL", "UPROBE_MULTI, 1, EINVAL", "BPF_COOKIE, 0, EINVAL",
        "ARG_CTX_TAG, 1, EINVAL", "MEMCG_ACCOUNT, 0, EINVAL", "TOKEN, 0, EINVAL",
    })
    void whatFailsForTheFeatureIsMissingAndKept(KernelFeature feature, int call, Errno errno) {
        FakeKernel kernel = new FakeKernel(number -> number == call ? errno : null);
        KernelFeatures features = features(kernel);
        assertEquals(FeatureSupport.MISSING, features.ask(feature));
        int calls = kernel.calls;
        assertEquals(FeatureSupport.MISSING, features.ask(feature));
        assertEquals(calls, kernel.calls);
        assertEquals(Set.of(), kernel.open);
    }

    @ParameterizedTest
    @CsvSource({"PERF_LINK, 1, SUPPORTED", "TOKEN, 0, SUPPORTED", "UPROBE_MULTI, 1, MISSING"})
    void theErrnoOfAnImpossibleRequestTells(KernelFeature feature, int call, FeatureSupport answer) {
        assertEquals(answer,
                features(new FakeKernel(number -> number >= call ? Errno.EBADF : null)).ask(feature));
    }

    @Test
    void manyUprobesNeedThatTheProcessIsHeeded() {
        Errno[] answers = {null, Errno.EBADF, Errno.EINVAL};
        assertEquals(FeatureSupport.SUPPORTED,
                features(new FakeKernel(call -> answers[call])).ask(KernelFeature.UPROBE_MULTI));
    }

    @Test
    void anInterruptedLoadIsRepeatedABoundedNumberOfTimes() {
        FakeKernel twice = new FakeKernel(call -> call < 2 ? Errno.EAGAIN : null);
        assertTrue(features(twice).has(KernelFeature.PROG_NAME));
        FakeKernel always = new FakeKernel(call -> Errno.EAGAIN);
        assertEquals(FeatureSupport.INCONCLUSIVE, features(always).ask(KernelFeature.PROG_NAME));
        assertEquals(5, always.calls);
    }

    @Test
    void anUnreadableTableOfSymbolsIsInconclusive() {
        assertEquals(FeatureSupport.INCONCLUSIVE,
                features(new FakeKernel(call -> null), "?\n").ask(KernelFeature.SYSCALL_WRAPPER));
        assertEquals(FeatureSupport.MISSING,
                features(new FakeKernel(call -> null)).ask(KernelFeature.SYSCALL_WRAPPER));
    }

    @Test
    void theRunningKernelsAnswersAreShared() {
        assertEquals(KernelFeatures.running(), KernelFeatures.of(Kernel.RUNNING));
        Kernel other = new FakeKernel(call -> null);
        assertFalse(KernelFeatures.of(other).equals(KernelFeatures.of(other)));
    }

    @Test
    void manyThreadsProbeOnce() throws Exception {
        FakeKernel kernel = new FakeKernel(call -> null);
        KernelFeatures features = features(kernel);
        try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
            List<Callable<FeatureSupport>> questions = new ArrayList<>();
            for (int i = 0; i < 320; i++) {
                questions.add(() -> features.ask(KernelFeature.PROG_NAME));
            }
            for (Future<FeatureSupport> answer : threads.invokeAll(questions)) {
                assertEquals(FeatureSupport.SUPPORTED, answer.get());
            }
        }
        assertEquals(1, kernel.calls);
    }
}
