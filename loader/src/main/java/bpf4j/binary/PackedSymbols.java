package bpf4j.binary;

import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.elf.ElfSection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.tukaani.xz.SingleXZInputStream;

/**
 * Unpacks {@code .gnu_debugdata}: an ELF file with nothing but a symbol table, compressed by xz. A class of its own,
 * since its decoder may be absent: then what uses it gets a {@link NoClassDefFoundError}.
 */
final class PackedSymbols {

    static final String SECTION = ".gnu_debugdata";
    /** Ten times what the largest libraries have; also for the decoder, whose dictionary is as long as its data. */
    private static final int MAX_BYTES = 256 << 20;
    private static final int MAX_DECODER_KIB = 130 << 10;

    private PackedSymbols() {
    }

    static ElfFile unpack(ElfFile file, ElfSection section) {
        byte[] packed = section.data().toArray(ValueLayout.JAVA_BYTE);
        try (var in = new SingleXZInputStream(new ByteArrayInputStream(packed), MAX_DECODER_KIB)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ElfFormatException("%s: %s: it expands to more than 0x%x bytes".formatted(file.name(),
                        SECTION, MAX_BYTES));
            }
            return ElfFile.parse(MemorySegment.ofArray(bytes), file.name() + ": " + SECTION);
        } catch (IOException e) {
            throw new ElfFormatException("%s: %s: damaged: %s".formatted(file.name(), SECTION,
                    e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        }
    }
}
