/** Whole systems on bpf4j, each a program that shows its effect: a congestion control, and TCP by way of a sockmap. */
@SuppressWarnings("requires-automatic") // XChart and what it draws with have no descriptors.
module bpf4j.examples {
    requires transitive bpf4j.loader;
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires java.desktop;
    requires org.knowm.xchart;
    requires VectorGraphics2D;

    exports bpf4j.examples.bpf;
    exports bpf4j.examples.dctcp;
    exports bpf4j.examples.egress;
    exports bpf4j.examples.opensnoop;
    exports bpf4j.examples.runqslower;
    exports bpf4j.examples.sockmap;
    exports bpf4j.examples.xdpcount;

    opens bpf4j.examples.demo to info.picocli;
    opens bpf4j.examples.demo.dctcp to info.picocli;
    opens bpf4j.examples.demo.sockmap to info.picocli;
}
