package bpf4j.fuzz;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.KernelTypes;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.object.BpfObject;
import bpf4j.object.ObjectFormatException;
import bpf4j.object.Variable;
import bpf4j.reloc.RelocatedObject;
import bpf4j.reloc.RelocatedProgram;
import bpf4j.reloc.RelocationException;
import java.lang.foreign.MemorySegment;

/** Reads an object and fits it to a kernel that has the object's own types. */
final class ObjectReading {

    /** A value is found by name, so all of them would be asked for in quadratic time. */
    private static final int MAX_VALUES = 16;

    private ObjectReading() {
    }

    static void read(byte[] input) {
        Question.model(() -> {
            BpfObject object = BpfObject.parse(ElfFile.parse(MemorySegment.ofArray(input), "input"));
            Question.text(object);
            Question.text(object.programs());
            Question.text(object.externs());
            for (Variable variable : object.variables().stream().limit(MAX_VALUES).toList()) {
                if (variable.sizeBytes() <= input.length) {
                    Question.ask(() -> value(object, variable), IllegalArgumentException.class);
                }
            }
            Btf types = object.btf().orElseGet(() -> new BtfBuilder().build(object.order(), "none"));
            Question.ask(() -> RelocatedObject.relocate(object, KernelTypes.of(types)).programs()
                    .forEach(ObjectReading::read), RelocationException.class);
        }, ElfFormatException.class, BtfFormatException.class, ObjectFormatException.class);
    }

    /** A name may stand in two sections, and a value of the kernel's configuration is not there yet. */
    private static void value(BpfObject object, Variable variable) {
        object.initialValue(variable.section() + ":" + variable.name());
    }

    private static void read(RelocatedProgram program) {
        program.lineAt(program.slots().length / 2).ifPresent(Question::text);
        Question.text(program);
    }
}
