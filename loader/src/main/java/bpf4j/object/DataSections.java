package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.elf.Elf;
import bpf4j.elf.ElfSection;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Turns {@code .data}, {@code .rodata} and {@code .bss} sections, custom ones included, into array maps under libbpf's
 * names.
 */
final class DataSections {

    /** {@code BPF_OBJ_NAME_LEN} without the terminating NUL. */
    static final int MAX_KERNEL_NAME = 15;
    /** The shortest tail that is kept of the section's name, however long the object's name is. */
    private static final int MIN_SUFFIX = 7;

    private static final String RODATA = ".rodata";

    private final ObjectElf elf;
    private final String objectName;

    DataSections(ObjectElf elf, String objectName) {
        this.elf = elf;
        this.objectName = objectName;
    }

    List<MapSpec> read(Optional<Btf> btf) {
        List<MapSpec> maps = new ArrayList<>();
        List<ElfSection> sections = elf.file().sections().stream().filter(s -> s.size() > 0 && isData(s)).toList();
        SectionTypes types =
                new SectionTypes(btf, sections.stream().map(ElfSection::name).collect(Collectors.toSet()));
        sections.forEach(section -> maps.add(map(section, btf, types.of(section.name()))));
        return maps;
    }

    /** The map of the configuration values, which has no section in the file. */
    MapSpec kconfig(List<Extern.Kconfig> externs, Btf btf) {
        Extern.Kconfig last = externs.getLast();
        return map(".kconfig", last.offsetBytes() + last.sizeBytes(), MapSpec.BPF_F_RDONLY_PROG,
                new MapContents.Kconfig(externs), Optional.of(btf),
                btf.find(ObjectTypes.KCONFIG, BtfKind.BTF_KIND_DATASEC).orElse(0));
    }

    static boolean isData(ElfSection section) {
        boolean stored = section.type() == Elf.SHT_PROGBITS;
        return stored && (named(section, ".data") || named(section, RODATA))
                || section.type() == Elf.SHT_NOBITS && named(section, ".bss");
    }

    /** The kernel's name for a section's map: as much of the object's name as the section's leaves room for. */
    static String kernelName(String objectName, String section) {
        int suffix = Math.min(Math.max(MIN_SUFFIX, section.length()), MAX_KERNEL_NAME);
        String prefix = isCustom(section) ? ""
                : objectName.substring(0, Math.min(MAX_KERNEL_NAME - suffix, objectName.length()));
        String tail = section.substring(0, Math.min(section.length(), suffix));
        return sanitize(prefix + tail);
    }

    /** Keeps the characters that the kernel allows in names. */
    static String sanitize(String name) {
        StringBuilder result = new StringBuilder(name);
        for (int i = 0; i < result.length(); i++) {
            char c = result.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.')) {
                result.setCharAt(i, '_');
            }
        }
        return result.toString();
    }

    private static boolean named(ElfSection section, String name) {
        return named(section.name(), name);
    }

    private static boolean named(String section, String name) {
        return section.equals(name) || section.startsWith(name + ".");
    }

    /** Whether variables of an object that is built in code can stand in a section of this name. */
    static boolean isDataName(String section) {
        return named(section, ".data") || named(section, RODATA) || named(section, ".bss");
    }

    /** The name that programs refer to a section's map by. */
    static String mapName(String objectName, String section) {
        return isCustom(section) ? section : kernelName(objectName, section);
    }

    private static boolean isCustom(String section) {
        return section.indexOf('.', 1) >= 0;
    }

    /** The map of a section of zeros with global variables, of an object that is built in code. */
    static MapSpec built(String objectName, String section, int size, int typeId) {
        boolean readOnly = named(section, RODATA);
        MapContents contents = new MapContents.Data(section, MemorySegment.ofArray(new byte[0]).asReadOnly(), size,
                readOnly);
        return map(objectName, section, size, flags(readOnly) | MapSpec.BPF_F_MMAPABLE, contents, typeId);
    }

    private static int flags(boolean readOnly) {
        return readOnly ? MapSpec.BPF_F_RDONLY_PROG : 0;
    }

    private MapSpec map(ElfSection section, Optional<Btf> btf, int typeId) {
        if (section.size() > Integer.MAX_VALUE) {
            throw elf.fail(section.name(), "size 0x%x is more than a map's value can have".formatted(section.size()));
        }
        boolean readOnly = named(section, RODATA);
        int size = (int) section.size();
        return map(section.name(), size, flags(readOnly),
                new MapContents.Data(section.name(), section.data(), size, readOnly), btf, typeId);
    }

    private MapSpec map(String section, int size, int flags, MapContents contents, Optional<Btf> btf, int typeId) {
        int mmapable = typeId != 0 && hasGlobalVariable(btf.get(), typeId) ? MapSpec.BPF_F_MMAPABLE : 0;
        return map(objectName, section, size, flags | mmapable, contents, typeId);
    }

    private static MapSpec map(String objectName, String section, int size, int flags, MapContents contents,
            int typeId) {
        return new MapSpec(mapName(objectName, section), kernelName(objectName, section),
                MapType.BPF_MAP_TYPE_ARRAY.number(), 4, size, 1, flags, 0, 0, 0, typeId, false,
                Optional.empty(), Optional.empty(), contents, true);
    }

    /** A section of static variables only is nobody else's to see, so its map is not made for mapping. */
    private static boolean hasGlobalVariable(Btf btf, int typeId) {
        return ((BtfType.DataSec) btf.type(typeId)).variables().stream().anyMatch(
                v -> btf.type(v.typeId()) instanceof BtfType.Var var && var.linkage() != BtfType.Var.STATIC);
    }
}
