package bpf4j.btf.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compiles the header of a BTF and compares: the compiler's sizes and offsets of every named struct and union with the
 * BTF's numbers, and the BTF that the compiler makes of everything with the one that the header was made from.
 */
final class HeaderCheck {

    private static final String INCLUDE = "#include \"vmlinux.h\"\n";
    /** Types that are compiled to BTF together: clang's time for that grows with the square of their number. */
    private static final int PART = 1000;

    private final Btf btf;
    private final CDump dump;
    private int assertions;

    private HeaderCheck(Btf btf) {
        this.btf = btf;
        this.dump = CDump.of(btf);
    }

    /**
     * Checks all of a BTF's own types.
     *
     * @param btf the types
     * @param folder where files can be made
     * @return how many sizes and offsets the compiler confirmed
     */
    static int check(Btf btf, Path folder) throws IOException {
        HeaderCheck check = new HeaderCheck(btf);
        check.run(folder);
        return check.assertions;
    }

    private void run(Path folder) throws IOException {
        try (OutputStream header = Files.newOutputStream(folder.resolve("vmlinux.h"))) {
            dump.writeTo(header);
        }
        List<Integer> checked = new ArrayList<>();
        StringBuilder source = new StringBuilder(INCLUDE);
        for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
            BtfType type = btf.type(id);
            if (type.name().isEmpty() || keyword(type) == null || !isData(id)) {
                continue;
            }
            checked.add(id);
            if (type instanceof BtfType.Composite composite) {
                source.append("_Static_assert(sizeof(").append(name(id)).append(") == ")
                        .append(composite.sizeBytes()).append(", \"\");\n");
                assertions++;
                offsets(name(id), "", composite, 0, source);
            }
        }
        Path file = folder.resolve("assertions.bpf.c");
        Files.writeString(file, source);
        Clang.compile(file);
        int parts = (checked.size() + PART - 1) / PART;
        String differences = IntStream.range(0, parts).parallel()
                .mapToObj(i -> roundTrip(checked.subList(i * PART, Math.min(checked.size(), (i + 1) * PART)),
                        folder.resolve("part" + i + ".bpf.c")))
                .collect(Collectors.joining());
        assertEquals("", differences);
        assertTrue(!checked.isEmpty(), "nothing to compare");
    }

    private String name(int id) {
        return keyword(btf.type(id)) + dump.nameOf(id);
    }

    private String roundTrip(List<Integer> ids, Path file) {
        StringBuilder source = new StringBuilder(INCLUDE);
        ids.forEach(id -> source.append(name(id)).append(" variable").append(id).append(";\n"));
        try {
            Files.writeString(file, source);
            return differences(ids, Btf.read(Clang.compile(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String keyword(BtfType type) {
        return switch (type) {
            case BtfType.Struct _ -> "struct ";
            case BtfType.Union _ -> "union ";
            case BtfType.Enumeration _ -> "enum ";
            case BtfType.Typedef _ -> "";
            default -> null;
        };
    }

    /** Whether a variable can have the type. */
    private boolean isData(int id) {
        BtfType type = btf.stripped(id);
        return type instanceof BtfType.Array(int element, _, _) ? isData(element)
                : !(type instanceof BtfType.FuncProto || type instanceof BtfType.Void || type instanceof BtfType.Fwd)
                && !(type instanceof BtfType.Enumeration e && e.values().isEmpty());
    }

    private void offsets(String name, String path, BtfType.Composite composite, long startBits,
            StringBuilder source) {
        for (BtfType.Member member : composite.members()) {
            long offset = startBits + member.offsetBits();
            BtfType type = btf.type(member.typeId());
            if (!member.name().isEmpty() && !member.isBitfield()) {
                source.append("_Static_assert(__builtin_offsetof(").append(name).append(", ").append(path)
                        .append(member.name()).append(") == ").append(offset / 8).append(", \"\");\n");
                assertions++;
            }
            if (type instanceof BtfType.Composite anonymous && type.name().isEmpty()) {
                offsets(name, member.name().isEmpty() ? path : path + member.name() + ".", anonymous, offset,
                        source);
            }
        }
    }

    private String differences(List<Integer> checked, Btf compiled) {
        TypeText before = new TypeText(btf, dump::nameOf);
        TypeText after = new TypeText(compiled, compiled::nameOf);
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 1; id < compiled.typeCount(); id++) {
            ids.putIfAbsent(key(compiled.type(id).kind(), compiled.nameOf(id)), id);
        }
        StringBuilder differences = new StringBuilder();
        for (int id : checked) {
            String key = key(btf.type(id).kind(), dump.nameOf(id));
            Integer found = ids.get(key);
            String expected = before.definition(id);
            String actual = found == null ? "missing" : after.definition(found);
            if (!expected.equals(actual)) {
                differences.append("[%d] %s: %s%nbecomes %s%n".formatted(id, key, expected, actual));
            }
        }
        return differences.toString();
    }

    private static String key(BtfKind kind, String name) {
        return switch (kind) {
            case BTF_KIND_STRUCT -> "struct ";
            case BTF_KIND_UNION -> "union ";
            case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> "enum ";
            case BTF_KIND_TYPEDEF -> "typedef ";
            default -> kind + " ";
        } + name;
    }
}
