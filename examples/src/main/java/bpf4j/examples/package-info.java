/**
 * What the example programs share: the objects that come with them, the variables of BPF programs, and how a program
 * ends.
 */
package bpf4j.examples;
