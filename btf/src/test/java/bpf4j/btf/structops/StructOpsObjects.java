package bpf4j.btf.structops;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.elf.Relocation;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads struct_ops variables out of compiled objects, as far as tests of matching need it. */
final class StructOpsObjects {

    private StructOpsObjects() {
    }

    static List<LocalStructOps> fixture(String name, ByteOrder order) throws IOException {
        String suffix = order == ByteOrder.LITTLE_ENDIAN ? "-el.o" : "-eb.o";
        return variables(Fixtures.object("struct_ops_" + name + suffix));
    }

    /** The variables of an object, whose names, places and programs its symbols and relocations tell. */
    static List<LocalStructOps> variables(Path object) throws IOException {
        ElfFile elf = ElfFile.read(object);
        Btf btf = Btf.parse(elf.section(".BTF").orElseThrow().data(), ".BTF");
        List<LocalStructOps> variables = new ArrayList<>();
        for (ElfSection section : elf.sections()) {
            if (section.isRelocations() || !section.name().matches("\\??\\.struct_ops(\\.link)?")) {
                continue;
            }
            int dataSec = btf.find(section.name(), BtfKind.BTF_KIND_DATASEC).orElseThrow();
            for (BtfType.SectionVar v : ((BtfType.DataSec) btf.type(dataSec)).variables()) {
                ElfSymbol symbol = elf.symbols().stream().filter(s -> s.name().equals(btf.nameOf(v.typeId())))
                        .findFirst().orElseThrow();
                LocalStructOps local = LocalStructOps.of(btf, v.typeId(), section.data(), symbol.value());
                for (ElfSection relocations : elf.sections()) {
                    if (relocations.isRelocations() && relocations.info() == section.index()) {
                        for (Relocation r : elf.relocations(relocations)) {
                            if (r.offset() >= symbol.value() && r.offset() < symbol.value() + symbol.size()) {
                                local = local.withDeclaredProgram(r.offset() - symbol.value(),
                                        elf.symbols().get(r.symbolIndex()).name());
                            }
                        }
                    }
                }
                variables.add(local);
            }
        }
        return variables;
    }
}
