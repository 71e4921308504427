package bpf4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeSnippetTest {

    private static final Path ROOT = Fixtures.path("..");
    private static final Pattern QUOTABLE = Pattern.compile(
            "// README.md quotes what is between these lines.\n(.*)\n\\s*// README.md quotes", Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile("(?:<!-- snippet: (\\S+) -->\n)?```java\n(.*?)```\n",
            Pattern.DOTALL);

    @Test
    void readmeQuotesWhatCompiles() throws IOException {
        List<MatchResult> snippets = QUOTED.matcher(Files.readString(ROOT.resolve("README.md"))).results().toList();
        assertEquals(2, snippets.size());
        for (MatchResult snippet : snippets) {
            String source = Files.readString(ROOT.resolve(snippet.group(1)));
            assertEquals(QUOTABLE.matcher(source).results().map(found -> found.group(1).stripIndent() + "\n").toList(),
                    List.of(snippet.group(2)));
        }
    }
}
