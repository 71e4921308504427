/**
 * Java sources from objects: {@link bpf4j.gen.JavaBindings} writes a class for an object, with its programs, maps and
 * variables as members and a class for each C type that they are of.
 */
package bpf4j.gen;
