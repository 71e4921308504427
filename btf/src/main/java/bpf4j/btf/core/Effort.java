package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;

/**
 * What one object may make the resolver do. The depth limits of the relations do not stop types that fan out at each
 * level, and quadratic comparisons of huge structs; a count over the whole object does.
 */
final class Effort {

    /** Members and types looked at: ten times what the largest objects in use need, and a second at most. */
    static final long LIMIT = 1L << 24;
    /** A typedef or qualifier: none of a long chain is in the cache of types. */
    private static final int MODIFIER = 2;
    /** One index of an access: a size is computed, which may go through arrays of arrays. */
    static final int STEP = 32;
    /** For the text of one answer, whose comparison is done again. */
    private static final long TRACE_LIMIT = LIMIT / 16;

    /** Longer chains than compilers make are left to {@link Btf#stripped}, which has a limit. */
    private static final int MAX_CHAIN = 64;

    private final long limit;
    private long left;

    Effort() {
        this(LIMIT);
    }

    Effort(long limit) {
        this.limit = limit;
        this.left = limit;
    }

    static Effort forTrace() {
        return new Effort(TRACE_LIMIT);
    }

    void spend(long steps) {
        left -= steps;
        if (left < 0) {
            throw new UnresolvableException("comparing types took more than " + limit + " steps for one object");
        }
    }

    /** {@link Btf#stripped}, for what it costs: each type on the way is made, and a large one member by member. */
    BtfType stripped(Btf btf, int id) {
        BtfType type = btf.type(id);
        for (int i = 0; type instanceof BtfType.Modifier modifier; i++) {
            spend(MODIFIER);
            if (i == MAX_CHAIN) {
                type = btf.stripped(id);
                break;
            }
            type = btf.type(modifier.typeId());
        }
        spend(switch (type) {
            case BtfType.Composite t -> t.members().size();
            case BtfType.Enumeration t -> t.values().size();
            case BtfType.FuncProto t -> t.params().size();
            case BtfType.DataSec t -> t.variables().size();
            case BtfType.Void _, BtfType.Int _, BtfType.Ptr _, BtfType.Array _, BtfType.Fwd _, BtfType.Modifier _,
                    BtfType.Func _, BtfType.Var _, BtfType.Float _, BtfType.DeclTag _ -> 0;
        });
        return type;
    }
}
