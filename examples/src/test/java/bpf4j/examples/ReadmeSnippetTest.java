package bpf4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeSnippetTest {

    private static final Path ROOT = Fixtures.path("..");
    private static final String MARK = "    // README.md quotes what is between these lines.\n";

    @Test
    void readmeQuotesWhatCompiles() throws IOException {
        String source = Files.readString(ROOT.resolve("examples/src/test/java/bpf4j/examples/ReadmeSnippet.java"));
        String quotable = source.substring(source.indexOf(MARK) + MARK.length(), source.lastIndexOf(MARK)).indent(-4);
        String readme = Files.readString(ROOT.resolve("README.md"));
        int start = readme.indexOf("```java\n") + "```java\n".length();
        assertEquals(quotable, readme.substring(start, readme.indexOf("```", start)));
    }
}
