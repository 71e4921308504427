package bpf4j.btf.core;

/**
 * What one object may make the resolver do. The depth limits of the relations do not stop types that fan out at each
 * level, and quadratic comparisons of huge structs; a count over the whole object does.
 */
final class Effort {

    /** Members and types looked at: forty times what the largest objects in use need, and seconds at most. */
    static final long LIMIT = 1L << 26;

    private long left;

    Effort() {
        this(LIMIT);
    }

    Effort(long limit) {
        this.left = limit;
    }

    void spend(long steps) {
        left -= steps;
        if (left < 0) {
            throw new UnresolvableException("comparing types took more than " + LIMIT + " steps for one object");
        }
    }
}
