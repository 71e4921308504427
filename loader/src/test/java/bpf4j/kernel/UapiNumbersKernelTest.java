package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.object.AttachType;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import bpf4j.testdata.KernelTest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** The numbers of our enums are those that the running kernel's own types say. */
@KernelTest
class UapiNumbersKernelTest {

    private static Map<String, Long> values(BtfType type) {
        Map<String, Long> values = new HashMap<>();
        if (type instanceof BtfType.Enumeration enumeration) {
            enumeration.values().forEach(v -> values.put(v.name(), v.value()));
        }
        return values;
    }

    /** Names that only one side has are of an older or newer release; names that both have need one number. */
    private static <E extends Enum<E>> void check(String name, Class<E> ours, ToIntFunction<E> number) {
        Btf vmlinux = KernelBtf.shared().vmlinux();
        Map<String, Long> theirs = values(vmlinux.type(vmlinux.find(name, BtfKind.BTF_KIND_ENUM).orElseThrow()));
        List<E> common = Arrays.stream(ours.getEnumConstants()).filter(e -> theirs.containsKey(e.name())).toList();
        common.forEach(e -> assertEquals(theirs.get(e.name()), number.applyAsInt(e), e.name()));
        assertTrue(common.size() >= 30, () -> name + ": only " + common);
    }

    @Test
    void programTypes() {
        check("bpf_prog_type", ProgramType.class, ProgramType::number);
    }

    @Test
    void attachTypes() {
        check("bpf_attach_type", AttachType.class, AttachType::number);
    }

    @Test
    void mapTypes() {
        check("bpf_map_type", MapType.class, MapType::number);
    }

    @Test
    void flagsOfMaps() {
        Map<String, Integer> ours = new HashMap<>(Map.of("BPF_F_RDONLY_PROG", MapSpec.BPF_F_RDONLY_PROG,
                "BPF_F_MMAPABLE", MapSpec.BPF_F_MMAPABLE, "BPF_F_NUMA_NODE", MapSpec.BPF_F_NUMA_NODE,
                "BPF_F_LINK", MapSpec.BPF_F_LINK,
                "BPF_NOEXIST", (int) LoadedMap.BPF_NOEXIST, "BPF_EXIST", (int) LoadedMap.BPF_EXIST));
        Btf vmlinux = KernelBtf.shared().vmlinux();
        Map<String, Long> theirs = new HashMap<>();
        for (int id = 1; id < vmlinux.typeCount(); id++) {
            if (vmlinux.kindNumber(id) == BtfKind.BTF_KIND_ENUM.ordinal()) {
                values(vmlinux.type(id)).forEach((name, value) -> {
                    if (ours.containsKey(name)) {
                        theirs.put(name, value);
                    }
                });
            }
        }
        if (!theirs.containsKey("BPF_F_LINK")) {
            ours.remove("BPF_F_LINK");
        }
        Map<String, Long> expected = new HashMap<>();
        ours.forEach((name, value) -> expected.put(name, (long) value));
        assertEquals(expected, theirs);
    }
}
