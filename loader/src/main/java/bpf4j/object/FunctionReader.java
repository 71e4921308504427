package bpf4j.object;

import bpf4j.btf.BtfExt;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.FuncInfo;
import bpf4j.btf.LineInfo;
import bpf4j.elf.Elf;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.insn.Insn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Cuts code sections into functions, each with its own instructions and its share of the {@code .BTF.ext} records. */
final class FunctionReader {

    private final ObjectElf elf;
    private final Optional<BtfExt> ext;

    FunctionReader(ObjectElf elf, Optional<BtfExt> ext) {
        this.elf = elf;
        this.ext = ext;
    }

    /** All functions by section and offset, which is the order in which libbpf loads programs. */
    List<BpfFunction> read() {
        List<BpfFunction> functions = new ArrayList<>();
        for (ElfSection section : elf.file().sections()) {
            if (ObjectElf.isCode(section)) {
                readSection(section, functions);
            }
        }
        return functions;
    }

    private void readSection(ElfSection section, List<BpfFunction> functions) {
        if (section.size() % 8 != 0) {
            throw elf.fail(section.name(), "size 0x%x is no multiple of an instruction".formatted(section.size()));
        }
        long[] code = Insn.decode(section.data(), elf.file().order());
        List<ElfSymbol> symbols = elf.symbolsOf(section).stream().filter(s -> s.type() == Elf.STT_FUNC)
                .sorted((a, b) -> Long.compare(a.value(), b.value())).toList();
        Records<FuncInfo> funcInfo = records(section, BtfExt::funcInfo, FuncInfo::insnOffsetBytes);
        Records<LineInfo> lineInfo = records(section, BtfExt::lineInfo, LineInfo::insnOffsetBytes);
        Records<CoreRelocation> core = records(section, BtfExt::coreRelocations, CoreRelocation::insnOffsetBytes);
        long end = 0;
        for (ElfSymbol symbol : symbols) {
            check(section, symbol, end);
            end = symbol.value() + symbol.size();
            int first = (int) (symbol.value() / 8);
            functions.add(new BpfFunction(symbol.name(), section.name(), first,
                    Arrays.copyOfRange(code, first, (int) (end / 8)), symbol.isGlobal(), symbol.isWeak(),
                    symbol.isHidden(), List.of(), funcInfo.between(symbol.value(), symbol.value() + 8),
                    lineInfo.between(symbol.value(), end), core.between(symbol.value(), end)));
        }
    }

    private void check(ElfSection section, ElfSymbol symbol, long previousEnd) {
        String place = "function '" + symbol.name() + "'";
        if (symbol.value() % 8 != 0 || symbol.size() % 8 != 0 || symbol.size() == 0) {
            throw elf.fail(place, "0x%x bytes at 0x%x of %s are no whole instructions"
                    .formatted(symbol.size(), symbol.value(), section.name()));
        }
        if (symbol.value() < 0 || symbol.size() < 0 || symbol.value() > section.size()
                || symbol.size() > section.size() - symbol.value()) {
            throw elf.fail(place, "0x%x bytes at 0x%x run past the end of %s at 0x%x"
                    .formatted(symbol.size(), symbol.value(), section.name(), section.size()));
        }
        if (symbol.value() < previousEnd) {
            throw elf.fail(place, "starts at 0x%x of %s, inside the function before it"
                    .formatted(symbol.value(), section.name()));
        }
        if (!symbol.isGlobal() && !ObjectElf.isText(section)) {
            throw elf.fail(place, "a static function outside .text is no program and no subprogram");
        }
    }

    private <T> Records<T> records(ElfSection section,
            Function<BtfExt, Map<String, List<T>>> part, ToLongFunction<T> offset) {
        List<T> list = ext.map(part).map(m -> m.get(section.name())).orElse(List.of());
        boolean ascending = true;
        long previous = 0;
        for (T item : list) {
            long at = offset.applyAsLong(item);
            if (at % 8 != 0) {
                throw elf.fail(".BTF.ext", "offset 0x%x of section %s is inside an instruction"
                        .formatted(at, section.name()));
            }
            ascending &= at >= previous;
            previous = at;
        }
        return new Records<>(ascending ? list : list.stream()
                .sorted((a, b) -> Long.compare(offset.applyAsLong(a), offset.applyAsLong(b))).toList(), offset);
    }

    /** Records of one section, ascending; records of functions that the linker dropped simply belong to nobody. */
    private record Records<T>(List<T> list, ToLongFunction<T> offset) {

        List<T> between(long from, long to) {
            return list.subList(lowerBound(from), lowerBound(to));
        }

        private int lowerBound(long value) {
            int low = 0;
            int high = list.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (offset.applyAsLong(list.get(middle)) < value) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
