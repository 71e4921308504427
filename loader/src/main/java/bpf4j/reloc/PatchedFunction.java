package bpf4j.reloc;

import bpf4j.btf.core.CoreFixup;
import bpf4j.object.BpfFunction;
import java.util.Map;

/**
 * A function after CO-RE.
 *
 * @param function as the object has it
 * @param slots its instructions, patched; shared by all programs that it is joined to, so never changed again
 * @param poisoned the answers that made an instruction unusable, by instruction
 */
record PatchedFunction(BpfFunction function, long[] slots, Map<Integer, CoreFixup> poisoned) {
}
