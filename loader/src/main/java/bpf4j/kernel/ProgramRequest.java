package bpf4j.kernel;

import bpf4j.btf.Btf;
import java.util.Optional;

/**
 * How a program is put before the kernel: its code, and which of the optional things go with it.
 *
 * @param slots the code, ready for the kernel
 * @param named whether its name goes along
 * @param attachTyped whether its expected attach type goes along
 * @param described whether func and line info go along
 * @param types what func and line info refer to; empty where the kernel has not taken the object's types
 */
record ProgramRequest(long[] slots, boolean named, boolean attachTyped, boolean described, Optional<Btf> types) {

    static ProgramRequest full(long[] slots, Optional<Btf> types) {
        return new ProgramRequest(slots, true, true, true, types);
    }

    ProgramRequest withoutName() {
        return new ProgramRequest(slots, false, attachTyped, described, types);
    }

    ProgramRequest withoutAttachType() {
        return new ProgramRequest(slots, named, false, described, types);
    }

    ProgramRequest withoutDescription() {
        return new ProgramRequest(slots, named, attachTyped, false, types);
    }

    ProgramRequest withSlots(long[] newSlots) {
        return new ProgramRequest(newSlots, named, attachTyped, described, types);
    }

    ProgramRequest withTypes(Btf newTypes) {
        return new ProgramRequest(slots, named, attachTyped, described, Optional.of(newTypes));
    }
}
