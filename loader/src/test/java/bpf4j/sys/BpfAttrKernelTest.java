package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.BtfType.Composite;
import bpf4j.btf.BtfType.Member;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Compares every layout with the running kernel's types. */
@KernelTest
class BpfAttrKernelTest {

    private static Btf vmlinux;

    /** A place in a kernel type, and the type there. */
    private record Place(long offsetBits, int typeId, int bitfieldBits) {
    }

    @BeforeAll
    static void readKernelTypes() throws IOException {
        vmlinux = Btf.parse(Files.readAllBytes(Path.of("/sys/kernel/btf/vmlinux")));
    }

    @TestFactory
    Stream<DynamicTest> everyFieldIsWhereTheKernelHasIt() {
        return BpfAttr.all().stream().map(struct -> DynamicTest.dynamicTest(
                struct.type() + " " + struct.member() + " " + struct.fields().getLast().name(), () -> compare(struct)));
    }

    private static void compare(KernelStruct struct) {
        String[] words = struct.type().split(" ");
        BtfKind kind = words[0].equals("union") ? BtfKind.BTF_KIND_UNION : BtfKind.BTF_KIND_STRUCT;
        int root = vmlinux.find(words[1], kind).orElseThrow();
        int compared = 0;
        for (Field field : struct.fields()) {
            String path = struct.member().isEmpty() ? field.name() : struct.member() + "." + field.name();
            Optional<Place> found = walk(root, path);
            if (found.isEmpty()) {
                KernelVersion first = FirstKernels.of(words[1], path);
                assertTrue(KernelVersion.running().compareTo(first) < 0,
                        () -> "the kernel has no " + path + ", which is there since " + first);
                continue;
            }
            compared++;
            Place place = found.get();
            long bits = place.bitfieldBits();
            if (bits == 0) {
                assertEquals(field.offsetBytes() * 8, place.offsetBits(), path);
                assertEquals(field.sizeBytes(), vmlinux.sizeBytes(place.typeId()), path);
            } else {
                assertEquals(field.offsetBytes() * 8, place.offsetBits() / 32 * 32, path);
            }
        }
        if (compared == 0) {
            KernelVersion first = FirstKernels.of(words[1], struct.member() + "." + struct.fields().getFirst().name());
            KernelVersion.assumeAtLeast(first.major(), first.minor(), struct.type() + "." + struct.member());
        }
    }

    private static Optional<Place> walk(int root, String path) {
        Place place = new Place(0, root, 0);
        for (String step : path.split("\\.")) {
            Optional<Place> next = find(place.typeId(), place.offsetBits(), step);
            if (next.isEmpty()) {
                return next;
            }
            place = next.get();
        }
        return Optional.of(place);
    }

    /** As in C: a member of an unnamed struct or union counts as a member of what surrounds it. */
    private static Optional<Place> find(int typeId, long baseBits, String name) {
        if (!(vmlinux.stripped(typeId) instanceof Composite composite)) {
            return Optional.empty();
        }
        for (Member member : composite.members()) {
            long offsetBits = baseBits + member.offsetBits();
            if (member.name().equals(name)) {
                return Optional.of(new Place(offsetBits, member.typeId(), member.bitfieldBits()));
            }
            if (member.name().isEmpty()) {
                Optional<Place> inner = find(member.typeId(), offsetBits, name);
                if (inner.isPresent()) {
                    return inner;
                }
            }
        }
        return Optional.empty();
    }

    @Test
    void everyCommandHasTheKernelsNumber() {
        var kernel = (BtfType.Enum) vmlinux.type(vmlinux.find("bpf_cmd", BtfKind.BTF_KIND_ENUM).orElseThrow());
        Map<String, Long> numbers = kernel.values().stream()
                .collect(Collectors.toMap(BtfType.EnumValue::name, BtfType.EnumValue::value));
        // Not all kernels end the list with a name for its length.
        numbers.remove("__MAX_BPF_CMD");
        long last = Collections.max(numbers.values());
        for (BpfCommand command : BpfCommand.values()) {
            if (command.number() <= last) {
                assertEquals(numbers.get(command.name()), command.number(), command.name());
            }
        }
    }
}
