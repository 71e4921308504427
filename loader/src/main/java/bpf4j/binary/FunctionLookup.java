package bpf4j.binary;

import java.util.List;

/** What came of looking for a function. */
public sealed interface FunctionLookup {

    /**
     * There is one place.
     *
     * @param function the function
     */
    record Found(FunctionSymbol function) implements FunctionLookup {
    }

    /**
     * There is none.
     *
     * @param reason why, for people: a sentence without a full stop
     */
    record Missing(String reason) implements FunctionLookup {
    }

    /**
     * There are several of that name at different places.
     *
     * @param functions all of them, two at least
     */
    record Ambiguous(List<FunctionSymbol> functions) implements FunctionLookup {
    }
}
