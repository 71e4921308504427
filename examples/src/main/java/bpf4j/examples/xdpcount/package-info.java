/** Counting what arrives at an interface: {@link bpf4j.examples.xdpcount.XdpCount} prints it by protocol. */
package bpf4j.examples.xdpcount;
