package bpf4j.btf.core;

/** Carries a problem out of a relation that does not know which relocation asked; {@link CoreResolver} adds that. */
final class UnresolvableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnresolvableException(String problem) {
        super(problem, null, false, false);
    }
}
