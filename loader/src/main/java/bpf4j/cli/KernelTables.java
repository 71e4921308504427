package bpf4j.cli;

import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.MapInfo;
import bpf4j.kernel.ProgramInfo;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import java.util.Locale;

/** What the kernel says of a loaded object, as tables; types are called as bpftool calls them. */
final class KernelTables {

    private KernelTables() {
    }

    static Table programs(LoadedObject object) {
        Table table = new Table("ID", "PROGRAM", "TYPE", "SECTION", "TAG");
        for (LoadedProgram program : object.programs()) {
            ProgramInfo info = program.info();
            table.row(Integer.toUnsignedLong(info.id()), program.name(), programType(info.type()),
                    program.spec().orElseThrow().section(), info.tag());
        }
        return table;
    }

    static Table maps(LoadedObject object) {
        Table table = new Table("ID", "MAP", "TYPE", "KEY", "VALUE", "ENTRIES");
        for (LoadedMap map : object.maps()) {
            MapInfo info = map.info();
            table.row(Integer.toUnsignedLong(info.id()), map.name(), mapType(info.type()),
                    Integer.toUnsignedLong(info.keySize()), Integer.toUnsignedLong(info.valueSize()),
                    Integer.toUnsignedLong(info.maxEntries()));
        }
        return table;
    }

    static String programType(int type) {
        return shortened(ProgramType.nameOf(type), "BPF_PROG_TYPE_");
    }

    static String mapType(int type) {
        return shortened(MapType.nameOf(type), "BPF_MAP_TYPE_");
    }

    static String shortened(String constant, String prefix) {
        return constant.startsWith(prefix) ? constant.substring(prefix.length()).toLowerCase(Locale.ROOT) : constant;
    }
}
