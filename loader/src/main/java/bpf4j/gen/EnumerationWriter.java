package bpf4j.gen;

import bpf4j.btf.BtfType;
import bpf4j.gen.BoundTypes.Enumeration;
import java.util.HashSet;
import java.util.Set;

/** Writes the class of an enumeration: its constants, as numbers, since a value of C need not be one of them. */
final class EnumerationWriter {

    private EnumerationWriter() {
    }

    static void write(JavaText out, Enumeration enumeration) {
        BtfType.Enumeration type = enumeration.type();
        boolean wide = type.sizeBytes() > Integer.BYTES;
        String java = wide ? "long" : "int";
        out.doc("%s: %d bytes.".formatted(JavaText.code(enumeration.cName()), type.sizeBytes()));
        out.line("public static final class %s {", enumeration.javaName());
        JavaNames names = new JavaNames("nameOf");
        Set<Long> seen = new HashSet<>();
        StringBuilder cases = new StringBuilder();
        for (BtfType.EnumValue value : type.values()) {
            String name = names.verbatim(value.name());
            String literal = wide ? value.value() + "L" : Integer.toString((int) value.value());
            out.blank().doc("%s, %s.".formatted(JavaText.code(value.name()),
                    type.signed() ? Long.toString(value.value()) : Long.toUnsignedString(value.value())));
            out.line("public static final %s %s = %s;", java, name, literal);
            if (seen.add(value.value())) {
                cases.append(cases.isEmpty() ? "return " : "\n        : ").append("value == ").append(name)
                        .append(" ? ").append(JavaText.quote(value.name()));
            }
        }
        out.blank().line("private %s() {", enumeration.javaName()).line("}");
        out.blank().doc("{@return the name of a value in C; the number in decimal if it has none}",
                "@param value the value");
        out.line("public static String nameOf(%s value) {", java);
        String number = (wide ? "Long" : "Integer") + (type.signed() ? ".toString" : ".toUnsignedString") + "(value)";
        String statement = (cases.isEmpty() ? "return " : cases + "\n        : ") + number + ";";
        for (String row : statement.split("\n")) {
            out.line("%s", row);
        }
        out.line("}").line("}");
    }
}
