package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfExt;
import bpf4j.btf.BtfType;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.EssentialName;
import bpf4j.elf.ElfFile;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A compiled object with CO-RE records, as the raw bytes of its two sections. */
record CoreFixture(String name, MemorySegment btf, MemorySegment ext) {

    /** All of them; an object without both sections or without records is none. */
    static List<CoreFixture> all() {
        List<CoreFixture> result = new ArrayList<>();
        for (Path path : Fixtures.objects()) {
            ElfFile elf = read(path);
            if (elf.section(".BTF").isPresent() && elf.section(".BTF.ext").isPresent()) {
                CoreFixture fixture = new CoreFixture(elf.name(), elf.section(".BTF").get().data(),
                        elf.section(".BTF.ext").get().data());
                if (!fixture.relocations().isEmpty()) {
                    result.add(fixture);
                }
            }
        }
        return result;
    }

    private static ElfFile read(Path path) {
        try {
            return ElfFile.read(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Btf types() {
        return Btf.parse(btf, name);
    }

    List<CoreRelocation> relocations() {
        return BtfExt.parse(ext, types()).coreRelocations().values().stream().flatMap(List::stream).toList();
    }

    /** The object's own types as a target in which {@code typeId} is the only candidate for itself. */
    BtfBuilder targetFor(int typeId) {
        Btf local = types();
        BtfBuilder target = BtfBuilder.copyOf(local);
        for (int id = 1; id < local.typeCount(); id++) {
            if (id != typeId && EssentialName.agree(local.nameOf(id), local.nameOf(typeId))) {
                target.set(id, renamed(local.type(id), "renamed_" + id));
            }
        }
        return target;
    }

    /** Kinds that are not listed are never candidates here. */
    private static BtfType renamed(BtfType type, String name) {
        return switch (type) {
            case BtfType.Struct t -> new BtfType.Struct(name, t.sizeBytes(), t.bitfieldEncoding(), t.members());
            case BtfType.Union t -> new BtfType.Union(name, t.sizeBytes(), t.bitfieldEncoding(), t.members());
            case BtfType.Enum t -> new BtfType.Enum(name, t.sizeBytes(), t.signed(), t.values());
            case BtfType.Enum64 t -> new BtfType.Enum64(name, t.sizeBytes(), t.signed(), t.values());
            case BtfType.Typedef t -> new BtfType.Typedef(name, t.typeId());
            default -> type;
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
