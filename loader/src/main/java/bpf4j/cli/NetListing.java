package bpf4j.cli;

import bpf4j.link.NetInterface;
import bpf4j.link.XdpMode;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The programs of network interfaces.
 *
 * @param xdp XDP programs
 * @param tc tc programs
 * @param flowDissectors ids of the programs that dissect flows
 */
record NetListing(List<Xdp> xdp, List<Tc> tc, List<Integer> flowDissectors) {

    /** An XDP program. */
    record Xdp(NetInterface device, XdpMode mode, String name, int programId) {

        /** {@return bpftool's word for the mode} */
        String modeWord() {
            return mode == XdpMode.NATIVE ? "driver" : mode.toString();
        }
    }

    /**
     * A tc program.
     *
     * @param kind how it is attached and for which direction, as {@code tcx/ingress}
     * @param linkId the link that it is attached by, 0 for none
     */
    record Tc(NetInterface device, String kind, String name, int programId, int linkId) {
    }

    void print(Console console) {
        Table table = new Table("DEVICE", "HOOK", "PROG", "NAME", "LINK");
        for (Xdp each : xdp) {
            table.row(each.device.name(), "xdp/" + each.modeWord(), each.programId, orNone(each.name), "-");
        }
        for (Tc each : tc) {
            table.row(each.device.name(), each.kind, each.programId, orNone(each.name),
                    each.linkId == 0 ? "-" : Integer.toString(each.linkId));
        }
        for (int id : flowDissectors) {
            table.row("-", "flow_dissector", id, "-", "-");
        }
        if (!table.isEmpty()) {
            console.print(table);
        }
    }

    private static String orNone(String name) {
        return name.isEmpty() ? "-" : name;
    }

    /** Writes bpftool's fields, those of its later versions for tcx and netkit. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartArray();
        json.writeStartObject();
        json.writeArrayFieldStart("xdp");
        Map<NetInterface, List<Xdp>> byDevice = new LinkedHashMap<>();
        xdp.forEach(each -> byDevice.computeIfAbsent(each.device, _ -> new ArrayList<>()).add(each));
        for (Map.Entry<NetInterface, List<Xdp>> each : byDevice.entrySet()) {
            write(json, each.getKey(), each.getValue());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("tc");
        for (Tc each : tc) {
            json.writeStartObject();
            device(json, each.device);
            json.writeStringField("kind", each.kind);
            json.writeStringField("name", each.name);
            if (each.kind.startsWith("clsact/")) {
                json.writeNumberField("id", each.programId);
            } else {
                json.writeNumberField("prog_id", each.programId);
                if (each.linkId != 0) {
                    json.writeNumberField("link_id", each.linkId);
                }
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("flow_dissector");
        for (int id : flowDissectors) {
            json.writeStartObject();
            json.writeNumberField("id", id);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, NetInterface device, List<Xdp> programs) throws IOException {
        json.writeStartObject();
        device(json, device);
        if (programs.size() == 1) {
            program(json, programs.getFirst());
        } else {
            json.writeArrayFieldStart("multi_attachments");
            for (Xdp each : programs) {
                json.writeStartObject();
                program(json, each);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void program(JsonGenerator json, Xdp xdp) throws IOException {
        json.writeStringField("mode", xdp.modeWord());
        json.writeNumberField("id", xdp.programId);
    }

    private static void device(JsonGenerator json, NetInterface device) throws IOException {
        json.writeStringField("devname", device.name());
        json.writeNumberField("ifindex", device.index());
    }
}
