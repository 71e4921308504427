package bpf4j.reloc;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.LineInfo;

/**
 * A line of C source, out of line info.
 *
 * @param file the file's name as the compiler saw it; empty if only the text is known
 * @param line line number, from 1; 0 if it is not known
 * @param column column, from 1; 0 if it is not known
 * @param text the line's text, without surrounding white space
 */
public record SourceLine(String file, int line, int column, String text) {

    /**
     * Reads a record's strings. One that the BTF does not have reads as empty: lines explain another problem, which a
     * damaged record must not hide.
     *
     * @param info the record
     * @param btf the object's BTF, which holds the strings
     * @return the line
     */
    public static SourceLine of(LineInfo info, Btf btf) {
        return new SourceLine(text(btf, info.fileNameOffset()), info.line(), info.column(),
                text(btf, info.lineOffset()).strip());
    }

    private static String text(Btf btf, int offset) {
        try {
            return btf.stringAt(Integer.toUnsignedLong(offset));
        } catch (BtfFormatException e) {
            return "";
        }
    }

    /** {@return file and line with the text behind, as compilers write it; the text alone if that is all} */
    @Override
    public String toString() {
        if (file.isEmpty() && line == 0) {
            return text;
        }
        return text.isEmpty() ? file + ":" + line : file + ":" + line + ": " + text;
    }
}
