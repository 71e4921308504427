package bpf4j.btf.dump;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What may stand as a name in C. */
final class Identifiers {

    /** Also those of GNU C and of the BPF target's compilers. */
    private static final Set<String> RESERVED = Set.of("auto", "break", "case", "char", "const", "continue", "default",
            "do", "double", "else", "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "register",
            "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union",
            "unsigned", "void", "volatile", "while", "_Alignas", "_Alignof", "_Atomic", "_BitInt", "_Bool", "_Complex",
            "_Float16", "_Generic", "_Imaginary", "_Noreturn", "_Static_assert", "_Thread_local", "asm", "typeof",
            "__alignof", "__alignof__", "__asm", "__asm__", "__attribute", "__attribute__", "__auto_type",
            "__builtin_va_list", "__const", "__const__", "__extension__", "__float128", "__func__", "__inline",
            "__inline__", "__int128", "__label__", "__restrict", "__restrict__", "__signed", "__signed__", "__thread",
            "__typeof", "__typeof__", "__volatile", "__volatile__");

    private static final byte[] LETTERS = new byte[256];
    /** By the first letter, bit N for a reserved word of N letters: most names are told by this. */
    private static final int[] RESERVED_LENGTHS = new int[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean fits = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
            LETTERS[c] = (byte) (fits ? c : '_');
        }
        for (String word : RESERVED) {
            RESERVED_LENGTHS[word.charAt(0)] |= 1 << word.length();
        }
    }

    private Identifiers() {
    }

    /** {@return the same letter or digit, {@code _} for what is none} */
    static byte letter(byte b) {
        return LETTERS[b & 0xff];
    }

    /** {@return a name that ends in NUL, as C can have it} */
    static String of(byte[] strings, int start) {
        StringBuilder result = new StringBuilder();
        if (strings[start] >= '0' && strings[start] <= '9') {
            result.append('_');
        }
        for (int i = start; strings[i] != 0; i++) {
            result.append((char) letter(strings[i]));
        }
        return result.toString();
    }

    static Set<String> reserved() {
        return RESERVED;
    }

    /** {@return whether a name is C's own word} */
    static boolean isReserved(byte[] text, int start, int length) {
        return length < Integer.SIZE && (RESERVED_LENGTHS[text[start] & 0xff] & 1 << length) != 0
                && RESERVED.contains(new String(text, start, length, StandardCharsets.ISO_8859_1));
    }
}
