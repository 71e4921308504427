package bpf4j.reloc;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.object.Extern;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Turns the text of a configuration option into the bytes of the C type that an object declares for it. */
final class OptionEncoder {

    /** What the values of a configuration can be converted to. */
    private enum Target { BOOL, CHAR, INT, TRISTATE, TEXT }

    private static final String TRISTATE = "libbpf_tristate";
    /** The enumerators of {@code enum libbpf_tristate}. */
    private static final int TRI_NO = 0;
    private static final int TRI_YES = 1;
    private static final int TRI_MODULE = 2;

    private final Extern.Kconfig option;
    private final ByteBuffer image;
    private final List<String> adaptations;
    private final boolean signed;
    private final Target target;

    /**
     * Prepares for one option.
     *
     * @param image where its bytes go, in the byte order that they shall have
     * @param adaptations receives a text that is cut off
     */
    OptionEncoder(Extern.Kconfig option, Btf btf, ByteBuffer image, List<String> adaptations) {
        this.option = option;
        this.image = image;
        this.adaptations = adaptations;
        BtfType type = btf.stripped(option.typeId());
        this.signed = type instanceof BtfType.Int number && number.signed();
        this.target = switch (type) {
            case BtfType.Int t -> number(t).orElseThrow(() -> unsupported(t));
            case BtfType.Enumeration t when t.name().equals(TRISTATE)
                    && t.sizeBytes() == (t instanceof BtfType.Enum64 ? Long.BYTES : Integer.BYTES) -> Target.TRISTATE;
            case BtfType.Array t when t.count() > 0 && btf.stripped(t.elementTypeId()) instanceof BtfType.Int element
                    && number(element).equals(Optional.of(Target.CHAR)) -> Target.TEXT;
            case BtfType.Void _, BtfType.Ptr _, BtfType.Array _, BtfType.Composite _, BtfType.Enumeration _,
                    BtfType.Fwd _, BtfType.Modifier _, BtfType.Func _, BtfType.FuncProto _, BtfType.Var _,
                    BtfType.DataSec _, BtfType.Float _, BtfType.DeclTag _ -> throw unsupported(type);
        };
    }

    private static Optional<Target> number(BtfType.Int type) {
        if ((type.encoding() & BtfType.Int.BOOL) != 0) {
            return type.sizeBytes() == 1 ? Optional.of(Target.BOOL) : Optional.empty();
        }
        return switch (type.sizeBytes()) {
            case 1 -> Optional.of(Target.CHAR);
            case 2, 4, 8 -> Optional.of(Target.INT);
            default -> Optional.empty();
        };
    }

    /** Writes a value as it stands in a configuration: {@code y}, {@code n}, {@code m}, a quoted text or a number. */
    void write(String value) {
        switch (value) {
            case "y" -> state(value, TRI_YES);
            case "n" -> state(value, TRI_NO);
            case "m" -> state(value, TRI_MODULE);
            default -> {
                if (value.startsWith("\"")) {
                    text(value);
                } else {
                    number(value, CNumber.parseUnsigned(value).orElseThrow(() -> fail(
                            "the value " + value + " is neither y, n or m, nor a quoted text, nor a number")));
                }
            }
        }
    }

    /** Writes a number that does not come from a configuration. */
    void write(long value) {
        number(Long.toUnsignedString(value), value);
    }

    private void state(String value, int tristate) {
        switch (target) {
            case BOOL -> {
                if (tristate == TRI_MODULE) {
                    throw fail("the value m (a module) does not fit a bool: declare it as enum " + TRISTATE);
                }
                put(tristate);
            }
            case TRISTATE -> put(tristate);
            case CHAR -> put(value.charAt(0));
            case INT, TEXT -> throw fail(
                    "the value " + value + " fits a bool, char or enum " + TRISTATE + ", not " + target());
        }
    }

    private void text(String value) {
        if (target != Target.TEXT) {
            throw fail("the value " + value + " fits an array of char, not " + target());
        }
        if (value.length() < 2 || !value.endsWith("\"")) {
            throw fail("the value " + value + " has no closing quote");
        }
        byte[] bytes = value.substring(1, value.length() - 1).getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, option.sizeBytes() - 1);
        if (length < bytes.length) {
            adaptations.add("extern '%s': the value %s is cut to %d bytes".formatted(option.name(), value, length));
        }
        image.put(option.offsetBytes(), bytes, 0, length);
    }

    private void number(String text, long value) {
        switch (target) {
            // Virtual options are numbers, and a bool for a question such as LINUX_HAS_BPF_COOKIE is the natural type.
            case BOOL -> require(value == 0 || value == 1, text);
            case CHAR, INT -> require(inRange(value), text);
            case TRISTATE, TEXT -> throw fail("the value " + text + " fits an integer, not " + target());
        }
        put(value);
    }

    private boolean inRange(long value) {
        int bits = option.sizeBytes() * Byte.SIZE;
        return bits == Long.SIZE || (signed ? value >> bits - 1 == 0 || value >> bits - 1 == -1 : value >>> bits == 0);
    }

    private void require(boolean fits, String text) {
        if (!fits) {
            throw fail("the value " + text + " is out of range for " + target());
        }
    }

    private void put(long value) {
        int at = option.offsetBytes();
        switch (option.sizeBytes()) {
            case 1 -> image.put(at, (byte) value);
            case 2 -> image.putShort(at, (short) value);
            case 4 -> image.putInt(at, (int) value);
            default -> image.putLong(at, value);
        }
    }

    private String target() {
        return switch (target) {
            case BOOL -> "a bool";
            case CHAR -> "a char";
            case INT -> (signed ? "a signed" : "an unsigned") + " integer of " + option.sizeBytes() + " bytes";
            case TRISTATE -> "enum " + TRISTATE;
            case TEXT -> "an array of char";
        };
    }

    private RelocationException unsupported(BtfType type) {
        return fail("a configuration value is declared as bool, char, an integer of 1 to 8 bytes, enum " + TRISTATE
                + " or an array of char, not as " + type.kind()
                + (type.name().isEmpty() ? "" : " '" + type.name() + "'"));
    }

    private RelocationException fail(String problem) {
        return ExternResolver.fail(option, problem);
    }
}
