package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.elf.Elf;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Completes an object's BTF with what only the ELF file knows, so that the kernel accepts it: sizes and offsets of
 * sections of variables, hidden functions and variables made static, and the externs' two sections turned into
 * something the kernel can check. Ids stay what they are.
 */
final class ObjectTypes {

    static final String KCONFIG = ".kconfig";
    static final String KSYMS = ".ksyms";

    private final ObjectElf elf;
    private final Btf original;
    private final List<Extern> externs;
    private final Map<String, ElfSymbol> hiddenFunctions = new HashMap<>();
    private BtfBuilder builder;

    ObjectTypes(ObjectElf elf, Btf original, List<Extern> externs) {
        this.elf = elf;
        this.original = original;
        this.externs = externs;
        for (ElfSymbol symbol : elf.symbols()) {
            if (symbol.type() == Elf.STT_FUNC && symbol.isGlobal() && symbol.isHidden() && symbol.isDefined()
                    && ObjectElf.isText(elf.file().section(symbol.sectionIndex()))) {
                hiddenFunctions.put(symbol.name(), symbol);
            }
        }
    }

    /** The completed BTF: the original itself where nothing had to change. */
    Btf complete() {
        for (int id = original.firstOwnId(); id < original.typeCount(); id++) {
            if (!mayChange(original.kindNumber(id))) {
                continue;
            }
            BtfType type = original.type(id);
            if (type instanceof BtfType.DataSec section) {
                edit().set(id, switch (section.name()) {
                    case KCONFIG -> kconfigSection(section);
                    case KSYMS -> ksymsSection(section);
                    default -> placed(section);
                });
            } else if (type instanceof BtfType.Func func && func.linkage() == BtfType.Func.GLOBAL
                    && hiddenFunctions.containsKey(func.name())) {
                edit().set(id, new BtfType.Func(func.name(), func.typeId(), BtfType.Func.STATIC));
            }
        }
        return builder == null ? original : builder.build(original.order(), original.name());
    }

    /** Most types are none of these, and making them costs more than all else here. */
    private boolean mayChange(int kind) {
        return kind == BtfKind.BTF_KIND_DATASEC.ordinal()
                || kind == BtfKind.BTF_KIND_FUNC.ordinal() && !hiddenFunctions.isEmpty();
    }

    private BtfBuilder edit() {
        if (builder == null) {
            builder = BtfBuilder.copyOf(original);
        }
        return builder;
    }

    private BtfType.DataSec placed(BtfType.DataSec section) {
        if (section.sizeBytes() != 0) {
            return sorted(section.name(), section.sizeBytes(), new ArrayList<>(section.variables()));
        }
        ElfSection place = elf.file().section(section.name()).filter(s -> s.size() > 0).orElseThrow(
                () -> elf.fail(".BTF", "there are types for section '%s', but no such section with contents"
                        .formatted(section.name())));
        if (place.size() > Integer.MAX_VALUE) {
            throw elf.fail(place.name(), "size 0x%x is more than .BTF can say".formatted(place.size()));
        }
        List<BtfType.SectionVar> variables = new ArrayList<>();
        for (BtfType.SectionVar variable : section.variables()) {
            variables.add(placed(variable, place));
        }
        return sorted(section.name(), place.size(), variables);
    }

    private BtfType.SectionVar placed(BtfType.SectionVar variable, ElfSection place) {
        if (!(original.type(variable.typeId()) instanceof BtfType.Var var)) {
            throw original.fail(variable.typeId(), "in section '" + place.name() + "' but no variable");
        }
        if (var.linkage() == BtfType.Var.STATIC) {
            return variable;
        }
        ElfSymbol symbol = elf.global(var.name()).orElseThrow(() -> elf.fail(place.name(),
                "variable '%s' of .BTF has no symbol".formatted(var.name())));
        if (symbol.value() < 0 || symbol.value() > place.size()
                || variable.sizeBytes() > place.size() - symbol.value()) {
            throw elf.fail(place.name(), "variable '%s' of 0x%x bytes at 0x%x runs past the end at 0x%x"
                    .formatted(var.name(), variable.sizeBytes(), symbol.value(), place.size()));
        }
        if (symbol.isHidden()) {
            edit().set(variable.typeId(), new BtfType.Var(var.name(), var.typeId(), BtfType.Var.STATIC));
        }
        return new BtfType.SectionVar(variable.typeId(), symbol.value(), variable.sizeBytes());
    }

    private BtfType.DataSec kconfigSection(BtfType.DataSec section) {
        Map<String, Extern.Kconfig> options = new HashMap<>();
        externs.stream().filter(Extern.Kconfig.class::isInstance).map(Extern.Kconfig.class::cast)
                .forEach(option -> options.putIfAbsent(option.name(), option));
        List<BtfType.SectionVar> variables = new ArrayList<>();
        long size = 0;
        for (BtfType.SectionVar variable : section.variables()) {
            String name = original.nameOf(variable.typeId());
            Extern.Kconfig extern = options.get(name);
            if (extern == null || !(original.type(variable.typeId()) instanceof BtfType.Var var)) {
                throw elf.fail(KCONFIG, "extern '%s' of .BTF has no undefined symbol".formatted(name));
            }
            edit().set(variable.typeId(), new BtfType.Var(name, var.typeId(), BtfType.Var.GLOBAL));
            variables.add(new BtfType.SectionVar(variable.typeId(), extern.offsetBytes(), variable.sizeBytes()));
            size = Math.max(size, extern.offsetBytes() + extern.sizeBytes());
        }
        return sorted(section.name(), size, variables);
    }

    /** The kernel accepts only variables of known size here, so each extern stands as a 4-byte integer. */
    private BtfType.DataSec ksymsSection(BtfType.DataSec section) {
        int intId = 0;
        for (int id = original.firstOwnId(); id < original.typeCount() && intId == 0; id++) {
            if (original.kindNumber(id) == BtfKind.BTF_KIND_INT.ordinal()
                    && original.type(id) instanceof BtfType.Int t && t.bits() == 32) {
                intId = id;
            }
        }
        if (intId == 0) {
            intId = edit().add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        }
        int placeholder = 0;
        List<BtfType.SectionVar> variables = new ArrayList<>();
        int offset = 0;
        for (BtfType.SectionVar variable : section.variables()) {
            int typeId = variable.typeId();
            switch (original.type(typeId)) {
                case BtfType.Func func -> {
                    if (placeholder == 0) {
                        placeholder = edit().add(new BtfType.Var("bpf4j_kfunc", intId, BtfType.Var.GLOBAL));
                    }
                    edit().set(typeId, new BtfType.Func(func.name(), func.typeId(), BtfType.Func.GLOBAL));
                    nameParameters(func);
                    typeId = placeholder;
                }
                case BtfType.Var var -> edit().set(typeId, new BtfType.Var(var.name(), intId, BtfType.Var.GLOBAL));
                default -> throw original.fail(typeId, "in section .ksyms but neither variable nor function");
            }
            variables.add(new BtfType.SectionVar(typeId, offset, 4));
            offset += 4;
        }
        return new BtfType.DataSec(section.name(), offset, variables);
    }

    /** A function that is not extern must have named parameters; prototypes of kfuncs often have none. */
    private void nameParameters(BtfType.Func func) {
        BtfType.FuncProto proto = (BtfType.FuncProto) original.type(func.typeId());
        edit().set(func.typeId(), new BtfType.FuncProto(proto.returnTypeId(), proto.params().stream()
                .map(p -> p.name().isEmpty() && p.typeId() != 0 ? new BtfType.Param("arg", p.typeId()) : p).toList()));
    }

    private static BtfType.DataSec sorted(String name, long size, List<BtfType.SectionVar> variables) {
        variables.sort((a, b) -> Long.compare(a.offsetBytes(), b.offsetBytes()));
        return new BtfType.DataSec(name, size, variables);
    }
}
