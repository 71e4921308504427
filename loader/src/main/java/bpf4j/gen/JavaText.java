package bpf4j.gen;

/** Java source in the making: lines with their indentation. */
final class JavaText {

    private static final String INDENT = "    ";
    private static final int MAX_COLUMNS = 120;

    private final StringBuilder text = new StringBuilder();
    private int depth;

    /** Writes a line; one that ends in a brace begins a block. */
    JavaText line(String format, Object... args) {
        String line = args.length == 0 ? format : format.formatted(args);
        if (line.startsWith("}")) {
            depth--;
        }
        text.append(line.isEmpty() ? "" : INDENT.repeat(depth)).append(line).append('\n');
        if (line.endsWith("{")) {
            depth++;
        }
        return this;
    }

    JavaText blank() {
        return line("");
    }

    /** Writes javadoc of one paragraph and some tags. */
    JavaText doc(String sentence, String... tags) {
        if (tags.length == 0 && columns("/** " + sentence + " */") <= MAX_COLUMNS) {
            return line("%s", "/** " + sentence + " */");
        }
        line("/**");
        wrapped(sentence, "");
        if (tags.length > 0) {
            line(" *");
        }
        for (String tag : tags) {
            wrapped(tag, INDENT);
        }
        return line(" */");
    }

    private void wrapped(String sentence, String hanging) {
        StringBuilder row = new StringBuilder(" *");
        for (String word : sentence.split(" ")) {
            if (columns(row + " " + word) > MAX_COLUMNS) {
                line("%s", row);
                row = new StringBuilder(" * " + hanging).append(word);
            } else {
                row.append(' ').append(word);
            }
        }
        line("%s", row);
    }

    private int columns(String line) {
        return depth * INDENT.length() + line.length();
    }

    /** {@return C in javadoc} */
    static String code(String c) {
        String safe = c.replaceAll("\\s+", " ").replace("*/", "* /").replace("\\", "\\\\");
        return safe.chars().filter(x -> x == '{').count() == safe.chars().filter(x -> x == '}').count()
                && !safe.contains("@") ? "{@code " + safe + "}" : "a C declaration";
    }

    /** {@return a literal} */
    static String quote(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
