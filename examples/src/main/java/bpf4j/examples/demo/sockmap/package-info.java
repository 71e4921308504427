/**
 * {@code bpf4j demo sockmap}: how much shorter the round trips of a local TCP connection get when its bytes go from
 * socket to socket.
 */
package bpf4j.examples.demo.sockmap;
