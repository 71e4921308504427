package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written about the command line has all of its commands, and none that it does not have. */
class CommandReferenceTest {

    private static final Path ROOT = Fixtures.path("..").normalize();
    /** A word of the script {@code bpf4j}, which the jar does not know. */
    private static final String DEMO = "demo";
    private static final Pattern LISTED = Pattern.compile("(?m)^  ([a-z_]+)(?:, [a-z-]+)?  +\\S");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+");

    @Test
    void readmesTableHasTheCommands() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        int start = readme.indexOf("| command | what it does |");
        Set<String> told = new TreeSet<>();
        for (String row : readme.substring(start, readme.indexOf("\n\n", start)).lines().skip(2).toList()) {
            Matcher first = CODE.matcher(row);
            assertTrue(first.find(), row);
            String[] words = first.group(1).split(" ");
            boolean group = words.length > 1 && words[1].matches("[a-z|\\\\]+");
            told.addAll(group ? Stream.of(words[1].split("\\\\\\|")).map(each -> words[0] + " " + each).toList()
                    : List.of(words[0]));
        }
        told.removeIf(command -> command.startsWith(DEMO));
        assertEquals(commands(), told);
    }

    @Test
    void referenceHasASectionForEachCommand() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String command : commands()) {
            String[] words = command.split(" ");
            Matcher section = Pattern.compile("(?ms)^## [^\n]*`" + words[0] + "\\b.*?(?=^## |\\z)")
                    .matcher(FENCED.matcher(reference()).replaceAll(""));
            Set<String> code = section.find() ? CODE.matcher(section.group()).results().map(r -> r.group(1))
                    .collect(Collectors.toSet()) : Set.of();
            if (code.stream().noneMatch(told -> (told + " ").startsWith(command + " "))
                    && (words.length == 1 || !code.contains(words[1]))) {
                missing.add(command);
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void referenceNamesOnlyOptionsThatThereAre() throws IOException {
        StringBuilder helps = new StringBuilder();
        for (String command : commands()) {
            helps.append(CommandLineRun.of(Stream.concat(Stream.of(command.split(" ")), Stream.of("--help"))
                    .toArray(String[]::new)).out());
        }
        Set<String> options = options(helps.toString());
        assertTrue(options.size() >= 20, options::toString);
        Set<String> unknown = options(reference());
        unknown.removeAll(options);
        assertEquals(Set.of(), unknown);
    }

    private static String reference() throws IOException {
        return Files.readString(ROOT.resolve("docs/command-line.md"));
    }

    private static Set<String> options(String text) {
        return OPTION.matcher(text).results().map(option -> option.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return all commands by their first names, those of groups behind the group's} */
    private static Set<String> commands() {
        Set<String> commands = new TreeSet<>();
        for (String command : listed("--help")) {
            List<String> group = listed(command, "--help");
            commands.addAll(group.isEmpty() ? List.of(command)
                    : group.stream().map(each -> command + " " + each).toList());
        }
        assertTrue(commands.size() >= 30, commands::toString);
        return commands;
    }

    private static List<String> listed(String... words) {
        String help = CommandLineRun.of(words).out();
        int start = help.indexOf("Commands:\n");
        return start < 0 ? List.of() : LISTED.matcher(help.substring(start, (help + "\n\n").indexOf("\n\n", start)))
                .results().map(line -> line.group(1)).filter(name -> !name.equals("help")).toList();
    }
}
