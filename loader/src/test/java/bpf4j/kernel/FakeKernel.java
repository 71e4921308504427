package bpf4j.kernel;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.LinkAttr;
import bpf4j.sys.MapAttr;
import bpf4j.sys.ObjectAttr;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A kernel that says yes to everything, remembers what it was asked, knows which descriptors are open, and fails where
 * a test wants. A refusal stays: what is tried again in another way, such as with a log, is refused again.
 */
public final class FakeKernel implements Kernel {

    private static final int FIRST_FD = 1000;

    /**
     * One command.
     *
     * @param command the command
     * @param name of the map or program that is made, empty otherwise
     * @param fields the parts of the attr that tests look at
     * @param result what the caller got
     */
    public record Call(BpfCommand command, String name, Map<String, Long> fields, int result) {

        /** {@return one field} */
        public long field(String field) {
            return fields.get(field);
        }

        @Override
        public String toString() {
            return (command + " " + name).strip();
        }
    }

    /** Decides what becomes of a call: null to let it pass. */
    public interface Rule {

        /** {@return the error, or null} */
        Errno refuse(int index, BpfCommand command, String name, Map<String, Long> fields);
    }

    private final List<Call> calls = new ArrayList<>();
    private final Map<Integer, Call> open = new TreeMap<>();
    private final Map<String, Call> pins = new HashMap<>();
    private final List<String> modules = new ArrayList<>();
    private Rule rule = (_, _, _, _) -> null;
    private String log = "";
    private int closeStatus;
    private int nextFd = FIRST_FD;

    /** Refuses by a rule of the test. */
    public FakeKernel refusing(Rule newRule) {
        rule = newRule;
        return this;
    }

    /** Refuses the call of this index, counted from 0, and all later ones of the same command and name. */
    public FakeKernel refusing(int failing, Errno errno) {
        String[] refused = new String[1];
        return refusing((index, command, name, _) -> {
            if (index == failing) {
                refused[0] = command + name;
            }
            return (command + name).equals(refused[0]) ? errno : null;
        });
    }

    /** Closes what it is told to, and says that this failed, as Linux may do. */
    public FakeKernel complainingOnClose(Errno errno) {
        closeStatus = -errno.number();
        return this;
    }

    /** What the verifier writes where it refuses and is given a buffer. */
    public FakeKernel logging(String text) {
        log = text;
        return this;
    }

    /** Pins a map that some other process is said to have made. */
    public FakeKernel pinned(String path, Map<String, Long> fields) {
        pins.put(path, new Call(BpfCommand.BPF_MAP_CREATE, "", fields, 0));
        return this;
    }

    /** Offers the BTF of a module. */
    public FakeKernel module(String name) {
        modules.add(name);
        return this;
    }

    /** {@return all calls so far} */
    public List<Call> calls() {
        return calls;
    }

    /** {@return the calls of one command} */
    public List<Call> calls(BpfCommand command) {
        return calls.stream().filter(c -> c.command == command).toList();
    }

    /** {@return the call that made the map of this name} */
    public Call map(String name) {
        return calls(BpfCommand.BPF_MAP_CREATE).stream().filter(c -> c.name.equals(name)).toList().getLast();
    }

    /** {@return all calls as text} */
    public List<String> story() {
        return calls.stream().map(Call::toString).toList();
    }

    /** {@return the descriptors that are open, by what made them} */
    public Set<String> open() {
        return open.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).collect(Collectors.toSet());
    }

    /** Forgets the calls, not what is open. */
    public void forget() {
        calls.clear();
    }

    @Override
    public synchronized int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
        MemorySegment seen = attr.asSlice(0, Math.min(attr.byteSize(), sizeBytes));
        Map<String, Long> fields = new HashMap<>();
        String name = decode(command, attr, seen, fields);
        Errno errno = rule.refuse(calls.size(), command, name, fields);
        int result = errno == null ? answer(command, attr, fields) : refuse(command, attr, errno);
        Call call = new Call(command, name, fields, result);
        calls.add(call);
        if (result >= 0 && command.returnsFd()) {
            open.put(result, command == BpfCommand.BPF_OBJ_GET ? pins.get(path(attr)) : call);
        }
        return result;
    }

    @Override
    public synchronized int close(int fd) {
        if (open.remove(fd) == null) {
            throw new AssertionError("descriptor " + fd + " is closed and was not open");
        }
        return closeStatus;
    }

    private static String decode(BpfCommand command, MemorySegment attr, MemorySegment seen, Map<String, Long> fields) {
        return switch (command) {
            case BPF_MAP_CREATE -> {
                put(fields, "type", MapAttr.Create.MAP_TYPE.get(seen));
                put(fields, "key_size", MapAttr.Create.KEY_SIZE.get(seen));
                put(fields, "value_size", MapAttr.Create.VALUE_SIZE.get(seen));
                put(fields, "max_entries", MapAttr.Create.MAX_ENTRIES.get(seen));
                put(fields, "map_flags", MapAttr.Create.MAP_FLAGS.get(seen));
                put(fields, "inner_map_fd", MapAttr.Create.INNER_MAP_FD.get(seen));
                put(fields, "btf_fd", MapAttr.Create.BTF_FD.get(seen));
                put(fields, "btf_key_type_id", MapAttr.Create.BTF_KEY_TYPE_ID.get(seen));
                put(fields, "btf_value_type_id", MapAttr.Create.BTF_VALUE_TYPE_ID.get(seen));
                put(fields, "btf_vmlinux_value_type_id", MapAttr.Create.BTF_VMLINUX_VALUE_TYPE_ID.get(seen));
                boolean newer = seen.byteSize() >= MapAttr.Create.VALUE_TYPE_BTF_OBJ_FD.endBytes();
                boolean token = seen.byteSize() >= MapAttr.Create.MAP_TOKEN_FD.endBytes();
                put(fields, "token_fd", token ? MapAttr.Create.MAP_TOKEN_FD.get(attr) : 0);
                put(fields, "value_type_btf_obj_fd", newer ? MapAttr.Create.VALUE_TYPE_BTF_OBJ_FD.get(attr) : 0);
                yield MapAttr.Create.MAP_NAME.getString(seen);
            }
            case BPF_PROG_LOAD -> {
                put(fields, "prog_type", ProgAttr.Load.PROG_TYPE.get(attr));
                put(fields, "insn_cnt", ProgAttr.Load.INSN_CNT.get(attr));
                put(fields, "log_level", ProgAttr.Load.LOG_LEVEL.get(attr));
                put(fields, "log_size", ProgAttr.Load.LOG_SIZE.get(attr));
                put(fields, "prog_flags", ProgAttr.Load.PROG_FLAGS.get(attr));
                put(fields, "expected_attach_type", ProgAttr.Load.EXPECTED_ATTACH_TYPE.get(attr));
                put(fields, "prog_btf_fd", ProgAttr.Load.PROG_BTF_FD.get(attr));
                put(fields, "func_info_cnt", ProgAttr.Load.FUNC_INFO_CNT.get(attr));
                put(fields, "line_info_cnt", ProgAttr.Load.LINE_INFO_CNT.get(attr));
                put(fields, "attach_btf_id", ProgAttr.Load.ATTACH_BTF_ID.get(attr));
                put(fields, "attach_btf_obj_fd", ProgAttr.Load.ATTACH_BTF_OBJ_FD.get(attr));
                boolean token = seen.byteSize() >= ProgAttr.Load.PROG_TOKEN_FD.endBytes();
                put(fields, "token_fd", token ? ProgAttr.Load.PROG_TOKEN_FD.get(attr) : 0);
                yield ProgAttr.Load.PROG_NAME.getString(attr);
            }
            case BPF_BTF_LOAD -> {
                put(fields, "log_level", ObjectAttr.BtfLoad.BTF_LOG_LEVEL.get(attr));
                put(fields, "btf_size", ObjectAttr.BtfLoad.BTF_SIZE.get(attr));
                put(fields, "btf_flags", ObjectAttr.BtfLoad.BTF_FLAGS.get(attr));
                boolean token = seen.byteSize() >= ObjectAttr.BtfLoad.BTF_TOKEN_FD.endBytes();
                put(fields, "token_fd", token ? ObjectAttr.BtfLoad.BTF_TOKEN_FD.get(attr) : 0);
                yield "";
            }
            case BPF_MAP_UPDATE_ELEM, BPF_MAP_DELETE_ELEM, BPF_MAP_FREEZE -> {
                put(fields, "map_fd", MapAttr.Elem.MAP_FD.get(attr));
                yield "";
            }
            case BPF_LINK_CREATE -> {
                put(fields, "prog_fd", LinkAttr.Create.PROG_FD.get(attr));
                put(fields, "target_fd", LinkAttr.Create.TARGET_FD.get(attr));
                put(fields, "attach_type", LinkAttr.Create.ATTACH_TYPE.get(attr));
                put(fields, "flags", LinkAttr.Create.FLAGS.get(attr));
                if (seen.byteSize() == LinkAttr.CreateTracing.STRUCT.sizeBytes()) {
                    fields.put("cookie", LinkAttr.CreateTracing.COOKIE.get(attr));
                }
                yield "";
            }
            case BPF_RAW_TRACEPOINT_OPEN -> {
                put(fields, "prog_fd", ProgAttr.RawTracepoint.PROG_FD.get(attr));
                boolean cookie = seen.byteSize() >= ProgAttr.RawTracepoint.COOKIE.endBytes();
                fields.put("cookie", cookie ? ProgAttr.RawTracepoint.COOKIE.get(attr) : 0);
                long tracepoint = ProgAttr.RawTracepoint.NAME.get(attr);
                yield tracepoint == 0 ? ""
                        : MemorySegment.ofAddress(tracepoint).reinterpret(Short.MAX_VALUE).getString(0);
            }
            case BPF_ITER_CREATE -> {
                put(fields, "link_fd", LinkAttr.IterCreate.LINK_FD.get(attr));
                yield "";
            }
            case BPF_LINK_UPDATE -> {
                put(fields, "link_fd", LinkAttr.Update.LINK_FD.get(attr));
                put(fields, "new_prog_fd", LinkAttr.Update.NEW_PROG_FD.get(attr));
                yield "";
            }
            case BPF_PROG_ATTACH, BPF_PROG_DETACH -> {
                put(fields, "target_fd", ProgAttr.Attach.TARGET_FD.get(attr));
                put(fields, "attach_bpf_fd", ProgAttr.Attach.ATTACH_BPF_FD.get(attr));
                put(fields, "attach_type", ProgAttr.Attach.ATTACH_TYPE.get(attr));
                put(fields, "attach_flags", ProgAttr.Attach.ATTACH_FLAGS.get(attr));
                put(fields, "replace_bpf_fd", ProgAttr.Attach.REPLACE_BPF_FD.get(attr));
                yield "";
            }
            default -> "";
        };
    }

    private static void put(Map<String, Long> fields, String field, int value) {
        fields.put(field, Integer.toUnsignedLong(value));
    }

    private int answer(BpfCommand command, MemorySegment attr, Map<String, Long> fields) {
        switch (command) {
            case BPF_OBJ_GET -> {
                if (!pins.containsKey(path(attr))) {
                    return -Errno.ENOENT.number();
                }
            }
            case BPF_OBJ_GET_INFO_BY_FD -> describe(attr);
            case BPF_BTF_GET_NEXT_ID -> {
                int next = ObjectAttr.GetId.START_ID.get(attr) + 1;
                if (next > modules.size()) {
                    return -Errno.ENOENT.number();
                }
                ObjectAttr.GetId.NEXT_ID.set(attr, next);
            }
            case BPF_BTF_GET_FD_BY_ID -> put(fields, "btf_id", ObjectAttr.GetId.BTF_ID.get(attr));
            default -> { }
        }
        return command.returnsFd() ? nextFd++ : 0;
    }

    private void describe(MemorySegment attr) {
        Call made = open.get(ObjectAttr.Info.BPF_FD.get(attr));
        MemorySegment info = MemorySegment.ofAddress(ObjectAttr.Info.INFO.get(attr))
                .reinterpret(ObjectAttr.Info.INFO_LEN.get(attr));
        if (made.command == BpfCommand.BPF_MAP_CREATE) {
            BpfInfo.Map.TYPE.set(info, (int) made.field("type"));
            BpfInfo.Map.KEY_SIZE.set(info, (int) made.field("key_size"));
            BpfInfo.Map.VALUE_SIZE.set(info, (int) made.field("value_size"));
            BpfInfo.Map.MAX_ENTRIES.set(info, (int) made.field("max_entries"));
            BpfInfo.Map.MAP_FLAGS.set(info, (int) made.field("map_flags"));
            BpfInfo.Map.NAME.setString(info, made.name);
        } else if (made.command == BpfCommand.BPF_BTF_GET_FD_BY_ID) {
            BpfInfo.BtfObject.KERNEL_BTF.set(info, 1);
            write(BpfInfo.BtfObject.NAME.get(info), BpfInfo.BtfObject.NAME_LEN.get(info),
                    modules.get((int) made.field("btf_id") - 1));
        }
    }

    private int refuse(BpfCommand command, MemorySegment attr, Errno errno) {
        if (command == BpfCommand.BPF_PROG_LOAD) {
            write(ProgAttr.Load.LOG_BUF.get(attr), ProgAttr.Load.LOG_SIZE.get(attr), log);
            ProgAttr.Load.LOG_TRUE_SIZE.set(attr, log.length() + 1);
        } else if (command == BpfCommand.BPF_BTF_LOAD) {
            ObjectAttr.BtfLoad.BTF_LOG_TRUE_SIZE.set(attr, 1);
        }
        return -errno.number();
    }

    private static void write(long address, int size, String text) {
        if (size > 0) {
            byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
            MemorySegment.copy(bytes, 0, MemorySegment.ofAddress(address).reinterpret(size), ValueLayout.JAVA_BYTE, 0,
                    Math.min(bytes.length, size));
        }
    }

    private static String path(MemorySegment attr) {
        return MemorySegment.ofAddress(ObjectAttr.Pin.PATHNAME.get(attr)).reinterpret(Short.MAX_VALUE).getString(0);
    }

    @Override
    public String toString() {
        return "a kernel for tests";
    }
}
