/** The goals of the Maven plugin. */
package bpf4j.maven;
