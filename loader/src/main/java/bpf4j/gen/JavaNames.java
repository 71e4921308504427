package bpf4j.gen;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names of one scope, each given once: C's words with underscores as Java spells them. */
final class JavaNames {

    private static final Set<String> RESERVED = Set.of("abstract", "assert", "boolean", "break", "byte", "case",
            "catch", "char", "class", "const", "continue", "default", "do", "double", "else", "enum", "extends",
            "false", "final", "finally", "float", "for", "goto", "if", "implements", "import", "instanceof", "int",
            "interface", "long", "native", "new", "null", "package", "private", "protected", "public", "return",
            "short", "static", "strictfp", "super", "switch", "synchronized", "this", "throw", "throws", "transient",
            "true", "try", "void", "volatile", "while", "_",
            // What neither a record component nor a method without parameters can be called.
            "clone", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait");

    private final Set<String> taken;

    /** Starts a scope in which some names are gone. */
    JavaNames(String... taken) {
        this.taken = new HashSet<>(List.of(taken));
    }

    /** {@return a name for a method or a record component: {@code previous_pid} becomes {@code previousPid}} */
    String member(String cName) {
        String camel = camel(cName);
        return unique(camel.isEmpty() ? "_" : Character.toLowerCase(camel.charAt(0)) + camel.substring(1));
    }

    /** {@return a name for a class: {@code flow_key} becomes {@code FlowKey}} */
    String type(String cName) {
        String camel = camel(cName);
        return unique(camel.isEmpty() ? "_" : Character.toUpperCase(camel.charAt(0)) + camel.substring(1));
    }

    /** {@return a name as it is, changed only if it is taken} */
    String verbatim(String name) {
        return unique(identifier(name));
    }

    /** {@return the name of a constant of a member: {@code previousPid} becomes {@code PREVIOUS_PID}} */
    static String constant(String member) {
        return member.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    static String capitalized(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private String unique(String wanted) {
        String name = RESERVED.contains(wanted) ? wanted + "_" : wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    private static String camel(String cName) {
        StringBuilder camel = new StringBuilder();
        boolean upper = false;
        for (char c : identifier(cName).toCharArray()) {
            if (c == '_') {
                upper = !camel.isEmpty();
            } else {
                camel.append(upper ? Character.toUpperCase(c) : c);
                upper = false;
            }
        }
        return camel.isEmpty() || Character.isJavaIdentifierStart(camel.charAt(0)) ? camel.toString() : "_" + camel;
    }

    /** BTF allows dots and more in names. */
    private static String identifier(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_]", "_");
        return plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "_" + plain : plain;
    }
}
