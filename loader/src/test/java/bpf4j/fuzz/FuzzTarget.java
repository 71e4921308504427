package bpf4j.fuzz;

import bpf4j.image.ImageSeeds;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A reader under hostile input, for whatever makes the inputs: {@link Mutator}, or a fuzzer that is guided by coverage.
 * A target asks for all that the reader can tell, and takes the exceptions that it documents; any other one is a
 * finding.
 */
enum FuzzTarget {

    ELF(1 << 20, ElfReading::read, Seeds::elf),
    /** One type's C text has up to 256 KiB, whatever the types' size, and many short strings were joined to it. */
    BTF(32 << 20, BtfReading::read, Seeds::btf),
    BTF_EXT(2 << 20, BtfReading::readExt, Seeds::btfExt),
    OBJECT(4 << 20, ObjectReading::read, Seeds::objects),
    CORE(16 << 20, MatchReading::core, Seeds::core),
    STRUCT_OPS(8 << 20, MatchReading::structOps, Seeds::structOps),
    IMAGE(ImageSeeds.CONSTANT_BYTES, ImageReading::read, Seeds::images);

    private final long constantBytes;
    private final Consumer<byte[]> reading;
    private final Supplier<List<Seed>> seeds;

    FuzzTarget(long constantBytes, Consumer<byte[]> reading, Supplier<List<Seed>> seeds) {
        this.constantBytes = constantBytes;
        this.reading = reading;
        this.seeds = seeds;
    }

    /** {@return the name on the command line and of the folder of findings, such as {@code btf-ext}} */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static FuzzTarget of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** {@return the memory that reading may take besides a multiple of the input} */
    long constantBytes() {
        return constantBytes;
    }

    /** {@return intact inputs} */
    List<Seed> seeds() {
        return seeds.get();
    }

    /** Reads one input; returns for what is well-formed and for what is refused as documented. */
    void read(byte[] input) {
        reading.accept(input);
    }
}
