package bpf4j.binary;

import java.util.function.Predicate;

/** Names with wildcards: {@code *} stands for any characters or none, {@code ?} for one. */
final class Glob implements Predicate<String> {

    private final String pattern;

    Glob(String pattern) {
        this.pattern = pattern;
    }

    /** Linear but for the last star, which is where a mismatch goes on: no pattern makes this slow. */
    @Override
    public boolean test(String name) {
        int at = 0;
        int star = -1;
        int resume = 0;
        int i = 0;
        while (i < name.length()) {
            char wanted = at < pattern.length() ? pattern.charAt(at) : 0;
            if (wanted == '*') {
                star = at++;
                resume = i;
            } else if (at < pattern.length() && (wanted == '?' || wanted == name.charAt(i))) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++resume;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
