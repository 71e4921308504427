/**
 * TCP between two processes of one machine that goes from socket to socket: {@link bpf4j.examples.sockmap.Sockmap} with
 * maps as they are written today, {@link bpf4j.examples.sockmap.LegacySockmap} with objects from before BTF.
 */
package bpf4j.examples.sockmap;
