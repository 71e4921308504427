package bpf4j.fuzz;

import bpf4j.btf.BtfFormatException;
import bpf4j.elf.ElfFormatException;
import bpf4j.image.ImageFormatException;
import bpf4j.image.KernelImage;
import bpf4j.reloc.Kconfig;
import bpf4j.reloc.RelocationException;
import java.lang.foreign.MemorySegment;

/** Unpacks a kernel image or an archive, and reads the configuration in it. */
final class ImageReading {

    private ImageReading() {
    }

    static void read(byte[] input) {
        Question.model(() -> {
            KernelImage image = KernelImage.parse(MemorySegment.ofArray(input), "input");
            image.btf().ifPresent(Question::text);
            image.config().ifPresent(config -> Question.ask(() -> Question.text(Kconfig.parse(config, "config")),
                    RelocationException.class));
        }, ImageFormatException.class, ElfFormatException.class, BtfFormatException.class);
    }
}
