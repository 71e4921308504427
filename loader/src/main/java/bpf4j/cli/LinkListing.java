package bpf4j.cli;

import bpf4j.link.LinkInfo;
import bpf4j.link.LinkInfo.Details;
import bpf4j.link.LinkInfo.Details.Iterator.Scope;
import bpf4j.link.LinkType;
import bpf4j.object.AttachType;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigInteger;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Links of a list: what each attaches to, as fields with bpftool's names. */
final class LinkListing {

    private LinkListing() {
    }

    /** A number in JSON, as bpftool has it, that people read in hexadecimal. */
    private record Address(long value) {
    }

    static Table table(List<LinkInfo> links) {
        Table table = new Table("ID", "TYPE", "PROG", "TO");
        for (LinkInfo link : links) {
            table.row(link.id(), type(link), link.programId() == 0 ? "-" : Integer.toString(link.programId()),
                    fields(link.details()).entrySet().stream()
                            .map(field -> field.getKey() + " " + text(field.getValue()))
                            .collect(Collectors.joining("  ")));
        }
        return table;
    }

    static void write(LinkInfo link, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", link.id());
        JsonText.type(json, type(link));
        if (!(link.details() instanceof Details.StructOps)) {
            json.writeNumberField("prog_id", link.programId());
        }
        for (Map.Entry<String, Object> field : fields(link.details()).entrySet()) {
            json.writeFieldName(field.getKey());
            write(json, field.getValue());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        switch (value) {
            case Integer number -> json.writeNumber(Integer.toUnsignedLong(number));
            case Long number -> json.writeNumber(Long.toUnsignedString(number));
            case BigInteger signed -> json.writeNumber(signed);
            case Address(long address) -> json.writeNumber(Long.toUnsignedString(address));
            case Boolean bool -> json.writeBoolean(bool);
            case List<?> items -> {
                json.writeStartArray();
                for (Object item : items) {
                    write(json, item);
                }
                json.writeEndArray();
            }
            default -> json.writeString(value.toString());
        }
    }

    private static String text(Object value) {
        return switch (value) {
            case Integer number -> Integer.toUnsignedString(number);
            case Long number -> Long.toUnsignedString(number);
            case Address(long address) -> "0x%x".formatted(address);
            case List<?> items -> items.stream().map(LinkListing::text).collect(Collectors.joining(","));
            default -> value.toString();
        };
    }

    private static String type(LinkInfo link) {
        return KernelTables.shortened(LinkType.nameOf(link.typeNumber()), "BPF_LINK_TYPE_");
    }

    /** What there is to say of a link, with bpftool's names, or the kernel's where bpftool has none. */
    private static Map<String, Object> fields(Details details) {
        Map<String, Object> fields = new LinkedHashMap<>();
        switch (details) {
            case Details.RawTracepoint(String name, long cookie) -> {
                fields.put("tp_name", name);
                cookie(fields, cookie);
            }
            case Details.Tracing(var attachType, int objectId, int typeId, long cookie) -> {
                attachType(fields, attachType);
                if (objectId != 0) {
                    fields.put("target_obj_id", objectId);
                    fields.put("target_btf_id", typeId);
                }
                cookie(fields, cookie);
            }
            case Details.Cgroup(long cgroupId, var attachType) -> {
                fields.put("cgroup_id", cgroupId);
                attachType(fields, attachType);
            }
            case Details.Iterator(String target, Scope scope) -> {
                fields.put("target_name", target);
                scope(fields, scope);
            }
            case Details.NetworkNamespace(int inode, var attachType) -> {
                fields.put("netns_ino", inode);
                attachType(fields, attachType);
            }
            case Details.Xdp(int device) -> device(fields, device);
            case Details.StructOps(int mapId) -> fields.put("map_id", mapId);
            case Details.Netfilter(int family, int hook, int priority, int flags) -> {
                fields.put("pf", family);
                fields.put("hook", hook);
                fields.put("prio", BigInteger.valueOf(priority));
                fields.put("flags", flags);
            }
            case Details.KprobeMulti(int flags, long missed, List<Long> addresses, var cookies) -> {
                fields.put("retprobe", (flags & 1) != 0);
                fields.put("func_cnt", addresses.size());
                fields.put("missed", missed);
                fields.put("addrs", hex(addresses));
                cookies(fields, cookies);
            }
            case Details.UprobeMulti(String path, List<Long> offsets, var semaphores, var cookies, int flags,
                    int pid) -> {
                fields.put("path", path);
                fields.put("retprobe", (flags & 1) != 0);
                fields.put("pid", pid);
                fields.put("offsets", hex(offsets));
                if (semaphores.stream().anyMatch(s -> s != 0)) {
                    fields.put("ref_ctr_offsets", hex(semaphores));
                }
                cookies(fields, cookies);
            }
            case Details.Uprobe(String path, long offset, boolean onReturn, long counter, long cookie) -> {
                fields.put("retprobe", onReturn);
                fields.put("file", path);
                fields.put("offset", offset);
                if (counter != 0) {
                    fields.put("ref_ctr_offset", counter);
                }
                cookie(fields, cookie);
            }
            case Details.Kprobe(String function, long offset, long address, long missed, boolean onReturn,
                    long cookie) -> {
                fields.put("retprobe", onReturn);
                fields.put("addr", new Address(address));
                fields.put("func", function);
                fields.put("offset", offset);
                fields.put("missed", missed);
                cookie(fields, cookie);
            }
            case Details.Tracepoint(String name, long cookie) -> {
                fields.put("tracepoint", name);
                cookie(fields, cookie);
            }
            case Details.PerfEvent(int type, long config, long cookie) -> {
                fields.put("event_type", type);
                fields.put("event_config", config);
                cookie(fields, cookie);
            }
            case Details.Tcx(int device, var attachType) -> {
                device(fields, device);
                attachType(fields, attachType);
            }
            case Details.Netkit(int device, var attachType) -> {
                device(fields, device);
                attachType(fields, attachType);
            }
            case Details.Sockmap(int mapId, var attachType) -> {
                fields.put("map_id", mapId);
                attachType(fields, attachType);
            }
            case Details.Unknown() -> { }
        }
        return fields;
    }

    private static void scope(Map<String, Object> fields, Scope scope) {
        switch (scope) {
            case Scope.Everything() -> { }
            case Scope.OneMap(int mapId) -> fields.put("map_id", mapId);
            case Scope.Cgroups(long cgroupId, var order) -> {
                fields.put("cgroup_id", cgroupId);
                order.ifPresent(o -> fields.put("order", o.name().toLowerCase(Locale.ROOT)));
            }
            case Scope.OneTask(int tid, int pid) -> {
                if (tid != 0) {
                    fields.put("tid", tid);
                } else {
                    fields.put("pid", pid);
                }
            }
        }
    }

    private static void attachType(Map<String, Object> fields, Optional<AttachType> type) {
        type.ifPresent(t -> fields.put("attach_type", KernelTables.shortened(t.name(), "BPF_")));
    }

    private static void cookie(Map<String, Object> fields, long cookie) {
        if (cookie != 0) {
            fields.put("cookie", cookie);
        }
    }

    private static void cookies(Map<String, Object> fields, List<Long> cookies) {
        if (!cookies.isEmpty()) {
            fields.put("cookies", cookies);
        }
    }

    private static List<String> hex(List<Long> numbers) {
        return numbers.stream().map("0x%x"::formatted).toList();
    }

    private static void device(Map<String, Object> fields, int index) {
        try {
            NetworkInterface device = index == 0 ? null : NetworkInterface.getByIndex(index);
            if (device != null) {
                fields.put("devname", device.getName());
            }
        } catch (SocketException _) {
            // The number has to do.
        }
        fields.put("ifindex", index);
    }
}
