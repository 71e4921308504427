package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.elf.ElfFormatException;
import bpf4j.object.BpfObject;
import bpf4j.object.ObjectFormatException;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@KernelTest
class KernelFeaturesKernelTest {

    private static final RunningKernel KERNEL = new RunningKernel(KernelBtf::shared);

    /** What a kernel has to be configured with, beyond what {@link KernelTest} asks for, for a probe to tell. */
    private static final Map<KernelFeature, String> NEEDED = Map.of(
            KernelFeature.EXPECTED_ATTACH_TYPE, "CONFIG_CGROUP_BPF",
            KernelFeature.PROBE_READ_KERNEL, "CONFIG_BPF_EVENTS",
            KernelFeature.PERF_LINK, "CONFIG_BPF_EVENTS",
            KernelFeature.UPROBE_MULTI, "CONFIG_BPF_EVENTS",
            KernelFeature.BPF_COOKIE, "CONFIG_BPF_EVENTS",
            KernelFeature.ARG_CTX_TAG, "CONFIG_BPF_EVENTS",
            KernelFeature.SYSCALL_WRAPPER, "CONFIG_KALLSYMS");

    @ParameterizedTest
    @EnumSource(KernelFeature.class)
    void aKernelHasWhatCameBeforeIt(KernelFeature feature) {
        FeatureSupport answer = KERNEL.features().ask(feature);
        String option = NEEDED.get(feature);
        if (option != null && KERNEL.kconfig().value(option).isEmpty()) {
            assertEquals(FeatureSupport.INCONCLUSIVE, answer, "this kernel has no " + option);
        } else if (feature.since().compareTo(KERNEL.version()) <= 0) {
            assertEquals(FeatureSupport.SUPPORTED, answer);
        } else {
            assertNotEquals(FeatureSupport.INCONCLUSIVE, answer);
        }
    }

    @Test
    void probesLeaveNoDescriptorOpen() throws IOException {
        probeAll();
        Set<String> before = descriptors();
        probeAll();
        assertEquals(before, descriptors());
    }

    private static void probeAll() {
        KernelFeatures fresh = new KernelFeatures(Kernel.RUNNING, KernelFeatures.kallsyms());
        Stream.of(KernelFeature.values()).forEach(fresh::ask);
    }

    /** Programs, maps, links and BTF that this process has open; other threads open files as they like. */
    private static Set<String> descriptors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return Set.copyOf(files.map(KernelFeaturesKernelTest::target)
                    .filter(target -> target.contains("bpf") || target.contains("btf")).sorted().toList());
        }
    }

    private static String target(Path descriptor) {
        try {
            return descriptor.getFileName() + " " + Files.readSymbolicLink(descriptor);
        } catch (IOException gone) {
            return "";
        }
    }

    /** What old kernels would get has to be well-formed for a new one too. */
    @TestFactory
    Stream<DynamicTest> acceptsEveryObjectsTypesAsAnyOlderKernelGetsThem() {
        return Fixtures.objects().stream().flatMap(path -> types(path).stream().map(btf ->
                DynamicTest.dynamicTest(path.getFileName().toString(), () -> {
                    if (errno(btf, feature -> true) != 0) {
                        return;
                    }
                    for (KernelFeature newest : KernelFeature.values()) {
                        Predicate<KernelFeature> older = f -> f.since().compareTo(newest.since()) < 0;
                        assertEquals(0, errno(btf, older), () -> "as for a kernel before " + newest.since());
                    }
                })));
    }

    private static int errno(Btf btf, Predicate<KernelFeature> supported) {
        Btf sanitized = BtfSanitizer.sanitize(btf, supported).btf();
        return switch (BtfUploader.upload(Kernel.RUNNING, sanitized, "test")) {
            case BtfUploader.Uploaded.Loaded(Fd fd) -> {
                fd.close();
                yield 0;
            }
            case BtfUploader.Uploaded.Refused refused -> refused.errno();
        };
    }

    private static Optional<Btf> types(Path path) {
        try {
            BpfObject object = BpfObject.read(path);
            return object.order() == ByteOrder.nativeOrder() ? object.btf() : Optional.empty();
        } catch (IOException | ElfFormatException | BtfFormatException | ObjectFormatException notAnObject) {
            return Optional.empty();
        }
    }
}
