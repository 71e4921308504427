package bpf4j.btf.core;

import bpf4j.btf.CoreRelocation;

/**
 * A well-formed CO-RE relocation that has no answer on this target: its candidates disagree, a limit was exceeded, or the
 * field cannot be read with one load. The message is {@code CO-RE: PATH: PROBLEM}.
 */
public final class CoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient CoreRelocation relocation;
    /** The relocation as a C expression. */
    private final String path;
    /** What is wrong. */
    private final String problem;

    CoreException(AccessSpec spec, String problem) {
        this(spec.relocation(), spec.path(), problem);
    }

    private CoreException(CoreRelocation relocation, String path, String problem) {
        super("CO-RE: " + path + ": " + problem);
        this.relocation = relocation;
        this.path = path;
        this.problem = problem;
    }

    /** {@return the relocation; null after deserialization} */
    public CoreRelocation relocation() {
        return relocation;
    }

    /** {@return what was asked for as a C path, for instance {@code struct tcp_sock.snd_cwnd}} */
    public String path() {
        return path;
    }

    /** {@return what is wrong, without the path} */
    public String problem() {
        return problem;
    }
}
