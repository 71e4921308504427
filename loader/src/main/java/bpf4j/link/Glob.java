package bpf4j.link;

import java.util.regex.Pattern;

/**
 * A pattern of names: a star stands for any characters, a question mark for one.
 *
 * @param pattern the pattern, of what symbols are made of, stars and question marks
 */
record Glob(String pattern) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.*?]+");

    /** {@return whether a text has the form of a pattern} */
    static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    /** {@return whether the whole name fits; in time proportional to the name's length times the pattern's} */
    boolean matches(String name) {
        int at = 0;
        int inName = 0;
        // Where to go on if what follows the last star turns out not to fit.
        int afterStar = -1;
        int retry = 0;
        while (inName < name.length()) {
            char wanted = at < pattern.length() ? pattern.charAt(at) : 0;
            if (wanted == '*') {
                afterStar = ++at;
                retry = inName;
            } else if (wanted == '?' || wanted == name.charAt(inName)) {
                at++;
                inName++;
            } else if (afterStar >= 0) {
                at = afterStar;
                inName = ++retry;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }
}
