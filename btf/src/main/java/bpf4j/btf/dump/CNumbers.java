package bpf4j.btf.dump;

import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.BtfWords;
import java.util.Optional;

/**
 * Integers and floating point numbers: those whose names are C for a number of the same size stand as they are, the
 * others get a typedef. On a BPF target {@code long} has 8 bytes and {@code long double} too.
 */
final class CNumbers {

    private CNumbers() {
    }

    /** {@return the name to define for a number, if C's own words for it do not do} */
    static Optional<String> alias(BtfWords types, int id) {
        String name = types.string(types.nameOffset(id));
        long size = types.kind(id) == BtfKind.BTF_KIND_INT ? sizeOfInteger(name) : sizeOfFloat(name);
        if (size == types.sizeBytes(id)) {
            return Optional.empty();
        }
        StringBuilder alias = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            alias.append(c < 0x80 ? (char) Identifiers.letter((byte) c) : '_');
        }
        if (alias.isEmpty() || Character.isDigit(alias.charAt(0))) {
            alias.insert(0, '_');
        }
        return Optional.of(alias.toString());
    }

    /** {@return a type of the size and kind of a number, to which an alias is defined} */
    static String definition(BtfWords types, int id) {
        int size = (int) Math.min(types.sizeBytes(id), Integer.MAX_VALUE);
        if (types.kind(id) == BtfKind.BTF_KIND_FLOAT) {
            return switch (size) {
                case 4 -> "float";
                case 8 -> "double";
                default -> bytes(size);
            };
        }
        int encoding = types.word(types.body(id)) >>> 24;
        if ((encoding & BtfType.Int.BOOL) != 0 && size == 1) {
            return "_Bool";
        }
        String sign = (encoding & BtfType.Int.SIGNED) != 0 ? "signed " : "unsigned ";
        return switch (size) {
            case 1 -> sign + "char";
            case 2 -> sign + "short";
            case 4 -> sign + "int";
            case 8 -> sign + "long long";
            case 16 -> sign + "__int128";
            default -> bytes(size);
        };
    }

    /** C has no such number, so that only its place is described. */
    private static String bytes(int size) {
        int alignment = CLayout.alignmentOfNumber(size);
        return "struct { unsigned char bytes[" + size + "]; } __attribute__((aligned(" + alignment + ")))";
    }

    private static long sizeOfFloat(String name) {
        return switch (name) {
            case "float" -> 4;
            case "double", "long double" -> 8;
            default -> -1;
        };
    }

    /** The size of what stands for an integer in C, in any order of its words; -1 for other words. */
    private static long sizeOfInteger(String name) {
        int longs = 0;
        int bases = 0;
        int signs = 0;
        long size = 4;
        for (String word : name.split(" ", -1)) {
            switch (word) {
                case "signed", "unsigned" -> signs++;
                case "int" -> { }
                case "long" -> {
                    longs++;
                    size = 8;
                }
                case "short" -> {
                    bases++;
                    size = 2;
                }
                case "char" -> {
                    bases++;
                    size = 1;
                }
                case "_Bool" -> {
                    bases += signs == 0 ? 1 : 2;
                    size = 1;
                }
                case "__int128" -> {
                    bases++;
                    size = 16;
                }
                default -> {
                    return -1;
                }
            }
        }
        boolean one = longs <= 2 && signs <= 1 && bases + Math.min(longs, 1) <= 1;
        return one ? size : -1;
    }
}
