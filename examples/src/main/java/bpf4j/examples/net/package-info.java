/**
 * TCP sockets with the two options that Java's own sockets do not have: {@code TCP_CONGESTION} and {@code TCP_INFO}.
 */
package bpf4j.examples.net;
