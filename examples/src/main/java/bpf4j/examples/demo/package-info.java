/**
 * Demonstrations that measure: what they share. Children that run elsewhere, rounds and their spread, a progress bar,
 * tables and pictures.
 */
package bpf4j.examples.demo;
