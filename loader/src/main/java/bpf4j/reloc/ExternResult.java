package bpf4j.reloc;

import bpf4j.object.Extern;

/** What one extern of an object comes to on one kernel. */
public sealed interface ExternResult {

    /** {@return the extern} */
    Extern extern();

    /**
     * It has a value; a weak one may have that of what is missing.
     *
     * @param extern the extern
     * @param value what it becomes
     */
    record Resolved(Extern extern, ExternValue value) implements ExternResult {
    }

    /**
     * The kernel lacks it, or has it in a form that does not fit, and so the object cannot be loaded.
     *
     * @param extern the extern
     * @param problem why; near names are part of it
     */
    record Failed(Extern extern, RelocationException problem) implements ExternResult {
    }

    /**
     * What it depends on is not known of this kernel.
     *
     * @param extern the extern
     * @param problem what is not known
     */
    record Unknown(Extern extern, RelocationException problem) implements ExternResult {
    }
}
