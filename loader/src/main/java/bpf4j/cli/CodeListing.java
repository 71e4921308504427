package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.core.AccessSpec;
import bpf4j.insn.Disassembler;
import bpf4j.insn.Insn;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.Reference;
import bpf4j.reloc.SourceLine;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Prints functions: instructions with names, C lines above them, and what CO-RE will change behind them. */
final class CodeListing {

    private final BpfObject object;
    private final VariableNames variables;
    private final PrintStream out;

    CodeListing(BpfObject object, PrintStream out) {
        this.object = object;
        this.variables = new VariableNames(object);
        this.out = out;
    }

    void print(BpfFunction function) {
        long[] slots = function.slots();
        Map<Integer, String> names = names(function, slots);
        Map<Integer, String> relocations = relocations(function);
        SourceLines lines = new SourceLines(object, function);
        out.println("%s (%s, %d slots):".formatted(function.name(), function.section(), slots.length));
        String shown = "";
        Disassembler disassembler = Disassembler.naming(index -> Optional.ofNullable(names.get(index)));
        for (Disassembler.Line line : disassembler.lines(slots)) {
            String source = lines.beginningAt(line.insnIndex()).map(SourceLine::toString).orElse("");
            if (!source.isEmpty() && !source.equals(shown)) {
                out.println("; " + source);
                shown = source;
            }
            String relocation = relocations.get(line.insnIndex());
            out.println("%5d: %s%s".formatted(line.insnIndex(), line.text(),
                    relocation == null ? "" : "  ; " + relocation));
        }
    }

    private Map<Integer, String> names(BpfFunction function, long[] slots) {
        Map<Integer, String> names = new HashMap<>();
        for (Reference reference : function.references()) {
            names.put(reference.insnIndex(), switch (reference) {
                case Reference.MapReference map -> map.map();
                case Reference.DataReference data -> variables.at(data.map(),
                        data.offsetBytes() + Insn.imm(slots[data.insnIndex()]));
                case Reference.CallReference call -> object.functions().get(call.function()).name();
                case Reference.FunctionReference callback -> object.functions().get(callback.function()).name();
                case Reference.ExternReference extern -> extern.extern();
            });
        }
        return names;
    }

    private Map<Integer, String> relocations(BpfFunction function) {
        Map<Integer, String> texts = new HashMap<>();
        Optional<Btf> btf = object.btf();
        for (CoreRelocation relocation : function.coreRelocations()) {
            texts.merge(SourceLines.insnIndex(function, relocation.insnOffsetBytes()),
                    KernelTables.shortened(relocation.kind().name(), "BPF_CORE_") + " "
                            + AccessSpec.parse(btf.orElseThrow(), relocation).path(), (a, b) -> a + "; " + b);
        }
        return texts;
    }
}
