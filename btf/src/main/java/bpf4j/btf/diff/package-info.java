/** What differs between two BTFs, type by type. Start at {@link bpf4j.btf.diff.BtfDiff}. */
package bpf4j.btf.diff;
