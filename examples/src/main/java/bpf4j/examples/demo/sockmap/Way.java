package bpf4j.examples.demo.sockmap;

/** How bytes get from one socket to the other. */
enum Way {

    /** Down through TCP and IP to the loopback and up again. */
    TCP("TCP"),
    /** By the BPF programs, straight into the other socket's receive queue. */
    REDIRECTED("sockmap");

    private final String text;

    Way(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
