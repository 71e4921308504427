/** Whole systems on bpf4j, each a program that shows its effect: a congestion control, and TCP by way of a sockmap. */
module bpf4j.examples {
    requires bpf4j.loader;

    exports bpf4j.examples.dctcp;
    exports bpf4j.examples.egress;
    exports bpf4j.examples.opensnoop;
    exports bpf4j.examples.runqslower;
    exports bpf4j.examples.sockmap;
    exports bpf4j.examples.xdpcount;
}
