package bpf4j;

import bpf4j.cli.Main;

/**
 * The main class of the executable jar. It alone is compiled for Java 8, so that an old {@code java} prints one
 * sentence instead of {@code UnsupportedClassVersionError}. {@link Main} is linked when it is first called, after the
 * check.
 */
public final class Launcher {

    private static final int OLDEST_JAVA = 25;

    /** The exit status under a Java that is too old; {@link Main} documents the others. */
    private static final int EXIT_WRONG_JAVA = 3;

    private Launcher() {
    }

    /**
     * Runs the command line if this Java can.
     *
     * @param args what {@link Main#main} takes
     */
    public static void main(String[] args) {
        // "1.8" up to Java 8, "9" and so on after it.
        String version = System.getProperty("java.specification.version");
        int feature = Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
        if (feature < OLDEST_JAVA) {
            System.err.println("bpf4j needs Java " + OLDEST_JAVA + " or newer; this is Java " + feature
                    + " (" + System.getProperty("java.home") + ").");
            System.exit(EXIT_WRONG_JAVA);
        }
        Main.main(args);
    }
}
