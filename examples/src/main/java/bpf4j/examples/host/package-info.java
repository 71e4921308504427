/** Cgroups of the examples' own. */
package bpf4j.examples.host;
