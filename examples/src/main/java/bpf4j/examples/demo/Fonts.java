package bpf4j.examples.demo;

import java.awt.GraphicsEnvironment;
import java.io.IOException;

/** Whether this Java can draw letters. Knows nothing else of pictures: a Java without their classes can ask as well. */
public final class Fonts {

    private Fonts() {
    }

    /**
     * Complains where nothing can be drawn.
     *
     * @throws IOException if Java finds no fonts, or has no classes for them
     */
    public static void require() throws IOException {
        try {
            GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames();
        } catch (NoClassDefFoundError e) {
            throw new IOException("this Java lacks the module java.desktop, by which pictures are drawn: take a whole"
                    + " JDK, or ask for --no-pictures", e);
        } catch (RuntimeException | Error e) {
            throw new IOException("Java finds no fonts for the pictures' letters: install fontconfig and some font"
                    + " (on Debian: apt install fontconfig fonts-dejavu-core), or ask for --no-pictures", e);
        }
    }
}
