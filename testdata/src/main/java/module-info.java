/** Fixtures and the JUnit support that finds them. Test scope only. */
module bpf4j.testdata {
    requires transitive org.junit.jupiter.api;

    exports bpf4j.testdata;
}
