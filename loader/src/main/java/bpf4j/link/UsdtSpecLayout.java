package bpf4j.link;

import bpf4j.binary.UsdtArgument;
import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * How a program expects the description of a USDT place: {@code struct __bpf_usdt_spec} of libbpf's {@code usdt.bpf.h},
 * as the object's own types have it. Releases of the header differ in the layout of an argument, so that fields are
 * found by name and not by number.
 */
final class UsdtSpecLayout {

    private static final int BPF_USDT_ARG_CONST = 0;
    private static final int BPF_USDT_ARG_REG = 1;
    private static final int BPF_USDT_ARG_REG_DEREF = 2;
    private static final int BPF_USDT_ARG_SIB = 3;

    /**
     * Where a number stands. Bits are counted from the lowest of the first byte, or from the highest in big-endian
     * types.
     */
    private record Bits(long offsetBits, int count) {
    }

    private final ByteOrder order;
    private final int sizeBytes;
    private final long argumentsOffsetBits;
    private final long argumentSizeBits;
    private final int maxArguments;
    private final Bits cookie;
    private final Bits count;
    private final Bits value;
    private final Bits type;
    private final Bits register;
    private final Bits signed;
    private final Bits shift;
    private final Optional<Bits> index;
    private final Optional<Bits> scale;

    private UsdtSpecLayout(Btf types, int typeId) {
        this.order = types.order();
        this.sizeBytes = Math.toIntExact(types.sizeBytes(typeId));
        this.cookie = field(types, typeId, "usdt_cookie");
        this.count = field(types, typeId, "arg_cnt");
        BtfType.Member arguments = member(types, typeId, "args").orElseThrow(() -> missing("args"));
        if (!(types.stripped(arguments.typeId()) instanceof BtfType.Array array)) {
            throw missing("args");
        }
        int argument = array.elementTypeId();
        this.argumentsOffsetBits = arguments.offsetBits();
        this.argumentSizeBits = types.sizeBytes(argument) * Byte.SIZE;
        this.maxArguments = Math.toIntExact(array.count());
        this.value = field(types, argument, "val_off");
        this.type = field(types, argument, "arg_type");
        this.register = field(types, argument, "reg_off");
        this.signed = field(types, argument, "arg_signed");
        this.shift = field(types, argument, "arg_bitshift");
        this.index = member(types, argument, "idx_reg_off").map(m -> bits(types, m));
        this.scale = member(types, argument, "scale_bitshift").map(m -> bits(types, m));
        if (argumentsOffsetBits + maxArguments * argumentSizeBits > (long) sizeBytes * Byte.SIZE) {
            throw missing("args");
        }
    }

    /**
     * Reads the layout out of an object's types.
     *
     * @param types the types
     * @param typeId the type of the map's value
     * @throws KernelException if it is another struct than {@code usdt.bpf.h} declares
     */
    static UsdtSpecLayout of(Btf types, int typeId) {
        return new UsdtSpecLayout(types, typeId);
    }

    /** {@return the size of a description in bytes} */
    int sizeBytes() {
        return sizeBytes;
    }

    /**
     * Writes a description.
     *
     * @param arguments where the arguments are
     * @param userCookie what the program reads as its cookie
     * @param description what is to be attached, for messages
     * @return the map's value
     * @throws KernelException if the layout has no room for an argument
     */
    byte[] encode(List<UsdtArgument> arguments, long userCookie, String description) {
        if (arguments.size() > maxArguments) {
            throw new KernelException(Step.ATTACH, description, 0, "the probe has %d arguments, the program takes %d"
                    .formatted(arguments.size(), maxArguments));
        }
        byte[] bytes = new byte[sizeBytes];
        put(bytes, 0, cookie, userCookie);
        put(bytes, 0, count, arguments.size());
        for (int i = 0; i < arguments.size(); i++) {
            long start = argumentsOffsetBits + i * argumentSizeBits;
            UsdtArgument argument = arguments.get(i);
            put(bytes, start, signed, argument.isSigned() ? 1 : 0);
            put(bytes, start, shift, Long.SIZE - argument.sizeBytes() * Byte.SIZE);
            switch (argument) {
                case UsdtArgument.Constant(_, _, long constant) ->
                        place(bytes, start, BPF_USDT_ARG_CONST, constant, 0);
                case UsdtArgument.Register(_, _, int registerOffset) ->
                        place(bytes, start, BPF_USDT_ARG_REG, 0, registerOffset);
                case UsdtArgument.Memory(_, _, int registerOffset, long displacement) ->
                        place(bytes, start, BPF_USDT_ARG_REG_DEREF, displacement, registerOffset);
                case UsdtArgument.Indexed(_, _, int registerOffset, long displacement, int indexOffset,
                        int scaleShift) -> {
                    if (index.isEmpty() || scale.isEmpty()) {
                        throw new KernelException(Step.ATTACH, description, 0, ("argument %d is in memory at two "
                                + "registers, which the program's usdt.bpf.h cannot describe: libbpf 1.7 has one that "
                                + "can").formatted(i));
                    }
                    place(bytes, start, BPF_USDT_ARG_SIB, displacement, registerOffset);
                    put(bytes, start, index.get(), indexOffset);
                    put(bytes, start, scale.get(), scaleShift);
                }
            }
        }
        return bytes;
    }

    private void place(byte[] bytes, long start, int kind, long number, int registerOffset) {
        put(bytes, start, type, kind);
        put(bytes, start, value, number);
        put(bytes, start, register, registerOffset);
    }

    private void put(byte[] bytes, long start, Bits field, long number) {
        boolean little = order == ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < field.count; i++) {
            if ((number >>> i & 1) != 0) {
                long at = start + field.offsetBits + (little ? i : field.count - 1 - i);
                bytes[(int) (at / Byte.SIZE)] |= (byte) (1 << (little ? at % Byte.SIZE : 7 - at % Byte.SIZE));
            }
        }
    }

    private static Bits field(Btf types, int typeId, String name) {
        return bits(types, member(types, typeId, name).orElseThrow(() -> missing(name)));
    }

    private static Bits bits(Btf types, BtfType.Member member) {
        return new Bits(member.offsetBits(), member.isBitfield() ? member.bitfieldBits()
                : Math.toIntExact(types.sizeBytes(member.typeId()) * Byte.SIZE));
    }

    private static Optional<BtfType.Member> member(Btf types, int typeId, String name) {
        return types.stripped(typeId) instanceof BtfType.Struct struct
                ? struct.members().stream().filter(m -> m.name().equals(name)).findFirst() : Optional.empty();
    }

    private static KernelException missing(String field) {
        return new KernelException(Step.ATTACH, "map '__bpf_usdt_specs'", 0,
                "its values have no '%s' as usdt.bpf.h declares it".formatted(field));
    }
}
