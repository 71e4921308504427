package bpf4j.btf;

/**
 * Names without their flavor: {@code task_struct___old} and {@code task_struct} have the essential name
 * {@code task_struct}. The suffix starts at the last place where exactly three underscores stand between two other
 * characters.
 */
public final class EssentialName {

    private EssentialName() {
    }

    /**
     * Cuts the flavor off a name.
     *
     * @param name any name, may be empty
     * @return the part before the flavor, or the whole name where it has none
     */
    public static String of(String name) {
        for (int i = name.length() - 5; i >= 0; i--) {
            if (name.charAt(i) != '_' && name.startsWith("___", i + 1) && name.charAt(i + 4) != '_') {
                return name.substring(0, i + 1);
            }
        }
        return name;
    }

    /**
     * Compares two names without their flavors.
     *
     * @param first any name, may be empty
     * @param second any name, may be empty
     * @return whether the essential names are equal; an empty name agrees with an empty name only
     */
    public static boolean agree(String first, String second) {
        if (first.isEmpty() || second.isEmpty() || first.charAt(0) != second.charAt(0)) {
            return first.isEmpty() && second.isEmpty();
        }
        return first.equals(second) || of(first).equals(of(second));
    }

    /** The same rule over UTF-8 bytes: the length of the essential name of {@code bytes[start..end)}. */
    static int length(byte[] bytes, int start, int end) {
        for (int i = end - 5; i >= start; i--) {
            if (bytes[i + 1] == '_' && bytes[i] != '_' && bytes[i + 2] == '_' && bytes[i + 3] == '_'
                    && bytes[i + 4] != '_') {
                return i + 1 - start;
            }
        }
        return end - start;
    }
}
