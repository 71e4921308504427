package bpf4j.cli;

/** A process that says how wide it believes its terminal to be. */
final class ChildConsole {

    private ChildConsole() {
    }

    /** Prints the width. */
    public static void main(String[] args) {
        int columns = Console.ofProcess(System.out, System.err).columns();
        System.out.println(columns == Console.UNLIMITED ? "no terminal" : columns + " columns");
    }
}
