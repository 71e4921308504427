package bpf4j.btf.dump;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfWords;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The types of a BTF as a C header that BPF programs include: {@code vmlinux.h}.
 *
 * <p>A compiler for BPF gives every struct and member of it the size and place that the BTF says. Types stand in the
 * order of their ids, except that what one needs comes before it. Of a split BTF its own types are written, and those
 * of the base that they need. Functions are only written if they are kernel functions that programs may call; who
 * declares them otherwise defines {@code BPF_NO_KFUNC_PROTOTYPES} before including, and {@code
 * BPF_NO_PRESERVE_ACCESS_INDEX} keeps accesses from being relocated. Immutable, safe for use by many threads.
 */
public final class CDump {

    private final byte[] bytes;
    private final int length;
    private final CNames names;

    private CDump(CHeader header) {
        ByteText text = header.write();
        this.bytes = text.array();
        this.length = text.length();
        this.names = header.names();
    }

    /**
     * Writes all types.
     *
     * @param btf the types
     * @return the header
     * @throws BtfFormatException if a type is malformed, of an unknown kind or such that C cannot have it, or the text
     *     would be out of proportion to the types
     */
    public static CDump of(Btf btf) {
        return new CDump(new CHeader(new BtfWords(btf)));
    }

    /** {@return how many bytes the text has} */
    public int length() {
        return length;
    }

    /**
     * Writes the text, in ASCII, to a stream.
     *
     * @param out where to; not closed
     * @throws IOException if it cannot be written
     */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    /**
     * Gets the name of a type in the text, which has a suffix like {@code ___2} where several types have one name, or C
     * a meaning of its own for it.
     *
     * @param id a struct, union, enumeration, forward declaration or typedef with a name, the base's included
     * @return the name, without {@code struct}, {@code union} or {@code enum}
     */
    public String nameOf(int id) {
        return names.of(id);
    }

    /** {@return the text} */
    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
