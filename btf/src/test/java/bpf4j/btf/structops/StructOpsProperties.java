package bpf4j.btf.structops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class StructOpsProperties {

    private static final int MEMBERS = 12;

    /** Members by number, whose types differ in size, so that each order gives another layout. */
    private static Types.M member(Types types, int number) {
        return Types.m("m" + number, switch (number % 5) {
            case 0 -> types.callback;
            case 1 -> types.u8;
            case 2 -> types.u32;
            case 3 -> types.array(types.u8, number + 1);
            default -> types.u64;
        });
    }

    private static Types.M[] members(Types types, List<Integer> numbers) {
        return numbers.stream().map(n -> member(types, n)).toArray(Types.M[]::new);
    }

    /** What the kernel finds when it reads the value by its own member names. */
    private static Map<String, String> values(StructOpsPlan plan) {
        Map<String, String> values = new TreeMap<>();
        byte[] image = plan.image();
        KernelStructOps kernel = plan.kernel();
        for (BtfType.Member m : kernel.opsType().members()) {
            int start = (int) (kernel.opsOffsetBytes() + m.offsetBits() / 8);
            int end = start + (int) kernel.btf().sizeBytes(m.typeId());
            values.put(m.name(), HexFormat.of().formatHex(Arrays.copyOfRange(image, start, end)));
        }
        for (MemberOutcome.ProgramSlot slot : plan.programSlots()) {
            BtfType.Member member = kernel.opsType().members().get(slot.kernelMemberIndex());
            assertEquals(kernel.opsOffsetBytes() + member.offsetBits() / 8, slot.valueOffsetBytes());
            values.put(member.name(), slot.program());
        }
        return values;
    }

    @Property(tries = 200)
    void valuesArriveWhateverTheOrderOfMembers(@ForAll Random random, @ForAll boolean bigEndian,
            @ForAll @IntRange(max = MEMBERS) int used) {
        ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        Types kernel = Types.create();
        List<Integer> numbers = new ArrayList<>(IntStream.range(0, MEMBERS).boxed().toList());
        Collections.shuffle(numbers, random);
        kernel.ops("ops", members(kernel, numbers));
        Collections.shuffle(numbers, random);
        List<Integer> localNumbers = numbers.subList(0, used);
        Types object = Types.create();
        int type = object.struct("ops", members(object, localNumbers));
        BtfType.Struct struct = (BtfType.Struct) object.builder.get(type);

        byte[] bytes = new byte[(int) struct.sizeBytes()];
        random.nextBytes(bytes);
        LocalStructOps local = object.variable(order, "mine", type, bytes);
        Map<String, String> expected = new TreeMap<>();
        for (int number = 0; number < MEMBERS; number++) {
            int sizeBytes = (int) local.btf().sizeBytes(member(Types.create(), number).typeId());
            expected.put("m" + number, "00".repeat(number % 5 == 3 ? number + 1 : sizeBytes));
        }
        for (int i = 0; i < used; i++) {
            BtfType.Member m = struct.members().get(i);
            int start = (int) (m.offsetBits() / 8);
            if (localNumbers.get(i) % 5 == 0) {
                local = local.withDeclaredProgram(start, "program_" + m.name());
                expected.put(m.name(), "program_" + m.name());
            } else {
                int end = start + (int) local.btf().sizeBytes(m.typeId());
                expected.put(m.name(), HexFormat.of().formatHex(Arrays.copyOfRange(bytes, start, end)));
            }
        }

        StructOpsPlan plan = StructOpsMatcher.match(local, KernelTypes.of(kernel.build(order, "vmlinux")));

        assertEquals(expected, values(plan));
    }
}
