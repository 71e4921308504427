package bpf4j.binary;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSymbol;
import bpf4j.elf.ElfSymbolVersions;
import bpf4j.elf.ElfSymbolVersions.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks for functions in the two symbol tables of a file: first in the one of exported symbols, whose names are what
 * other files mean by them, then in the one of all symbols, where static functions may have those names as well. The
 * latter may have been moved to another file, which has the same addresses.
 */
final class FunctionFinder {

    private static final int[] TABLES = {Elf.SHT_DYNSYM, Elf.SHT_SYMTAB};

    private final ElfFile file;
    private final long startOffset;
    private final Symbols separate;

    /** Where the symbols are that were stripped from a file. */
    interface Symbols {

        /** {@return the file that has them; empty if there is none} */
        Optional<ElfFile> find();

        /** {@return what may be done to have them: a part of a sentence, may be empty} */
        String advice();
    }

    /**
     * Makes a search.
     *
     * @param file the file
     * @param startOffset where it starts, in bytes from the start of the file on disk that it is a part of
     * @param separate where the table of all symbols is if the file has none
     */
    FunctionFinder(ElfFile file, long startOffset, Symbols separate) {
        this.file = file;
        this.startOffset = startOffset;
        this.separate = separate;
    }

    /** A symbol whose name is taken apart: static tables have the version in the name, dynamic ones beside it. */
    private record Versioned(ElfSymbol symbol, String name, Optional<Version> version) {

        boolean isFunction() {
            return symbol.type() == Elf.STT_FUNC && symbol.isDefined();
        }

        boolean isDefaultIndirect() {
            return symbol.type() == Elf.STT_GNU_IFUNC && symbol.isDefined()
                    && version.stream().allMatch(Version::isDefault);
        }
    }

    FunctionLookup find(String wanted) {
        Optional<Version> version = versionIn(wanted);
        String name = nameIn(wanted);
        List<Versioned> others = new ArrayList<>();
        for (int table : TABLES) {
            List<Versioned> named = symbols(table)
                    .filter(s -> s.name.equals(name) && version.stream().allMatch(v -> fits(v, s.version)))
                    .toList();
            List<Versioned> functions = named.stream().filter(Versioned::isFunction).toList();
            // Callers get what the default version chooses: an older version that is a function is not what they call.
            boolean isIndirect = version.isEmpty() && named.stream().anyMatch(Versioned::isDefaultIndirect);
            if (!functions.isEmpty() && !isIndirect) {
                return choose(functions);
            }
            others.addAll(named);
        }
        return new FunctionLookup.Missing(whyMissing(wanted, others));
    }

    /** A weak definition counts where there is no other; names that mean one place are one function. */
    private FunctionLookup choose(List<Versioned> functions) {
        List<Versioned> strong = functions.stream().filter(f -> !f.symbol.isWeak()).toList();
        List<FunctionSymbol> places = distinct((strong.isEmpty() ? functions : strong).stream());
        return switch (places.size()) {
            case 0 -> new FunctionLookup.Missing("function '%s' is at 0x%x, which is in no segment of the file"
                    .formatted(functions.getFirst().name, functions.getFirst().symbol.value()));
            case 1 -> new FunctionLookup.Found(places.getFirst());
            default -> new FunctionLookup.Ambiguous(places);
        };
    }

    /** All functions with a name of a kind, one for each place, in the order of the file. */
    List<FunctionSymbol> all(Predicate<String> isWanted) {
        return distinct(Stream.of(Elf.SHT_DYNSYM, Elf.SHT_SYMTAB).flatMap(this::symbols)
                .filter(s -> s.isFunction() && isWanted.test(s.name)));
    }

    private List<FunctionSymbol> distinct(Stream<Versioned> functions) {
        TreeMap<Long, FunctionSymbol> byOffset = new TreeMap<>();
        var segments = file.segments();
        functions.forEach(f -> {
            long address = f.symbol.value();
            segments.stream().filter(s -> s.holds(address)).findFirst()
                    .map(s -> startOffset + s.fileOffset(address))
                    .ifPresent(at -> byOffset.putIfAbsent(at,
                            new FunctionSymbol(f.name, f.version, address, at, f.symbol.size())));
        });
        return List.copyOf(byOffset.values());
    }

    private Stream<Versioned> symbols(int table) {
        if (table == Elf.SHT_SYMTAB) {
            return symbolFile().stream().flatMap(f -> f.symbolStream(table))
                    .map(s -> new Versioned(s, nameIn(s.name()), versionIn(s.name())));
        }
        ElfSymbolVersions versions = file.symbolVersions();
        return file.symbolStream(table).map(s -> new Versioned(s, s.name(), versions.of(s)));
    }

    private Optional<ElfFile> symbolFile() {
        return DebugFiles.hasSymbols(file) ? Optional.of(file) : separate.find();
    }

    private String whyMissing(String wanted, List<Versioned> others) {
        Set<Integer> types = others.stream().filter(o -> o.symbol.isDefined()).map(o -> o.symbol.type())
                .collect(Collectors.toCollection(HashSet::new));
        if (types.contains(Elf.STT_GNU_IFUNC)) {
            return "'%s' is an indirect function, which stands for one of several: name the one that is chosen here"
                    .formatted(wanted);
        }
        if (!types.isEmpty()) {
            return "'%s' is not the name of a function; give the offset in the file if it is code".formatted(wanted);
        }
        if (!others.isEmpty()) {
            return "'%s' is imported from another file: name the library that defines it".formatted(wanted);
        }
        return "there is no function '%s'%s".formatted(wanted, symbolFile().isPresent() ? ""
                : " among those that the file exports, and the names of others were stripped from it"
                        + separate.advice());
    }

    private static boolean fits(Version wanted, Optional<Version> found) {
        return found.isPresent() && found.get().name().equals(wanted.name())
                && (found.get().isDefault() || !wanted.isDefault());
    }

    private static String nameIn(String text) {
        int at = text.indexOf('@');
        return at < 0 ? text : text.substring(0, at);
    }

    private static Optional<Version> versionIn(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            return Optional.empty();
        }
        boolean isDefault = text.startsWith("@@", at);
        return Optional.of(new Version(text.substring(at + (isDefault ? 2 : 1)), isDefault));
    }
}
