package bpf4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a page tells its reader to do.
 *
 * @param files contents of the files that it has whole, by name
 * @param steps its commands
 */
record Tour(Map<String, String> files, List<Step> steps) {

    private static final Pattern FILE = Pattern.compile("<!-- file: (\\S+) -->\n```[a-z]+\n(.*?)```\n", Pattern.DOTALL);
    private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```\n", Pattern.DOTALL);
    private static final Pattern LOOSE = Pattern.compile("\\s+|\\b[0-9a-f]{8,}\\b|[0-9]+");

    /**
     * A command and what the page says that it prints.
     *
     * @param command a line for the shell
     * @param shown lines
     */
    record Step(String command, List<String> shown) {

        /**
         * The page's own rule: digits, hexadecimal words and spaces stand for any, a line {@code ...} for any lines.
         */
        boolean isShownFor(String output) {
            String pattern = shown.stream().map(line -> line.equals("...") ? "(?:.*\n)*?" : pattern(line) + " *\n")
                    .collect(Collectors.joining());
            return Pattern.matches(pattern, output);
        }

        private static String pattern(String line) {
            StringBuilder pattern = new StringBuilder();
            Matcher loose = LOOSE.matcher(line);
            int from = 0;
            while (loose.find()) {
                pattern.append(Pattern.quote(line.substring(from, loose.start())))
                        .append(loose.group().isBlank() ? "[ \t]+"
                                : loose.group().length() < 8 ? "[0-9]+" : "[0-9a-f]+");
                from = loose.end();
            }
            return pattern.append(Pattern.quote(line.substring(from))).toString();
        }
    }

    static Tour read(Path page) throws IOException {
        String text = Files.readString(page);
        Map<String, String> files = new LinkedHashMap<>();
        FILE.matcher(text).results().forEach(file -> files.put(file.group(1), file.group(2)));
        List<Step> steps = new ArrayList<>();
        CONSOLE.matcher(text).results().forEach(console -> {
            for (String step : console.group(1).split("(?m)^\\$ ")) {
                if (!step.isEmpty()) {
                    List<String> lines = step.lines().toList();
                    steps.add(new Step(lines.getFirst(), lines.subList(1, lines.size())));
                }
            }
        });
        return new Tour(files, List.copyOf(steps));
    }
}
