package bpf4j.examples;

import bpf4j.elf.ElfFile;
import bpf4j.object.BpfObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;

/** The BPF objects of the examples, where their bindings find them. */
public final class BundledObject {

    private BundledObject() {
    }

    /**
     * Reads an object of this module.
     *
     * @param fileName its file name, for instance {@code dctcp.bpf.o}
     * @return the object
     * @throws IOException if there is none of that name, or it cannot be read
     */
    public static BpfObject read(String fileName) throws IOException {
        try (InputStream in = BundledObject.class.getResourceAsStream("bpf/" + fileName)) {
            if (in == null) {
                throw new FileNotFoundException(fileName);
            }
            return BpfObject.parse(ElfFile.parse(MemorySegment.ofArray(in.readAllBytes()), fileName));
        }
    }
}
