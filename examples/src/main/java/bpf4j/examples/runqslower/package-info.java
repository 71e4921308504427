/** Which tasks wait for a processor, and how long: {@link bpf4j.examples.runqslower.Runqslower}. */
package bpf4j.examples.runqslower;
