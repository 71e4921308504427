package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fits the type of a section of variables to another size, where its last variable is an array that can take up the
 * difference.
 */
final class DataSectionResize {

    private DataSectionResize() {
    }

    /**
     * Fits the type. Ids stay what they are.
     *
     * @return the changed types; empty where the last variable is no array, or the size is no whole number of its
     *     elements
     */
    static Optional<Btf> resize(Btf btf, int sectionId, int sizeBytes) {
        if (!(btf.type(sectionId) instanceof BtfType.DataSec section) || section.variables().isEmpty()) {
            return Optional.empty();
        }
        BtfType.SectionVar last = section.variables().getLast();
        if (!(btf.type(last.typeId()) instanceof BtfType.Var variable)
                || !(btf.stripped(variable.typeId()) instanceof BtfType.Array array)) {
            return Optional.empty();
        }
        long elementBytes = btf.sizeBytes(array.elementTypeId());
        long bytes = sizeBytes - last.offsetBytes();
        if (elementBytes <= 0 || bytes <= 0 || bytes % elementBytes != 0) {
            return Optional.empty();
        }
        BtfBuilder copy = BtfBuilder.copyOf(btf);
        int resized = copy.add(new BtfType.Array(array.elementTypeId(), array.indexTypeId(), bytes / elementBytes));
        copy.set(last.typeId(), new BtfType.Var(variable.name(), resized, variable.linkage()));
        List<BtfType.SectionVar> variables = new ArrayList<>(section.variables());
        variables.set(variables.size() - 1, new BtfType.SectionVar(last.typeId(), last.offsetBytes(), bytes));
        copy.set(sectionId, new BtfType.DataSec(section.name(), sizeBytes, variables));
        return Optional.of(copy.build(btf.order(), btf.name()));
    }
}
