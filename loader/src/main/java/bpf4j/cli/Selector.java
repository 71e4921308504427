package bpf4j.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which object of the kernel is meant, in bpftool's words: {@code id 7}, {@code pinned /sys/fs/bpf/x}, {@code name x},
 * {@code tag 0123456789abcdef}.
 *
 * @param kind by what
 * @param text the second word
 */
record Selector(Kind kind, String text) {

    /** By what an object can be found. */
    enum Kind {
        ID, PINNED, NAME, TAG;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final Set<Kind> FOR_PROGRAMS = EnumSet.allOf(Kind.class);
    static final Set<Kind> FOR_MAPS = EnumSet.of(Kind.ID, Kind.PINNED, Kind.NAME);
    static final Set<Kind> FOR_LINKS = EnumSet.of(Kind.ID, Kind.PINNED);
    static final Set<Kind> FOR_STRUCT_OPS = EnumSet.of(Kind.ID, Kind.NAME);
    static final Set<Kind> FOR_BTF = EnumSet.of(Kind.ID);

    /** Takes a selector if one comes next. */
    static Optional<Selector> optional(Words words, Set<Kind> kinds) {
        if (words.isEmpty()) {
            return Optional.empty();
        }
        for (Kind kind : Kind.values()) {
            if (kinds.contains(kind) && words.take(kind.word())) {
                return Optional.of(new Selector(kind,
                        kind == Kind.ID ? Integer.toString(words.number("id"))
                        : words.next("word behind " + kind.word())));
            }
        }
        throw words.wrong("'%s' stands where %s is to stand.".formatted(words.next(""), choice(kinds)));
    }

    /** Takes a selector. */
    static Selector required(Words words, Set<Kind> kinds) {
        return optional(words, kinds).orElseThrow(() -> words.wrong("Say which one: " + choice(kinds) + "."));
    }

    private static String choice(Set<Kind> kinds) {
        return Arrays.stream(Kind.values()).filter(kinds::contains)
                .map(kind -> kind.word() + " " + (kind == Kind.ID ? "N" : kind == Kind.PINNED ? "PATH" : kind.name()))
                .collect(Collectors.joining(" or "));
    }

    int id() {
        return Integer.parseInt(text);
    }

    Path path() {
        return Path.of(text);
    }

    @Override
    public String toString() {
        return kind.word() + " " + text;
    }
}
