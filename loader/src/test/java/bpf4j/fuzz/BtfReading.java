package bpf4j.fuzz;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfExt;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfKind;
import bpf4j.btf.CPrinter;
import bpf4j.btf.RawPrinter;
import java.lang.foreign.MemorySegment;

/** Asks BTF for each of its types, by id, by name and as text. */
final class BtfReading {

    /** Texts of types are bounded each, not all together. */
    private static final int MAX_TEXTS = 64;

    private BtfReading() {
    }

    static void read(byte[] input) {
        Btf btf;
        try {
            btf = Btf.parse(MemorySegment.ofArray(input), "input");
        } catch (BtfFormatException e) {
            Question.check(e, BtfFormatException.class);
            return;
        }
        for (int id = 0; id < btf.typeCount(); id++) {
            int at = id;
            Question.ask(() -> btf.type(at), BtfFormatException.class);
            Question.ask(() -> btf.find(btf.nameOf(at), BtfKind.BTF_KIND_STRUCT), BtfFormatException.class);
            Question.ask(() -> btf.sizeBytes(at), BtfFormatException.class);
        }
        int step = Math.max(1, btf.typeCount() / MAX_TEXTS);
        for (int id = 0; id < btf.typeCount(); id += step) {
            int at = id;
            Question.ask(() -> Question.text(CPrinter.typeName(btf, at)), BtfFormatException.class);
            Question.ask(() -> Question.text(CPrinter.define(btf, at)), BtfFormatException.class);
            Question.ask(() -> Question.text(RawPrinter.print(btf, at)), BtfFormatException.class);
        }
        Question.text(btf);
    }

    /** The types, then what refers to them. */
    static void readExt(byte[] input) {
        byte[][] parts = Parts.split(input, 2);
        Question.model(() -> {
            Btf btf = Btf.parse(MemorySegment.ofArray(parts[0]), ".BTF");
            BtfExt ext = BtfExt.parse(MemorySegment.ofArray(parts[1]), btf);
            Question.text(ext.funcInfo());
            Question.text(ext.lineInfo());
            Question.text(ext.coreRelocations());
        }, BtfFormatException.class);
    }
}
