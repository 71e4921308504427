package bpf4j.btf.dump;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * C sources without what they say of the kernel's types: as they would be written with {@code vmlinux.h} before them.
 * Each struct, enumeration, typedef and enumerator that a kernel has is taken out.
 */
final class WithoutKernelTypes {

    private static final Pattern INCLUDE = Pattern.compile("(?m)^#include [<\"]([^>\"]+)[>\"]$");
    private static final Pattern TAGGED =
            Pattern.compile("(?m)^(struct|union|enum) (\\w+) \\{\\n(?s:.*?)^\\}[^;]*;\\n");
    private static final Pattern ONE_LINE =
            Pattern.compile("(?m)^(struct|union|enum) (\\w+) \\{[^}\\n]*\\}[^;\\n]*;\\n");
    private static final Pattern TYPEDEF = Pattern.compile("(?m)^typedef [^;{]*?(\\w+);\\n");
    private static final Pattern CONSTANTS = Pattern.compile("(?m)^enum \\{([^}]*)\\};.*\\n");
    private static final Pattern DEFINITION = Pattern.compile("(?m)^#define (true|false) .*\\n");

    private final Set<String> tags = new HashSet<>();
    private final Set<String> ordinary = new HashSet<>();
    private final List<Path> folders;
    private final Set<Path> included = new HashSet<>();

    WithoutKernelTypes(Btf kernel, List<Path> folders) {
        this.folders = folders;
        for (int id = 1; id < kernel.typeCount(); id++) {
            switch (kernel.type(id)) {
                case BtfType.Composite t -> tags.add(t.name());
                case BtfType.Enumeration t -> {
                    tags.add(t.name());
                    t.values().forEach(v -> ordinary.add(v.name()));
                }
                case BtfType.Typedef t -> ordinary.add(t.name());
                default -> { }
            }
        }
    }

    /** {@return a source with the headers that it includes in their places} */
    String read(Path source) throws IOException {
        included.clear();
        String text = expand(source);
        text = TAGGED.matcher(text).replaceAll(m -> keep(m, !tags.contains(m.group(2))));
        text = ONE_LINE.matcher(text).replaceAll(m -> keep(m, !tags.contains(m.group(2))));
        text = TYPEDEF.matcher(text).replaceAll(m -> keep(m, !ordinary.contains(m.group(1))));
        text = DEFINITION.matcher(text).replaceAll("");
        return CONSTANTS.matcher(text).replaceAll(m -> Matcher.quoteReplacement(own(m.group(1))));
    }

    private String own(String enumerators) {
        String rest = Stream.of(enumerators.split(",")).map(String::strip)
                .filter(e -> !e.isEmpty() && !ordinary.contains(e.split("\\W", 2)[0]))
                .collect(Collectors.joining(", "));
        return rest.isEmpty() ? "" : "enum { " + rest + " };\n";
    }

    private static String keep(MatchResult match, boolean keep) {
        return keep ? Matcher.quoteReplacement(match.group()) : "";
    }

    private String expand(Path source) throws IOException {
        if (!included.add(source)) {
            return "";
        }
        String text = Files.readString(source);
        Matcher include = INCLUDE.matcher(text);
        StringBuilder result = new StringBuilder();
        while (include.find()) {
            String name = include.group(1);
            Path file = Stream.concat(Stream.of(source.getParent()), folders.stream()).map(f -> f.resolve(name))
                    .filter(Files::exists).findFirst().orElseThrow(() -> new IOException(name + " is not there"));
            include.appendReplacement(result, Matcher.quoteReplacement(expand(file)));
        }
        return include.appendTail(result).toString();
    }
}
