package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import bpf4j.btf.CoreRelocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a CO-RE record asks for, read against the object's own BTF: the access string taken apart into steps. Immutable.
 *
 * <p>Each index of the string is a low-level step. The high-level {@link #steps()} leave out the anonymous structs and
 * unions on the way, since a target may group its members otherwise.
 */
public final class AccessSpec {

    /** Indices in one access string, by the rule that all loaders share. */
    static final int MAX_INDICES = 64;

    /** One high-level step of an access to a field. */
    public sealed interface Step {

        /** {@return the index as it stands in the access string} */
        int index();

        /**
         * A named member.
         *
         * @param compositeId the struct or union, without typedefs and qualifiers
         * @param index which of its members
         * @param member the member
         */
        record Member(int compositeId, int index, BtfType.Member member) implements Step {
        }

        /**
         * An element of an array. The first step of each access is one, too: a pointer to the root type as a row of it.
         *
         * @param typeId the element's type, without typedefs and qualifiers
         * @param index which element
         */
        record Element(int typeId, int index) implements Step {
        }
    }

    private final Btf btf;
    private final CoreRelocation relocation;
    private final List<Step> steps;
    private final BtfType.EnumValue enumerator;
    private final long offsetBits;
    private final int membersSeen;

    private AccessSpec(Parser parser) {
        this.btf = parser.btf;
        this.relocation = parser.relocation;
        this.steps = List.copyOf(parser.steps);
        this.enumerator = parser.enumerator;
        this.offsetBits = parser.offsetBits;
        this.membersSeen = parser.membersSeen;
    }

    /**
     * Reads a record.
     *
     * @param local the object's BTF
     * @param relocation the record
     * @return what it asks for
     * @throws BtfFormatException if the access string is malformed or does not fit the types; the message names the
     *         record
     */
    public static AccessSpec parse(Btf local, CoreRelocation relocation) {
        try {
            Parser parser = new Parser(local, relocation);
            parser.parse();
            return new AccessSpec(parser);
        } catch (BtfFormatException e) {
            throw malformed(relocation, e);
        }
    }

    /** The same problem with the record named that led to it. */
    static BtfFormatException malformed(CoreRelocation relocation, BtfFormatException problem) {
        BtfFormatException named = new BtfFormatException(
                ".BTF.ext: CO-RE record for the instruction at 0x%x (%s of type [%s], access string '%s'): %s"
                        .formatted(relocation.insnOffsetBytes(), relocation.kind(),
                                Integer.toUnsignedString(relocation.typeId()), shortened(relocation.access()),
                                problem.getMessage()));
        named.initCause(problem);
        return named;
    }

    /** {@return the record that was read} */
    public CoreRelocation relocation() {
        return relocation;
    }

    /** {@return the high-level steps in order; empty unless the kind is about a field} */
    public List<Step> steps() {
        return steps;
    }

    /** {@return the enumerator, if the kind is about one} */
    public Optional<BtfType.EnumValue> enumerator() {
        return Optional.ofNullable(enumerator);
    }

    /** {@return where the field starts in the object's own types, in bits from the start of the root type} */
    public long offsetBits() {
        return offsetBits;
    }

    /**
     * Writes the access like C: {@code struct tcp_sock.inet_conn.icsk_ca_priv[2]} for a field, {@code enum foo::BAR}
     * for an enumerator, {@code struct foo} for a type.
     *
     * @return the text, made anew on each call
     */
    public String path() {
        StringBuilder text = new StringBuilder(CPrinter.typeName(btf, relocation.typeId()));
        if (enumerator != null) {
            return text.append("::").append(enumerator.name()).toString();
        }
        boolean first = true;
        for (Step step : steps) {
            switch (step) {
                case Step.Member m -> text.append('.').append(m.member().name());
                case Step.Element e -> {
                    if (!first || e.index() != 0) {
                        text.append('[').append(e.index()).append(']');
                    }
                }
            }
            first = false;
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return relocation.kind() + " " + path();
    }

    Btf btf() {
        return btf;
    }

    /** What reading this record cost, as {@link Effort} counts: its indices, and the members of types on the way. */
    long cost() {
        return (long) Effort.STEP * steps.size() + membersSeen + 1;
    }

    /** The field in the object's own BTF; only for kinds about fields. */
    FieldPlace place() {
        return switch (steps.getLast()) {
            case Step.Member(_, _, BtfType.Member m) ->
                new FieldPlace(btf, m.typeId(), offsetBits, m.bitfieldBits(), false);
            case Step.Element e -> new FieldPlace(btf, e.typeId(), offsetBits, 0, true);
        };
    }

    private static String shortened(String access) {
        return access.length() <= 80 ? access : access.substring(0, 80) + "...";
    }

    private static final class Parser {

        private final Btf btf;
        private final CoreRelocation relocation;
        private final List<Step> steps = new ArrayList<>(4);
        private BtfType.EnumValue enumerator;
        private long offsetBits;
        private int membersSeen;

        Parser(Btf btf, CoreRelocation relocation) {
            this.btf = btf;
            this.relocation = relocation;
        }

        void parse() {
            int[] indices = indices(relocation.access());
            if (relocation.kind().isType()) {
                if (indices.length != 1 || indices[0] != 0) {
                    throw new BtfFormatException("a relocation of a whole type has the access string '0'");
                }
                btf.kindNumber(relocation.typeId());
            } else if (relocation.kind().isEnumValue()) {
                enumerator(indices);
            } else {
                field(indices);
            }
        }

        private void enumerator(int[] indices) {
            if (!(btf.stripped(relocation.typeId()) instanceof BtfType.Enumeration type)) {
                throw new BtfFormatException("the type is no enumeration");
            }
            membersSeen = type.values().size();
            if (indices.length != 1 || indices[0] >= type.values().size()) {
                throw new BtfFormatException("not the index of one of %d enumerators".formatted(type.values().size()));
            }
            enumerator = type.values().get(indices[0]);
        }

        private void field(int[] indices) {
            int id = btf.strip(relocation.typeId());
            offsetBits = FieldPlace.elementOffsetBits(btf, id, 0, indices[0]);
            steps.add(new Step.Element(id, indices[0]));
            boolean named = true;
            for (int i = 1; i < indices.length; i++) {
                int index = indices[i];
                switch (btf.type(id)) {
                    case BtfType.Composite type -> {
                        membersSeen += type.members().size();
                        if (index >= type.members().size()) {
                            throw new BtfFormatException("index %d of %d members of '%s'"
                                    .formatted(index, type.members().size(), CPrinter.typeName(btf, id)));
                        }
                        BtfType.Member member = type.members().get(index);
                        offsetBits += member.offsetBits();
                        named = !member.name().isEmpty();
                        if (named) {
                            steps.add(new Step.Member(id, index, member));
                        }
                        id = btf.strip(member.typeId());
                    }
                    case BtfType.Array array -> {
                        if (index >= array.count() && !(array.count() == 0 && endsItsStruct(steps.getLast()))) {
                            throw new BtfFormatException("index %d of %d array elements"
                                    .formatted(index, array.count()));
                        }
                        id = btf.strip(array.elementTypeId());
                        offsetBits = FieldPlace.elementOffsetBits(btf, id, offsetBits, index);
                        steps.add(new Step.Element(id, index));
                        named = true;
                    }
                    case BtfType.Void _, BtfType.Int _, BtfType.Ptr _, BtfType.Enumeration _, BtfType.Fwd _,
                            BtfType.Modifier _, BtfType.Func _, BtfType.FuncProto _, BtfType.Var _, BtfType.DataSec _,
                            BtfType.Float _, BtfType.DeclTag _ ->
                        throw new BtfFormatException("'%s' at index %d has neither members nor elements"
                                .formatted(CPrinter.typeName(btf, id), i));
                }
            }
            if (!named) {
                throw new BtfFormatException("the access ends in an anonymous member, which has no name to look for");
            }
        }

        /** Only a trailing member may be a flexible array, whose length is not known. */
        private boolean endsItsStruct(Step last) {
            return last instanceof Step.Member m
                    && m.index() == ((BtfType.Composite) btf.type(m.compositeId())).members().size() - 1;
        }

        private static int[] indices(String access) {
            int[] result = new int[count(access)];
            int at = 0;
            for (int i = 0; i < result.length; i++) {
                long index = 0;
                int start = at;
                for (; at < access.length() && access.charAt(at) != ':'; at++) {
                    int digit = access.charAt(at) - '0';
                    index = index * 10 + digit;
                    if (digit < 0 || digit > 9 || index > Integer.MAX_VALUE) {
                        throw new BtfFormatException("no list of indices between colons");
                    }
                }
                if (at == start) {
                    throw new BtfFormatException("an index is empty");
                }
                result[i] = (int) index;
                at++;
            }
            return result;
        }

        private static int count(String access) {
            int count = 1;
            for (int i = 0; i < access.length(); i++) {
                if (access.charAt(i) == ':' && ++count > MAX_INDICES) {
                    throw new BtfFormatException("more than " + MAX_INDICES + " indices");
                }
            }
            return count;
        }
    }
}
