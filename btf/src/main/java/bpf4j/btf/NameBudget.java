package bpf4j.btf;

/**
 * Names while they are read for one answer. Names may share bytes, so a small BTF could describe gigabytes of them;
 * those of one answer together are therefore held to a small multiple of the data that they come from.
 */
final class NameBudget {

    /** Real data says each name a few times at most: as a tag, as a member, as a parameter. */
    private static final int SHARING_LIMIT = 4;

    private final Btf btf;
    private final long limit;
    private long used;

    NameBudget(Btf btf, long dataBytes) {
        this.btf = btf;
        this.limit = dataBytes * SHARING_LIMIT;
    }

    /** The name at a string offset as the format has it; {@code place} says whose, for the message. */
    String at(int offset, Object place) {
        if (offset == 0) {
            return "";
        }
        String result = btf.typeName(Integer.toUnsignedLong(offset));
        used += result.length();
        if (used > limit) {
            throw new BtfFormatException("%s: the names add up to more than %d times the data"
                    .formatted(place, SHARING_LIMIT));
        }
        return result;
    }

    /** How many characters were handed out. */
    long used() {
        return used;
    }
}
