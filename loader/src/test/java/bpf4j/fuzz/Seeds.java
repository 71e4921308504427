package bpf4j.fuzz;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.EssentialName;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.elf.ElfSection;
import bpf4j.image.ImageSeeds;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What each target's mutation starts from: all fixtures that have something for it. */
final class Seeds {

    private static final String STRUCT_OPS = ".struct_ops";

    private Seeds() {
    }

    static List<Seed> elf() {
        List<Seed> seeds = new ArrayList<>(objects());
        for (String folder : List.of("user", "malformed")) {
            for (Path path : files(folder)) {
                byte[] bytes = bytes(path);
                seeds.add(Seed.of(path.getFileName().toString(), isElf(bytes) ? Format.ELF : Format.BYTES, bytes));
            }
        }
        return seeds.stream().filter(seed -> seed.input().length > 0).toList();
    }

    static List<Seed> objects() {
        return Fixtures.objects().stream()
                .map(path -> Seed.of(path.getFileName().toString(), Format.ELF, bytes(path))).toList();
    }

    static List<Seed> btf() {
        return objectsWith(".BTF").map(seed -> Seed.of(seed.name(), Format.BTF, section(seed, ".BTF"))).toList();
    }

    static List<Seed> btfExt() {
        return objectsWith(".BTF", ".BTF.ext").map(seed -> Seed.of(seed.name(),
                new Seed.Part(Format.BTF, section(seed, ".BTF")),
                new Seed.Part(Format.BTF_EXT, section(seed, ".BTF.ext")))).toList();
    }

    /** Each object against its own types, and where there are two kernels of the fixtures' own, against these. */
    static List<Seed> core() {
        List<Seed> seeds = new ArrayList<>();
        objectsWith(".BTF", ".BTF.ext").filter(seed -> !seed.name().startsWith("core_target")).forEach(seed -> {
            byte[] local = section(seed, ".BTF");
            Seed.Part records = new Seed.Part(Format.BTF_EXT, section(seed, ".BTF.ext"));
            seeds.add(Seed.of(seed.name(), new Seed.Part(Format.BTF, local), records,
                    new Seed.Part(Format.BTF, local)));
            if (seed.name().startsWith("core_synthetic")) {
                String suffix = seed.name().substring("core_synthetic".length()).replace(".o", ".btf");
                for (String target : List.of("core_target_a", "core_target_b")) {
                    seeds.add(Seed.of(target, new Seed.Part(Format.BTF, local), records,
                            new Seed.Part(Format.BTF, Fixtures.bytes("btf/" + target + suffix))));
                }
            }
        });
        return List.copyOf(seeds);
    }

    /** Each object's variables against a kernel that has the very same structs. */
    static List<Seed> structOps() {
        List<Seed> seeds = new ArrayList<>();
        objectsWith(".BTF").forEach(seed -> {
            for (ElfSection section : ElfFile.parse(seed.input()).sections()) {
                if (section.name().contains(STRUCT_OPS) && !section.isRelocations() && section.size() > 0) {
                    byte[] local = section(seed, ".BTF");
                    seeds.add(Seed.of(seed.name(), new Seed.Part(Format.BTF, local),
                            new Seed.Part(Format.BTF, kernelOf(Btf.parse(local), section.name())),
                            new Seed.Part(Format.BYTES, section.data().toArray(ValueLayout.JAVA_BYTE))));
                }
            }
        });
        return List.copyOf(seeds);
    }

    static List<Seed> images() {
        List<Seed> seeds = new ArrayList<>();
        ImageSeeds.files((name, bytes) -> seeds.add(Seed.of(name, Format.BYTES, bytes)));
        Seed.Part kernel = new Seed.Part(Format.ELF, ImageSeeds.vmlinux());
        ImageSeeds.wrappings((name, wrapping) -> seeds.add(Seed.wrapped(name, kernel, wrapping)));
        for (Path path : Fixtures.list("btf", ".btf")) {
            seeds.add(Seed.of(path.getFileName().toString(), Format.BTF, bytes(path)));
        }
        return List.copyOf(seeds);
    }

    private static byte[] kernelOf(Btf local, String section) {
        BtfBuilder kernel = BtfBuilder.copyOf(local);
        for (int id = 1; id < local.typeCount(); id++) {
            if (local.type(id) instanceof BtfType.DataSec variables && variables.name().equals(section)) {
                for (BtfType.SectionVar variable : variables.variables()) {
                    BtfType.Var var = (BtfType.Var) local.type(variable.typeId());
                    if (local.stripped(var.typeId()) instanceof BtfType.Struct ops) {
                        addValueType(kernel, ops);
                    }
                }
            }
        }
        return kernel.toBytes(local.order());
    }

    private static void addValueType(BtfBuilder kernel, BtfType.Struct ops) {
        String name = EssentialName.of(ops.name());
        int data = kernel.add(new BtfType.Struct(name, ops.sizeBytes(), ops.bitfieldEncoding(), ops.members()));
        kernel.add(new BtfType.Struct("bpf_struct_ops_" + name, ops.sizeBytes() + 64, false,
                List.of(new BtfType.Member("data", data, 512, 0))));
    }

    private static Stream<Seed> objectsWith(String... sections) {
        return objects().stream().filter(seed -> {
            ElfFile file = ElfFile.parse(seed.input());
            return Stream.of(sections).allMatch(s -> file.section(s).filter(f -> f.data().byteSize() > 0).isPresent());
        });
    }

    private static byte[] section(Seed object, String name) {
        return ElfFile.parse(object.input()).section(name).orElseThrow().data().toArray(ValueLayout.JAVA_BYTE);
    }

    private static boolean isElf(byte[] bytes) {
        try {
            return !ElfFile.parse(bytes).sections().isEmpty();
        } catch (ElfFormatException e) {
            return false;
        }
    }

    private static List<Path> files(String folder) {
        return Fixtures.list(folder, "");
    }

    private static byte[] bytes(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
