package bpf4j.object;

import bpf4j.btf.CoreRelocation;
import bpf4j.btf.FuncInfo;
import bpf4j.btf.LineInfo;
import java.util.List;
import java.util.Optional;

/**
 * One function of an object: a program's entry, or a subprogram. Offsets of the BTF records are in bytes from the start
 * of the ELF section, as they stand in the file; {@link Reference} indices count from the start of the function.
 * A function whose {@linkplain BpfObject#withInstructions instructions were changed} still starts where it did in its
 * section, and may reach further. Immutable.
 */
public final class BpfFunction {

    private final String name;
    private final String section;
    private final int sectionInsnIndex;
    private final long[] slots;
    private final boolean global;
    private final boolean weak;
    private final boolean hidden;
    private final List<Reference> references;
    private final List<FuncInfo> funcInfo;
    private final List<LineInfo> lineInfo;
    private final List<CoreRelocation> coreRelocations;

    BpfFunction(String name, String section, int sectionInsnIndex, long[] slots, boolean global, boolean weak,
            boolean hidden, List<Reference> references, List<FuncInfo> funcInfo, List<LineInfo> lineInfo,
            List<CoreRelocation> coreRelocations) {
        this.name = name;
        this.section = section;
        this.sectionInsnIndex = sectionInsnIndex;
        this.slots = slots;
        this.global = global;
        this.weak = weak;
        this.hidden = hidden;
        this.references = List.copyOf(references);
        this.funcInfo = List.copyOf(funcInfo);
        this.lineInfo = List.copyOf(lineInfo);
        this.coreRelocations = List.copyOf(coreRelocations);
    }

    /** {@return the function's name} */
    public String name() {
        return name;
    }

    /** {@return the name of its ELF section} */
    public String section() {
        return section;
    }

    /** {@return where it starts in its section, in 8-byte slots} */
    public int sectionInsnIndex() {
        return sectionInsnIndex;
    }

    /** {@return a copy of its instructions, as {@link bpf4j.insn.Insn} slots} */
    public long[] slots() {
        return slots.clone();
    }

    /** {@return its length in 8-byte slots} */
    public int slotCount() {
        return slots.length;
    }

    /** {@return whether the symbol is visible outside the object; the verifier checks such a subprogram on its own} */
    public boolean isGlobal() {
        return global;
    }

    /** {@return whether the symbol is weak} */
    public boolean isWeak() {
        return weak;
    }

    /** {@return whether the symbol is hidden, so that the verifier treats the subprogram as static} */
    public boolean isHidden() {
        return hidden;
    }

    /** {@return whether it is a subprogram, in {@code .text} or {@code .text.*}, and no program's entry} */
    public boolean isSubprogram() {
        return ObjectElf.isText(section);
    }

    /** {@return what its instructions refer to, ascending by instruction} */
    public List<Reference> references() {
        return references;
    }

    /** {@return its func info, if the object has it} */
    public Optional<FuncInfo> funcInfo() {
        return funcInfo.stream().findFirst();
    }

    /** {@return its line info records, ascending} */
    public List<LineInfo> lineInfo() {
        return lineInfo;
    }

    /** {@return its CO-RE relocations, in file order} */
    public List<CoreRelocation> coreRelocations() {
        return coreRelocations;
    }

    /**
     * Finds the source line of an instruction.
     *
     * @param insnIndex an instruction, counted from the start of the function
     * @return the last line info record at or before it
     */
    public Optional<LineInfo> lineAt(int insnIndex) {
        LineInfo found = null;
        for (LineInfo info : lineInfo) {
            if (info.insnOffsetBytes() / 8 - sectionInsnIndex <= insnIndex) {
                found = info;
            }
        }
        return Optional.ofNullable(found);
    }

    BpfFunction withReferences(List<Reference> newReferences) {
        return new BpfFunction(name, section, sectionInsnIndex, slots, global, weak, hidden, newReferences, funcInfo,
                lineInfo, coreRelocations);
    }

    BpfFunction withInfo(FuncInfo info, List<LineInfo> lines) {
        return new BpfFunction(name, section, sectionInsnIndex, slots, global, weak, hidden, references, List.of(info),
                lines, coreRelocations);
    }

    BpfFunction withCode(long[] newSlots, List<Reference> newReferences, List<LineInfo> newLines,
            List<CoreRelocation> newRelocations) {
        return new BpfFunction(name, section, sectionInsnIndex, newSlots, global, weak, hidden, newReferences, funcInfo,
                newLines, newRelocations);
    }

    long slot(int index) {
        return slots[index];
    }

    @Override
    public String toString() {
        return "%s (%s, %d slots)".formatted(name, section, slots.length);
    }
}
