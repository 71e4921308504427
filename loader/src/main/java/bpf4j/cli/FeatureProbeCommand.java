package bpf4j.cli;

import bpf4j.insn.HelperFunction;
import bpf4j.kernel.FeatureSupport;
import bpf4j.kernel.KernelFeature;
import bpf4j.kernel.KernelFeatures;
import bpf4j.kernel.KernelObjects;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import picocli.CommandLine.Command;

/** {@code feature probe}: what this kernel can do with BPF, found out by trying. */
@Command(name = "probe", header = "Find out what this kernel can do.", description = {
    "Each feature is tried: settings, types of programs and maps, helpers for each type of program, and what loading "
        + "depends on. full also tries the helpers that make the kernel log a warning."},
        customSynopsis = "bpf4j feature probe [-jp] [kernel] [full]",
        footer = {
            "",
            "Examples:",
            "  bpf4j feature probe",
            "  bpf4j feature probe --json | jq .map_types"})
final class FeatureProbeCommand extends KernelCommand {

    private static final Set<String> WARNING_HELPERS = Set.of("bpf_trace_printk", "bpf_trace_vprintk",
            "bpf_probe_write_user");
    /** bpftool's names for features of ours. */
    private static final Map<KernelFeature, String> MISC = new LinkedHashMap<>();

    static {
        MISC.put(KernelFeature.LARGE_INSN_LIMIT, "have_large_insn_limit");
        MISC.put(KernelFeature.BOUNDED_LOOPS, "have_bounded_loops");
        MISC.put(KernelFeature.ISA_V2, "have_v2_isa_extension");
        MISC.put(KernelFeature.ISA_V3, "have_v3_isa_extension");
        MISC.put(KernelFeature.ISA_V4, "have_v4_isa_extension");
    }

    private final KernelFeatures features = KernelFeatures.running();

    FeatureProbeCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        given.take("kernel");
        boolean full = given.take("full");
        given.end();
        // Without privileges every answer would be that nobody can tell.
        objects().programIds().findFirst();
        if (wantsJson()) {
            print(json -> write(json, full));
        } else {
            text(full);
        }
        return ExitStatus.DONE;
    }

    private void write(JsonGenerator json, boolean full) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("system_config");
        for (Map.Entry<String, OptionalLong> sysctl : SystemConfiguration.sysctls().entrySet()) {
            json.writeNumberField(sysctl.getKey(), sysctl.getValue().orElse(-1));
        }
        for (Map.Entry<String, Optional<String>> option : SystemConfiguration.options().entrySet()) {
            json.writeStringField(option.getKey(), option.getValue().orElse(null));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("syscall_config");
        json.writeBooleanField("have_bpf_syscall", true);
        json.writeEndObject();
        json.writeObjectFieldStart("program_types");
        for (ProgramType type : programTypes()) {
            write(json, "have_%s_prog_type".formatted(name(type)), features.ask(type));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("map_types");
        for (MapType type : mapTypes()) {
            write(json, "have_%s_map_type".formatted(name(type)), features.ask(type));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("helpers");
        for (ProgramType type : programTypes()) {
            json.writeArrayFieldStart("%s_available_helpers".formatted(name(type)));
            for (String helper : helpers(type, full)) {
                json.writeString(helper);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeObjectFieldStart("misc");
        for (Map.Entry<KernelFeature, String> misc : MISC.entrySet()) {
            write(json, misc.getValue(), features.ask(misc.getKey()));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("features");
        for (KernelFeature feature : KernelFeature.values()) {
            write(json, feature.name(), features.ask(feature));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, FeatureSupport support) throws IOException {
        switch (support) {
            case SUPPORTED -> json.writeBooleanField(name, true);
            case MISSING -> json.writeBooleanField(name, false);
            case INCONCLUSIVE -> json.writeNullField(name);
        }
    }

    private void text(boolean full) {
        Table settings = new Table("SETTING", "VALUE");
        SystemConfiguration.sysctls().forEach((name, value) ->
                settings.row(name, value.isPresent() ? Long.toString(value.getAsLong()) : "-"));
        SystemConfiguration.options().forEach((name, value) -> settings.row(name, value.orElse("-")));
        console().print(settings);
        section("PROGRAM TYPE", programTypes(), FeatureProbeCommand::name, features::ask);
        section("MAP TYPE", mapTypes(), FeatureProbeCommand::name, features::ask);
        section("FEATURE", List.of(KernelFeature.values()), KernelFeature::text, features::ask);
        for (ProgramType type : programTypes()) {
            List<String> helpers = helpers(type, full);
            if (!helpers.isEmpty()) {
                console().out().println();
                console().out().println(console().heading("  HELPERS OF " + name(type)));
                wrapped(helpers).forEach(console().out()::println);
            }
        }
    }

    private interface Name<T> {
        String of(T item);
    }

    private interface Probe<T> {
        FeatureSupport ask(T item);
    }

    private <T> void section(String title, List<T> items, Name<T> name, Probe<T> probe) {
        int width = Math.max(title.length(), items.stream().mapToInt(i -> name.of(i).length()).max().orElse(0));
        console().out().println();
        console().out().println(console().heading("  %s  SUPPORT".formatted(padded(title, width))));
        for (T item : items) {
            console().out().println("  " + padded(name.of(item), width) + "  " + switch (probe.ask(item)) {
                case SUPPORTED -> console().good("yes");
                case MISSING -> console().bad("no");
                case INCONCLUSIVE -> console().aside("cannot tell");
            });
        }
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    /** As many names a line as the terminal takes, or the usual width where there is none. */
    private List<String> wrapped(List<String> names) {
        int columns = Math.min(console().columns(), 100);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(" ");
        for (String name : names) {
            if (line.length() > 1 && line.length() + 1 + name.length() > columns) {
                lines.add(line.toString());
                line = new StringBuilder(" ");
            }
            line.append(' ').append(name);
        }
        lines.add(line.toString());
        return lines;
    }

    private List<String> helpers(ProgramType type, boolean full) {
        List<String> found = new ArrayList<>();
        if (features.ask(type) == FeatureSupport.SUPPORTED) {
            for (int number = 1; number <= HelperFunction.count(); number++) {
                String name = HelperFunction.name(number).orElseThrow();
                if ((full || !WARNING_HELPERS.contains(name))
                        && features.ask(type, number) == FeatureSupport.SUPPORTED) {
                    found.add(name);
                }
            }
        }
        return found;
    }

    private static List<ProgramType> programTypes() {
        return List.of(ProgramType.values()).subList(1, ProgramType.values().length);
    }

    private static List<MapType> mapTypes() {
        return List.of(MapType.values()).subList(1, MapType.values().length);
    }

    private static String name(ProgramType type) {
        return KernelTables.programType(type.number()).toLowerCase(Locale.ROOT);
    }

    private static String name(MapType type) {
        return KernelTables.mapType(type.number()).toLowerCase(Locale.ROOT);
    }
}
