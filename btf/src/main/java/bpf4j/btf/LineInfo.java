package bpf4j.btf;

/**
 * One line_info record, {@code struct bpf_line_info} of {@code <linux/bpf.h>}: where an instruction comes from.
 *
 * @param insnOffsetBytes offset of the instruction in its ELF section
 * @param fileNameOffset offset of the C file's name in the BTF's strings
 * @param lineOffset offset of the source line's text in the BTF's strings
 * @param lineColumn line number in the upper 22 bits, column in the lower 10
 */
public record LineInfo(long insnOffsetBytes, int fileNameOffset, int lineOffset, int lineColumn) {

    /** {@return the line number, from 1} */
    public int line() {
        return lineColumn >>> 10;
    }

    /** {@return the column, from 1} */
    public int column() {
        return lineColumn & 0x3ff;
    }
}
