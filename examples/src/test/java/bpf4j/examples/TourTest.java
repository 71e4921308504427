package bpf4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TourTest {

    private static final Tour.Step STEP = new Tour.Step("list",
            List.of("  id 12  name a.b", "...", "Found 3 elements"));

    @Test
    void pageHasItsFilesAndShowsWhatCommandsPrint() throws IOException {
        Tour tour = Tour.read(Fixtures.path("../docs/tour.md"));
        assertEquals(Set.of("execs.bpf.c", "Execs.java"), tour.files().keySet());
        assertTrue(tour.steps().size() >= 15, tour.steps()::toString);
        assertEquals("bpf4j demo dctcp --quick", tour.steps().getLast().command());
    }

    @Test
    void digitsSpacesAndLeftOutLinesMatchLoosely() {
        assertTrue(STEP.isShownFor("  id 12  name a.b\nFound 3 elements\n"));
        assertTrue(STEP.isShownFor(" id 4711 name a.b\nother\n\nlines\nFound 12 elements\n"));
    }

    @Test
    void allElseMatchesExactly() {
        assertFalse(STEP.isShownFor("  id 12  name axb\nFound 3 elements\n"));
        assertFalse(STEP.isShownFor("  id x  name a.b\nFound 3 elements\n"));
        assertFalse(STEP.isShownFor("  id 12  name a.b\nFound 3 elements\nmore\n"));
        assertFalse(STEP.isShownFor(""));
    }
}
