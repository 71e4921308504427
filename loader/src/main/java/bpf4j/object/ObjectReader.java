package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfExt;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/** Reads an object in the order in which its parts depend on each other. */
final class ObjectReader {

    /** What the kernel keeps of a license string. */
    private static final int MAX_LICENSE = 127;
    private static final int MAX_OBJECT_NAME = 15;

    private final ObjectElf elf;
    private final List<ElfSection> relocationSections;
    private final List<SectionDefinition> sections;

    private ObjectReader(ElfFile file, List<SectionDefinition> sections) {
        this.sections = List.copyOf(sections);
        this.elf = new ObjectElf(file.requireBpfObject());
        this.relocationSections = file.sections().stream().filter(ElfSection::isRelocations).toList();
    }

    static BpfObject read(ElfFile file, List<SectionDefinition> sections) {
        return new ObjectReader(file, sections).read();
    }

    private BpfObject read() {
        String name = objectName(elf.file().name());
        Optional<Btf> raw = section(".BTF").map(s -> Btf.parse(s.data(), elf.file().name() + ": .BTF"));
        Optional<BtfExt> ext = raw.flatMap(btf -> section(".BTF.ext").map(s -> BtfExt.parse(s.data(), btf)));
        List<Extern> externs = raw.map(btf -> ExternReader.read(elf, btf)).orElse(List.of());
        Optional<Btf> btf = raw.map(b -> new ObjectTypes(elf, b, externs).complete());
        List<BpfFunction> plain = new FunctionReader(elf, ext).read();
        List<MapSpec> maps = maps(name, btf, externs, plain);
        List<BpfFunction> functions = new ReferenceReader(elf, plain, maps, externs).read(changing(ObjectElf::isCode));
        List<ProgramSpec> programs = functions.stream()
                .filter(f -> elf.file().section(f.section()).filter(s -> !ObjectElf.isText(s)).isPresent())
                .map(f -> program(f, sections)).toList();
        requireDifferentNames("program", programs.stream().map(ProgramSpec::name).toList());
        return new BpfObject(name, elf.file().order(), license(), version(), btf, ext, functions, programs, maps,
                externs);
    }

    private List<MapSpec> maps(String name, Optional<Btf> btf, List<Extern> externs, List<BpfFunction> functions) {
        List<MapSpec> maps = new ArrayList<>(LegacyMaps.read(elf));
        if (elf.file().section(MapDefinitions.SECTION).isPresent()) {
            MapDefinitions definitions = new MapDefinitions(elf, require(btf, MapDefinitions.SECTION));
            maps.addAll(
                    definitions.withSlots(definitions.read(), changing(s -> s.name().equals(MapDefinitions.SECTION))));
        }
        DataSections dataSections = new DataSections(elf, name);
        maps.addAll(dataSections.read(btf));
        List<Extern.Kconfig> options = externs.stream().filter(Extern.Kconfig.class::isInstance)
                .map(Extern.Kconfig.class::cast).toList();
        if (!options.isEmpty()) {
            maps.add(dataSections.kconfig(options, btf.orElseThrow()));
        }
        for (ElfSection section : elf.file().sections()) {
            if (StructOpsVariables.isStructOps(section) && section.size() > 0) {
                maps.addAll(new StructOpsVariables(elf, require(btf, section.name()), functions, sections)
                        .read(section, changing(s -> s == section)));
            }
        }
        requireDifferentNames("map", maps.stream().map(MapSpec::name).toList());
        return ArenaSection.place(elf, maps);
    }

    private void requireDifferentNames(String what, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw elf.fail(what + " '" + name + "'", "there are two of that name");
            }
        }
    }

    private Btf require(Optional<Btf> btf, String section) {
        return btf.orElseThrow(
                () -> elf.fail(section, "the object has no .BTF, which describes this section: compile with -g"));
    }

    private List<ElfSection> changing(Predicate<ElfSection> target) {
        return relocationSections.stream()
                .filter(r -> r.info() > 0 && r.info() < elf.file().sections().size()
                        && target.test(elf.file().section(r.info()))).toList();
    }

    private Optional<ElfSection> section(String name) {
        return elf.file().section(name).filter(s -> s.data().byteSize() > 0);
    }

    private String license() {
        return section("license").map(s -> {
            MemorySegment data = s.data();
            int length = 0;
            while (length < Math.min(MAX_LICENSE, data.byteSize()) && data.get(ValueLayout.JAVA_BYTE, length) != 0) {
                length++;
            }
            return new String(data.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }).orElse("");
    }

    private OptionalInt version() {
        return section("version").filter(s -> s.data().byteSize() == 4).map(s -> OptionalInt.of(
                s.data().get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(elf.file().order()), 0)))
                .orElse(OptionalInt.empty());
    }

    /** The program that begins at a function, by the name of the function's section; the caller's own names first. */
    static ProgramSpec program(BpfFunction function, List<SectionDefinition> sections) {
        boolean optional = function.section().startsWith("?");
        String section = optional ? function.section().substring(1) : function.section();
        Optional<SectionDefinition> definition = SectionDefinitions.find(section, sections);
        Optional<String> target = definition.filter(SectionDefinition::takesTarget)
                .map(d -> section.substring(d.name().length())).filter(t -> t.length() > 1).map(t -> t.substring(1));
        return new ProgramSpec(function, definition,
                definition.map(SectionDefinition::programType).orElse(ProgramType.BPF_PROG_TYPE_UNSPEC),
                definition.flatMap(SectionDefinition::attachType), target, !optional);
    }

    private static String objectName(String fileName) {
        int dot = fileName.indexOf('.');
        String name = dot >= 0 ? fileName.substring(0, dot) : fileName;
        return name.substring(0, Math.min(MAX_OBJECT_NAME, name.length()));
    }
}
