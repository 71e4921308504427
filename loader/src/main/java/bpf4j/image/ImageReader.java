package bpf4j.image;

import bpf4j.btf.Btf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Takes the layers off a file until there is BTF, an ELF file or a kernel as it lies in memory. One file, one use. */
final class ImageReader {

    /** Real files have two: a compressed image that unpacks itself, or a compressed archive. */
    private static final int MAX_LAYERS = 4;
    private static final int BTF_MAGIC = 0xeb9f;

    private final Optional<Btf> base;
    private final Optional<String> member;
    private final boolean withText;
    private long limit;

    ImageReader(Optional<Btf> base, Optional<String> member, boolean withText) {
        this.base = base;
        this.member = member;
        this.withText = withText;
    }

    /** Maps the file while it reads: a {@code vmlinux} with debug information may have more than fits the heap. */
    KernelImage read(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        try (FileChannel file = FileChannel.open(path); Arena arena = Arena.ofConfined()) {
            return parse(contents(file, path, arena), name);
        }
    }

    KernelImage parse(MemorySegment data, String name) {
        limit = Expansion.limit(data.byteSize());
        return parse(data, name, name, MAX_LAYERS);
    }

    /** The kernel does not let every file below {@code /sys} be mapped. */
    private static MemorySegment contents(FileChannel file, Path path, Arena arena) throws IOException {
        try {
            return file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
        } catch (IOException e) {
            return MemorySegment.ofArray(Files.readAllBytes(path));
        }
    }

    /** {@code subject} names the layer in messages, {@code name} the BTF. */
    private KernelImage parse(MemorySegment data, String subject, String name, int layers) {
        if (isRawBtf(data)) {
            MemorySegment copy = copyOf(data);
            return KernelImage.ofBtf(
                    base.map(b -> Btf.parseSplit(copy, b, name)).orElseGet(() -> Btf.parse(copy, name)));
        }
        if (ElfFile.hasMagic(data)) {
            return elf(ElfFile.parse(data, subject), subject, name);
        }
        if (layers == 0) {
            throw new ImageFormatException("%s: 0x0: more than %d layers".formatted(subject, MAX_LAYERS));
        }
        Optional<Payload> payload = Payload.find(data, subject);
        if (base.isPresent() && (payload.isPresent() || FlatImage.is(data))) {
            throw new ImageFormatException(subject + ": 0x0: a kernel's own BTF has no base");
        }
        if (payload.isPresent()) {
            return parse(expand(payload.get().bytes(), subject, payload.get().offset()), subject + "[payload]", name,
                    layers - 1);
        }
        if (FlatImage.is(data)) {
            return flat(data, subject, name);
        }
        if (BtfArchive.is(data)) {
            BtfArchive.Member file = BtfArchive.member(data, member, limit, subject);
            return parse(file.bytes(), "%s[%s]".formatted(subject, file.name()), file.name(), layers - 1);
        }
        Optional<Compression> compression = Compression.of(data);
        if (compression.isPresent()) {
            String inner = "%s[%s]".formatted(subject, compression.get().label());
            return parse(compression.get().expand(data, limit, subject, 0), inner, name, layers - 1);
        }
        throw new ImageFormatException("%s: 0x0: neither BTF nor ELF, kernel image or archive".formatted(subject));
    }

    private MemorySegment expand(MemorySegment payload, String subject, long offset) {
        if (ElfFile.hasMagic(payload)) {
            return payload;
        }
        return Compression.of(payload)
                .orElseThrow(() -> new ImageFormatException("%s: 0x%x: the payload's compression is unknown"
                        .formatted(subject, offset)))
                .expand(payload, limit, subject, offset);
    }

    private KernelImage elf(ElfFile elf, String subject, String name) {
        Optional<Btf> btf = elf.section(".BTF").map(section -> elfBtf(elf, section, subject, name));
        Optional<MemorySegment> constants = withText ? elf.section(".rodata").map(ElfSection::data) : Optional.empty();
        return new KernelImage(btf, constants.flatMap(c -> KernelText.config(c, subject)),
                constants.flatMap(KernelText::release));
    }

    private Btf elfBtf(ElfFile elf, ElfSection section, String subject, String name) {
        MemorySegment own = copyOf(section.data());
        Optional<ElfSection> distilled = elf.section(".BTF.base");
        if (distilled.isPresent()) {
            if (base.isPresent()) {
                throw new ImageFormatException(
                        subject + ": .BTF.base: the module brings a base of its own; read it without one");
            }
            return Btf.parseSplit(own, Btf.parse(copyOf(distilled.get().data()), name + ".BTF.base"), name);
        }
        if (base.isPresent()) {
            return Btf.parseSplit(own, base.get(), name);
        }
        if (elf.section(".gnu.linkonce.this_module").isPresent()) {
            throw new ImageFormatException(subject + ": .BTF: a module's types need its kernel's as a base");
        }
        return Btf.parse(own, name);
    }

    private KernelImage flat(MemorySegment image, String subject, String name) {
        return new KernelImage(FlatImage.btf(image, name),
                withText ? KernelText.config(image, subject) : Optional.empty(),
                withText ? KernelText.release(image) : Optional.empty());
    }

    private static boolean isRawBtf(MemorySegment data) {
        if (data.byteSize() < 2) {
            return false;
        }
        int magic = LittleEndian.u16(data, 0);
        return magic == BTF_MAGIC || magic == (BTF_MAGIC >> 8 | (BTF_MAGIC & 0xff) << 8);
    }

    /** Lets go of the file and of what was expanded. */
    private static MemorySegment copyOf(MemorySegment part) {
        return MemorySegment.ofArray(part.toArray(ValueLayout.JAVA_BYTE));
    }
}
