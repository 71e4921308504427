/** Which files are opened, by whom, as it happens: tracepoints and a ring buffer. */
package bpf4j.examples.opensnoop;
