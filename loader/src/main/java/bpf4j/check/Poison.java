package bpf4j.check;

import bpf4j.btf.core.CoreFixup;

/** Why the loader makes an instruction one that the verifier must not reach. */
sealed interface Poison {

    /** CO-RE has no answer for it. */
    record Core(CoreFixup fixup) implements Poison {
    }

    /** It uses a map that is not created. */
    record Map(String map) implements Poison {
    }

    /** It calls a weak kernel function that the kernel does not have. */
    record Kfunc(String function) implements Poison {
    }
}
