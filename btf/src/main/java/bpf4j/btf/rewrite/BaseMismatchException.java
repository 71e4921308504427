package bpf4j.btf.rewrite;

/** Split BTF does not fit a base: a type that it needs is missing there, has another size or is there several times. */
public final class BaseMismatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BaseMismatchException(String message) {
        super(message);
    }
}
