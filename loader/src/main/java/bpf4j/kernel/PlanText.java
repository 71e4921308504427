package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import bpf4j.insn.Insn;
import bpf4j.object.AttachType;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Field;
import bpf4j.sys.KernelStruct;
import bpf4j.sys.MapAttr;
import bpf4j.sys.ObjectAttr;
import bpf4j.sys.Pointed;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Reads calls of {@code bpf(2)} out of their attrs, with names in place of numbers. */
final class PlanText {

    private static final Map<BpfCommand, KernelStruct> STRUCTS = Map.of(
            BpfCommand.BPF_MAP_CREATE, MapAttr.Create.STRUCT, BpfCommand.BPF_MAP_UPDATE_ELEM, MapAttr.Elem.STRUCT,
            BpfCommand.BPF_MAP_FREEZE, MapAttr.Elem.STRUCT, BpfCommand.BPF_PROG_LOAD, ProgAttr.Load.STRUCT,
            BpfCommand.BPF_PROG_BIND_MAP, ProgAttr.BindMap.STRUCT, BpfCommand.BPF_BTF_LOAD, ObjectAttr.BtfLoad.STRUCT,
            BpfCommand.BPF_OBJ_PIN, ObjectAttr.Pin.STRUCT, BpfCommand.BPF_OBJ_GET, ObjectAttr.Pin.STRUCT);
    /** Values up to this size are shown as they are. */
    private static final int MAX_SHOWN_BYTES = 16;
    private static final int DIGEST_BYTES = 8;

    /** What a map holds. */
    private record Sizes(int key, int value) {
    }

    private final KernelTypes types;
    private final Map<Integer, String> names;
    private final Map<Integer, Sizes> maps = new HashMap<>();
    private final Set<String> used = new HashSet<>();

    PlanText(KernelTypes types, Map<Integer, String> names) {
        this.types = types;
        this.names = names;
    }

    void madeMap(int fd, int keySize, int valueSize) {
        maps.put(fd, new Sizes(keySize, valueSize));
    }

    /** {@return whether a call had the descriptor of this name} */
    boolean isUsed(String name) {
        return used.contains(name);
    }

    PlannedCall call(BpfCommand command, MemorySegment attr, int sizeBytes, Optional<String> result) {
        SequencedMap<String, String> attributes = new LinkedHashMap<>();
        List<String> code = new ArrayList<>();
        if (command == BpfCommand.BPF_BTF_GET_FD_BY_ID) {
            attributes.put("btf_id", result.orElseThrow().substring("btf:".length()));
            return new PlannedCall(command.name(), attributes, result, code);
        }
        KernelStruct struct = STRUCTS.get(command);
        if (struct == null) {
            return new PlannedCall(command.name(), attributes, result, code);
        }
        List<Field> fields = struct.fields();
        for (Field field : fields.subList(0, fields.size() - struct.aliases().size())) {
            if (field.endBytes() <= sizeBytes && (isSet(field, attr) || isMember(command, field, attr))) {
                text(command, field, attr, code).ifPresent(text -> attributes.put(name(command, field), text));
            }
        }
        return new PlannedCall(command.name(), attributes, result, code);
    }

    /** The field holds a module's BTF as often as a program. */
    private static String name(BpfCommand command, Field field) {
        return command == BpfCommand.BPF_PROG_LOAD && field.name().equals("attach_prog_fd") ? "attach_btf_obj_fd"
                : field.name();
    }

    /** For struct_ops it is the index of a member, which may be 0. */
    private static boolean isMember(BpfCommand command, Field field, MemorySegment attr) {
        return command == BpfCommand.BPF_PROG_LOAD && field.equals(ProgAttr.Load.EXPECTED_ATTACH_TYPE)
                && ProgAttr.Load.PROG_TYPE.get(attr) == ProgramType.BPF_PROG_TYPE_STRUCT_OPS.number();
    }

    private static boolean isSet(Field field, MemorySegment attr) {
        return switch (field) {
            case Field.U32 word -> word.get(attr) != 0;
            case Field.U64 wide -> wide.get(attr) != 0;
            case Field.Bytes bytes -> !bytes.getString(attr).isEmpty();
        };
    }

    private Optional<String> text(BpfCommand command, Field field, MemorySegment attr, List<String> code) {
        return Optional.ofNullable(switch (field) {
            case Field.Bytes bytes -> bytes.getString(attr);
            case Field.U32 word -> number(command, word.name(), word.get(attr), attr);
            case Field.U64 wide -> pointed(command, wide.name(), wide.get(attr), attr, code);
        });
    }

    private String number(BpfCommand command, String field, int value, MemorySegment attr) {
        if (field.endsWith("_fd")) {
            return descriptor(value);
        }
        return switch (field) {
            case "map_type" -> MapType.nameOf(value);
            case "prog_type" -> ProgramType.nameOf(value);
            case "map_flags" -> MapFlags.text(value);
            case "prog_flags" -> "0x%x".formatted(value);
            case "expected_attach_type" -> isMember(command, ProgAttr.Load.EXPECTED_ATTACH_TYPE, attr)
                    ? memberName(ProgAttr.Load.ATTACH_BTF_ID.get(attr),
                            ProgAttr.Load.ATTACH_BTF_OBJ_FD.get(attr), value)
                    : AttachType.nameOf(value);
            case "attach_btf_id" -> typeName(value, ProgAttr.Load.ATTACH_BTF_OBJ_FD.get(attr));
            case "btf_vmlinux_value_type_id" -> typeName(value, moduleFd(command, attr));
            case "btf_size", "btf_log_true_size", "log_true_size" -> null;
            default -> Integer.toUnsignedString(value);
        };
    }

    private static int moduleFd(BpfCommand command, MemorySegment attr) {
        return command == BpfCommand.BPF_MAP_CREATE ? MapAttr.Create.VALUE_TYPE_BTF_OBJ_FD.get(attr) : 0;
    }

    private String descriptor(int fd) {
        String name = names.getOrDefault(fd, Integer.toString(fd));
        used.add(name);
        return name;
    }

    /** Ids differ from kernel to kernel, names do not. */
    private String typeName(int id, int moduleFd) {
        Btf btf = types(moduleFd);
        String name = id > 0 && id < btf.typeCount() ? btf.nameOf(id) : "";
        return name.isEmpty() ? "[" + id + "]" : name;
    }

    private String memberName(int structId, int moduleFd, int index) {
        return types(moduleFd).type(structId) instanceof BtfType.Struct struct && index < struct.members().size()
                ? struct.members().get(index).name() : Integer.toString(index);
    }

    private Btf types(int moduleFd) {
        String module = names.getOrDefault(moduleFd, "").replaceFirst("^btf:", "");
        return moduleFd == 0 ? types.vmlinux()
                : types.modules().stream().filter(m -> m.name().equals(module)).findFirst().orElse(types.vmlinux());
    }

    private String pointed(BpfCommand command, String field, long value, MemorySegment attr, List<String> code) {
        return switch (field) {
            case "license", "pathname" -> '"' + Pointed.text(value) + '"';
            case "btf" -> digest(Pointed.bytes(value, ObjectAttr.BtfLoad.BTF_SIZE.get(attr)));
            case "insns" -> {
                code.addAll(code(Pointed.bytes(value, ProgAttr.Load.INSN_CNT.get(attr) * Insn.BYTES)));
                yield "sha256:" + sha256(String.join("\n", code).getBytes(StandardCharsets.UTF_8));
            }
            case "func_info" -> digest(Pointed.bytes(value,
                    ProgAttr.Load.FUNC_INFO_CNT.get(attr) * ProgAttr.Load.FUNC_INFO_REC_SIZE.get(attr)));
            case "line_info" -> digest(Pointed.bytes(value,
                    ProgAttr.Load.LINE_INFO_CNT.get(attr) * ProgAttr.Load.LINE_INFO_REC_SIZE.get(attr)));
            case "fd_array" -> fdArray(value, attr);
            case "key" -> bytes(Pointed.bytes(value, sizes(attr).key));
            case "value" -> elementValue(command, value, attr);
            case "log_buf", "btf_log_buf" -> null;
            default -> "0x%x".formatted(value);
        };
    }

    private Sizes sizes(MemorySegment attr) {
        return maps.getOrDefault(MapAttr.Elem.MAP_FD.get(attr), new Sizes(0, 0));
    }

    /** Slots of maps and program arrays hold descriptors. */
    private String elementValue(BpfCommand command, long address, MemorySegment attr) {
        byte[] value = Pointed.bytes(address, sizes(attr).value);
        if (command == BpfCommand.BPF_MAP_UPDATE_ELEM && value.length == Integer.BYTES) {
            String name = names.get(ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt());
            if (name != null) {
                return name;
            }
        }
        return bytes(value);
    }

    /** How long the array is the kernel is not told; calls of kernel functions have indices into it. */
    private String fdArray(long address, MemorySegment attr) {
        long[] slots = slots(Pointed.bytes(ProgAttr.Load.INSNS.get(attr),
                ProgAttr.Load.INSN_CNT.get(attr) * Insn.BYTES));
        int last = 0;
        for (long slot : slots) {
            if (Insn.isKfuncCall(slot)) {
                last = Math.max(last, Insn.off(slot));
            }
        }
        ByteBuffer fds = ByteBuffer.wrap(Pointed.bytes(address, (last + 1) * Integer.BYTES))
                .order(ByteOrder.nativeOrder());
        List<String> shown = new ArrayList<>();
        for (int i = 1; i <= last; i++) {
            shown.add(descriptor(fds.getInt(i * Integer.BYTES)));
        }
        return shown.toString();
    }

    private List<String> code(byte[] insns) {
        return new PlanCode(slots(insns), types, this::descriptor).lines();
    }

    private static long[] slots(byte[] insns) {
        return Insn.decode(MemorySegment.ofArray(insns), ByteOrder.nativeOrder());
    }

    private static String bytes(byte[] bytes) {
        return bytes.length <= MAX_SHOWN_BYTES
                ? HexFormat.ofDelimiter(" ").formatHex(bytes).transform(t -> "{" + t + "}")
                : digest(bytes);
    }

    private static String digest(byte[] bytes) {
        return "%d bytes, sha256:%s".formatted(bytes.length, sha256(bytes));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
