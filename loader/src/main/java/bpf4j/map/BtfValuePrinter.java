package bpf4j.map;

import bpf4j.map.BtfValue.Form;
import java.util.List;

/**
 * Shows values as JSON, as {@code bpftool map dump} does: integers and pointers in decimal, those of 128 bits in hex as
 * text, enumerators by name, arrays of printable characters as text up to their NUL. Unlike bpftool it shows bitfields
 * in decimal too, with their sign, 64-bit enumerators by name, and floating point numbers.
 */
public final class BtfValuePrinter {

    private static final int FIRST_PRINTABLE = 0x20;
    private static final int LAST_PRINTABLE = 0x7e;

    private final StringBuilder out = new StringBuilder();

    private BtfValuePrinter() {
    }

    /**
     * Shows a value.
     *
     * @param value the value
     * @return JSON on one line, without spaces
     */
    public static String print(BtfValue value) {
        BtfValuePrinter printer = new BtfValuePrinter();
        printer.append(value);
        return printer.out.toString();
    }

    /**
     * Tells whether an array is shown as text: characters that are printable, with a NUL behind them.
     *
     * @param array an array
     * @return whether it is
     */
    public static boolean isText(BtfValue.Array array) {
        for (BtfValue element : array.elements()) {
            if (!(element instanceof BtfValue.Number(long bits, Form form) && form == Form.CHARACTER)) {
                return false;
            }
            if (bits == 0) {
                return true;
            }
            if (bits < FIRST_PRINTABLE || bits > LAST_PRINTABLE) {
                return false;
            }
        }
        return false;
    }

    private void append(BtfValue value) {
        switch (value) {
            case BtfValue.Number number -> append(number);
            case BtfValue.Wide(var big) -> text("0x" + big.toString(16));
            case BtfValue.Real(double real) -> {
                if (Double.isFinite(real)) {
                    out.append(real);
                } else {
                    text(Double.toString(real));
                }
            }
            case BtfValue.Enumerator(String name, long number, boolean signed) -> {
                if (name.isEmpty()) {
                    out.append(signed ? Long.toString(number) : Long.toUnsignedString(number));
                } else {
                    text(name);
                }
            }
            case BtfValue.Array array -> {
                if (isText(array)) {
                    text(array.text());
                } else {
                    elements(array.elements());
                }
            }
            case BtfValue.Struct struct -> members(struct.fields());
        }
    }

    private void append(BtfValue.Number number) {
        long bits = number.bits();
        switch (number.form()) {
            case SIGNED, CHARACTER -> out.append(bits);
            case UNSIGNED, POINTER -> out.append(Long.toUnsignedString(bits));
            case BOOLEAN -> out.append(bits != 0);
        }
    }

    private void elements(List<BtfValue> elements) {
        out.append('[');
        for (int i = 0; i < elements.size(); i++) {
            out.append(i == 0 ? "" : ",");
            append(elements.get(i));
        }
        out.append(']');
    }

    private void members(List<BtfValue.Field> fields) {
        out.append('{');
        for (int i = 0; i < fields.size(); i++) {
            out.append(i == 0 ? "" : ",");
            text(fields.get(i).name());
            out.append(':');
            append(fields.get(i).value());
        }
        out.append('}');
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE || c > LAST_PRINTABLE) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
