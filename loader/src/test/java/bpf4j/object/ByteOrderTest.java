package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.elf.ElfFile;
import bpf4j.insn.Insn;
import bpf4j.testdata.Fixtures;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The same source compiled for both byte orders declares the same, down to the instruction. */
class ByteOrderTest {

    /** Bitfields lie elsewhere, and a struct built in a register has its halves swapped: other immediates. */
    private static final List<String> OTHER_CODE =
            List.of("core_bitfield", "core_field_lshift", "core_synthetic", "live_events", "maps",
                    "maps_families", "maps_values");

    /** So many bitfields that the numbers of instructions differ, and with them the places in the code. */
    private static final String OTHER_LENGTH = "bindings";

    @TestFactory
    Stream<DynamicTest> bothOrdersDeclareTheSame() {
        return Fixtures.list("obj", "-el.o").stream().map(Path::getFileName).map(Path::toString)
                .map(little -> dynamicTest(little, () -> check(little.substring(0,
                little.length() - "-el.o".length()))));
    }

    private static void check(String name) {
        boolean code = !OTHER_CODE.contains(name) && !name.equals(OTHER_LENGTH);
        List<String> little = describe(name, "-el.o", code);
        List<String> big = describe(name, "-eb.o", code);
        for (int i = 0; i < Math.min(little.size(), big.size()); i++) {
            assertEquals(little.get(i), big.get(i));
        }
        assertEquals(little.size(), big.size());
        if (!code) {
            assertNotEquals(describe(name, "-el.o", true), describe(name, "-eb.o", true));
        }
    }

    private static List<String> describe(String name, String order, boolean code) {
        try {
            BpfObject object = BpfObject.parse(ElfFile.parse(
                    MemorySegment.ofArray(Fixtures.bytes("obj/" + name + order)), name + ".o"));
            assertEquals(order.equals("-el.o") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN, object.order());
            return describe(object, code);
        } catch (ObjectFormatException | BtfFormatException e) {
            return List.of(e.toString());
        }
    }

    private static List<String> describe(BpfObject object, boolean code) {
        List<String> lines = new ArrayList<>();
        lines.add(object.name() + " " + object.license() + " " + object.kernelVersion());
        object.programs().forEach(p -> lines.add("%s %s %s %s %s %s".formatted(p.function(), p.definition(), p.type(),
                p.attachType(), p.attachTarget(), p.autoload())));
        for (BpfFunction f : object.functions()) {
            if (!code && object.name().equals(OTHER_LENGTH)) {
                continue;
            }
            lines.add("%s at %d %s %s %s %s".formatted(f, f.sectionInsnIndex(), f.isGlobal(), f.isWeak(), f.isHidden(),
                    f.funcInfo()));
            lines.add(f.references().toString());
            lines.add(f.coreRelocations().toString());
            lines.add(f.lineInfo().toString());
            if (code) {
                for (long slot : f.slots()) {
                    lines.add("%02x r%d r%d %d %d".formatted(Insn.opcode(slot), Insn.dst(slot), Insn.src(slot),
                            Insn.off(slot), Insn.imm(slot)));
                }
            }
        }
        object.maps().forEach(m -> lines.add(describe(m)));
        lines.addAll(object.externs().stream().map(Extern::toString).toList());
        object.btf().ifPresent(btf -> lines.addAll(types(btf)));
        return lines;
    }

    private static String describe(MapSpec map) {
        String contents = switch (map.contents()) {
            case MapContents.Data d -> "%s of %d, %s".formatted(d.section(), d.sizeBytes(), d.frozen());
            case MapContents.StructOps s -> "%s %s".formatted(s.variable().struct(), s.variable().programs());
            case MapContents.ArenaData a -> "%s of %d".formatted(a.section(), a.sizeBytes());
            case MapContents.Empty e -> e.toString();
            case MapContents.Kconfig k -> k.toString();
            case MapContents.Slots s -> new TreeMap<Integer, String>(Map.copyOf(s.names())).toString();
        };
        return map.withContents(new MapContents.Empty()) + " " + contents;
    }

    private static List<String> types(Btf btf) {
        return IntStream.range(1, btf.typeCount()).mapToObj(id -> id + " " + btf.type(id)).toList();
    }
}
