package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.elf.Elf;
import bpf4j.elf.ElfSymbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects the undefined symbols that have a type in {@code .kconfig} or {@code .ksyms}, and lays out the former. */
final class ExternReader {

    /** Where an extern was found in BTF. */
    private record Declared(int typeId, String section) {
    }

    /** For all values together: far more than any kernel's configuration, since a small file can ask for gigabytes. */
    private static final int MAX_KCONFIG_BYTES = 1 << 20;

    private ExternReader() {
    }

    /** Configuration values come first, in the order of their map; then kernel symbols in symbol order. */
    static List<Extern> read(ObjectElf elf, Btf btf) {
        Map<String, Declared> declared = declared(btf);
        List<Extern.Kconfig> options = new ArrayList<>();
        List<Extern> symbols = new ArrayList<>();
        for (ElfSymbol symbol : elf.symbols()) {
            if (symbol.sectionIndex() != Elf.SHN_UNDEF || !symbol.isGlobal() || symbol.type() != Elf.STT_NOTYPE
                    || symbol.name().isEmpty()) {
                continue;
            }
            Declared found = declared.get(symbol.name());
            if (found == null) {
                throw elf.fail("extern '" + symbol.name() + "'",
                        "it has no type in section .kconfig or .ksyms of .BTF");
            }
            switch (btf.type(found.typeId)) {
                case BtfType.Var var when found.section.equals(ObjectTypes.KCONFIG) -> options.add(new Extern.Kconfig(
                        symbol.name(), symbol.isWeak(), var.typeId(), 0, size(elf, btf, symbol, var.typeId())));
                case BtfType.Var var -> symbols.add(
                        new Extern.Ksym(symbol.name(), symbol.isWeak(), btf.strip(var.typeId())));
                case BtfType.Func _ when found.section.equals(ObjectTypes.KCONFIG) -> throw elf.fail(
                        "extern '" + symbol.name() + "'", "a function cannot be a configuration value");
                case BtfType.Func _ -> symbols.add(new Extern.Kfunc(symbol.name(), symbol.isWeak(), found.typeId));
                default -> throw btf.fail(found.typeId, "in " + found.section + " but neither variable nor function");
            }
        }
        List<Extern> result = new ArrayList<>(placed(options, elf, btf));
        result.addAll(symbols);
        return result;
    }

    private static int size(ObjectElf elf, Btf btf, ElfSymbol symbol, int typeId) {
        long size = btf.sizeBytes(typeId);
        if (size > MAX_KCONFIG_BYTES) {
            throw elf.fail("extern '" + symbol.name() + "'", "0x%x bytes are no value of an option".formatted(size));
        }
        return (int) size;
    }

    private static Map<String, Declared> declared(Btf btf) {
        Map<String, Declared> result = new HashMap<>();
        for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
            if (btf.kindNumber(id) == BtfKind.BTF_KIND_DATASEC.ordinal()
                    && btf.type(id) instanceof BtfType.DataSec section
                    && (section.name().equals(ObjectTypes.KCONFIG) || section.name().equals(ObjectTypes.KSYMS))) {
                section.variables().forEach(v -> result.putIfAbsent(btf.nameOf(v.typeId()),
                        new Declared(v.typeId(), section.name())));
            }
        }
        return result;
    }

    /** Largest alignment first, so that no padding is needed but at the end of small ones. */
    private static List<Extern.Kconfig> placed(List<Extern.Kconfig> options, ObjectElf elf, Btf btf) {
        if (options.isEmpty()) {
            return options;
        }
        List<Extern.Kconfig> sorted = new ArrayList<>(options);
        sorted.sort(Comparator.comparingInt((Extern.Kconfig e) -> -alignment(btf, e.typeId()))
                .thenComparingInt(Extern.Kconfig::sizeBytes).thenComparing(Extern.Kconfig::name));
        int offset = 0;
        for (int i = 0; i < sorted.size(); i++) {
            Extern.Kconfig option = sorted.get(i);
            int alignment = alignment(btf, option.typeId());
            offset = offset + alignment - 1 & -alignment;
            sorted.set(i,
                    new Extern.Kconfig(option.name(), option.weak(), option.typeId(), offset, option.sizeBytes()));
            offset += option.sizeBytes();
            if (offset > MAX_KCONFIG_BYTES) {
                throw elf.fail("extern '" + option.name() + "'", "all configuration values are more than 0x%x bytes"
                        .formatted(MAX_KCONFIG_BYTES));
            }
        }
        return sorted;
    }

    /** Where a variable of a type may stand: on a multiple of this. */
    static int alignment(Btf btf, int typeId) {
        int at = btf.strip(typeId);
        while (btf.type(at) instanceof BtfType.Array array) {
            at = btf.strip(array.elementTypeId());
        }
        long size = btf.sizeBytes(at);
        return size >= 1 && size <= 8 ? Integer.highestOneBit((int) size) : 8;
    }
}
