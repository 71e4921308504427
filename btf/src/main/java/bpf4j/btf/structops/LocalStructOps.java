package bpf4j.btf.structops;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A struct_ops variable as an object declares it: the struct's type, its bytes, and the programs that stand in its
 * slots. Nothing here knows a kernel.
 *
 * <p>Immutable and safe for use by many threads; the {@code with} methods make changed copies. The section given to
 * {@link #of} must stay alive and unchanged.
 */
public final class LocalStructOps {

    /** Four times {@code BPF_STRUCT_OPS_MAX_NR_MEMBERS}, for members that kernels had or will have. */
    private static final int MAX_MEMBERS = 256;

    private final String variable;
    private final Btf btf;
    private final int structId;
    private final BtfType.Struct struct;
    private final MemorySegment bytes;
    private final Map<Integer, String> declared;
    private final Map<Integer, String> programs;

    private LocalStructOps(String variable, Btf btf, int structId, BtfType.Struct struct, MemorySegment bytes,
            Map<Integer, String> declared, Map<Integer, String> programs) {
        this.variable = variable;
        this.btf = btf;
        this.structId = structId;
        this.struct = struct;
        this.bytes = bytes;
        this.declared = Map.copyOf(declared);
        this.programs = Map.copyOf(programs);
    }

    /**
     * Reads a variable, with no program in any slot yet.
     *
     * @param btf the object's BTF
     * @param variableId the id of the variable in it
     * @param section the contents of the variable's section; not copied
     * @param offsetBytes where in the section the variable starts
     * @return the variable
     * @throws BtfFormatException if it is no variable, if its type below typedefs and qualifiers is not a struct with a
     *         name, if the struct runs past the section's end, or if its members overlap or run past its end
     */
    public static LocalStructOps of(Btf btf, int variableId, MemorySegment section, long offsetBytes) {
        if (!(btf.type(variableId) instanceof BtfType.Var variable)) {
            throw btf.fail(variableId, "a struct_ops section can hold variables only");
        }
        if (offsetBytes < 0 || offsetBytes > section.byteSize()) {
            throw btf.fail(variableId, "struct_ops variable '%s' at 0x%x lies outside its section, which ends at 0x%x"
                    .formatted(variable.name(), offsetBytes, section.byteSize()));
        }
        return of(variable.name(), btf, variable.typeId(), section.asSlice(offsetBytes));
    }

    /**
     * Reads a variable, with no program in any slot yet.
     *
     * @param variable its name
     * @param btf the object's BTF
     * @param typeId the variable's type in it
     * @param bytes what starts with the variable; the rest is not looked at, and nothing copied
     * @return the variable
     * @throws BtfFormatException if the type below typedefs and qualifiers is not a struct with a name, if the struct
     *         has more bytes than there are, or if its members overlap or run past its end
     */
    public static LocalStructOps of(String variable, Btf btf, int typeId, MemorySegment bytes) {
        int structId = btf.strip(typeId);
        String subject = "struct_ops variable '" + variable + "'";
        if (!(btf.type(structId) instanceof BtfType.Struct struct)) {
            throw btf.fail(typeId, subject + " is a " + CPrinter.typeName(btf, typeId) + " and not a struct");
        }
        if (struct.name().isEmpty()) {
            throw btf.fail(structId, subject + " has a struct without a name, which no kernel struct can be found by");
        }
        if (struct.members().size() > MAX_MEMBERS) {
            throw btf.fail(structId, "%s has a struct of %d members, and kernels take none of more than 64"
                    .formatted(subject, struct.members().size()));
        }
        if (struct.sizeBytes() > bytes.byteSize()) {
            throw btf.fail(structId, "%s has 0x%x bytes and runs past the section's end, which is 0x%x bytes away"
                    .formatted(subject, struct.sizeBytes(), bytes.byteSize()));
        }
        LocalStructOps result = new LocalStructOps(variable, btf, structId, struct,
                bytes.asSlice(0, struct.sizeBytes()).asReadOnly(), Map.of(), Map.of());
        result.checkLayout();
        return result;
    }

    /**
     * Puts a program into the slot that a relocation names.
     *
     * @param offsetBytes where the relocated pointer starts, from the start of the struct
     * @param program the program's name
     * @return a changed copy
     * @throws BtfFormatException if no pointer to a function starts there, or the slot has a program already
     */
    public LocalStructOps withDeclaredProgram(long offsetBytes, String program) {
        int index = memberAt(offsetBytes);
        if (index < 0) {
            throw btf.fail(structId, "no member of '%s' starts at 0x%x, where program '%s' is put"
                    .formatted(variable, offsetBytes, program));
        }
        if (!isFunctionPointer(index)) {
            throw btf.fail(structId, "%s of '%s' is a %s and cannot hold program '%s'"
                    .formatted(memberText(index), variable, memberType(index), program));
        }
        if (declared.containsKey(index)) {
            throw btf.fail(structId, "%s of '%s' gets program '%s' and program '%s'"
                    .formatted(memberText(index), variable, declared.get(index), program));
        }
        return new LocalStructOps(variable, btf, structId, struct, bytes, with(declared, index, program),
                with(programs, index, program));
    }

    /**
     * Puts another program into a slot, before loading. A program that the object declared there is then not used by
     * it.
     *
     * @param member the name of a pointer-to-function member
     * @param program the program's name
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such member, or it is not a pointer to a function
     */
    public LocalStructOps withProgram(String member, String program) {
        int index = slot(member);
        return new LocalStructOps(variable, btf, structId, struct, bytes, declared,
                with(programs, index, Objects.requireNonNull(program)));
    }

    /**
     * Clears a slot, before loading; the kernel then sees a null pointer. This is also how an object is fitted to a
     * kernel that lacks the member.
     *
     * @param member the name of a pointer-to-function member
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such member, or it is not a pointer to a function
     */
    public LocalStructOps withoutProgram(String member) {
        Map<Integer, String> left = new HashMap<>(programs);
        left.remove(slot(member));
        return new LocalStructOps(variable, btf, structId, struct, bytes, declared, left);
    }

    /**
     * Changes a data member, before loading.
     *
     * @param member the member's name
     * @param value its bytes in the object's byte order
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such member, it is a bitfield or a pointer to a function, or the
     *         length is not the member's size
     */
    public LocalStructOps withBytes(String member, byte[] value) {
        int index = index(member);
        if (isFunctionPointer(index) || struct.members().get(index).isBitfield()) {
            throw new IllegalArgumentException("%s of '%s' is a %s and has no bytes to set"
                    .formatted(memberText(index), variable, memberType(index)));
        }
        if (value.length != sizeBytes(index)) {
            throw new IllegalArgumentException("%s of '%s' has %d bytes and not %d"
                    .formatted(memberText(index), variable, sizeBytes(index), value.length));
        }
        MemorySegment changed = MemorySegment.ofArray(new byte[(int) bytes.byteSize()]).copyFrom(bytes);
        MemorySegment.copy(MemorySegment.ofArray(value), 0, changed, offsetBytes(index), value.length);
        return new LocalStructOps(variable, btf, structId, struct, changed.asReadOnly(), declared, programs);
    }

    /** {@return the variable's name, after which the map is called} */
    public String variable() {
        return variable;
    }

    /** {@return the object's BTF} */
    public Btf btf() {
        return btf;
    }

    /** {@return the id of the struct in {@link #btf()}} */
    public int structId() {
        return structId;
    }

    /** {@return the struct, with its flavor} */
    public BtfType.Struct struct() {
        return struct;
    }

    /** {@return the bytes of the variable, read-only; bytes of program slots mean nothing} */
    public MemorySegment bytes() {
        return bytes;
    }

    /**
     * Gets the program that stands in a slot now.
     *
     * @param memberIndex the member, counted in the local struct
     * @return its name, or empty if the slot is clear or the member holds data
     */
    public Optional<String> program(int memberIndex) {
        return Optional.ofNullable(programs.get(memberIndex));
    }

    /** {@return the programs in all slots now, by member index of the local struct} */
    public Map<Integer, String> programs() {
        return programs;
    }

    /** {@return the names, sorted, of programs that the object put into slots where they no longer stand} */
    public Set<String> displacedPrograms() {
        Set<String> displaced = new TreeSet<>();
        declared.forEach((index, program) -> {
            if (!program.equals(programs.get(index))) {
                displaced.add(program);
            }
        });
        return displaced;
    }

    /** The program that the object put into a slot where it no longer stands. */
    Optional<String> displacedProgram(int memberIndex) {
        return Optional.ofNullable(declared.get(memberIndex)).filter(p -> !p.equals(programs.get(memberIndex)));
    }

    /** Whether a member has a value: a program, or a bit that is set. What a cleared slot holds does not count. */
    boolean hasValue(int memberIndex) {
        if (declared.containsKey(memberIndex) || programs.containsKey(memberIndex)) {
            return programs.containsKey(memberIndex);
        }
        BtfType.Member member = struct.members().get(memberIndex);
        return member.isBitfield()
                ? MemberBits.anySet(bytes, member.offsetBits(), member.bitfieldBits(), btf.order())
                : MemberBits.anySet(bytes, member.offsetBits(), sizeBytes(memberIndex) * 8, btf.order());
    }

    long offsetBytes(int memberIndex) {
        return struct.members().get(memberIndex).offsetBits() / 8;
    }

    long sizeBytes(int memberIndex) {
        return btf.sizeBytes(struct.members().get(memberIndex).typeId());
    }

    /** How messages call a member. */
    String memberText(int memberIndex) {
        String name = struct.members().get(memberIndex).name();
        return name.isEmpty() ? "anonymous member " + memberIndex : "member '" + name + "'";
    }

    /** A member's declaration as C. */
    String memberType(int memberIndex) {
        return declaration(btf, struct.members().get(memberIndex));
    }

    /** Members follow each other inside the struct; so reading all of them costs no more than the struct has bytes. */
    private void checkLayout() {
        long usedBits = 0;
        for (int i = 0; i < struct.members().size(); i++) {
            BtfType.Member member = struct.members().get(i);
            if (!member.isBitfield() && member.offsetBits() % 8 != 0) {
                throw btf.fail(structId, memberText(i) + " starts inside a byte and is no bitfield");
            }
            if (member.offsetBits() < usedBits) {
                throw btf.fail(structId, memberText(i) + " overlaps the one before it");
            }
            long leftBits = struct.sizeBytes() * 8 - member.offsetBits();
            long sizeBytes = member.isBitfield() ? 0 : sizeBytes(i);
            if (member.bitfieldBits() > leftBits || leftBits < 0 || sizeBytes > leftBits / 8) {
                throw btf.fail(structId, memberText(i) + " runs past the struct's end");
            }
            usedBits = member.offsetBits() + member.bitfieldBits() + sizeBytes * 8;
        }
    }

    static String declaration(Btf btf, BtfType.Member member) {
        String text = CPrinter.declare(btf, member.typeId(), member.name());
        return member.isBitfield() ? text + " : " + member.bitfieldBits() : text;
    }

    private boolean isFunctionPointer(int index) {
        BtfType.Member member = struct.members().get(index);
        return !member.isBitfield() && btf.stripped(member.typeId()) instanceof BtfType.Ptr pointer
                && btf.stripped(pointer.typeId()) instanceof BtfType.FuncProto;
    }

    private int memberAt(long offsetBytes) {
        for (int i = 0; i < struct.members().size(); i++) {
            BtfType.Member member = struct.members().get(i);
            if (member.offsetBits() % 8 == 0 && member.offsetBits() / 8 == offsetBytes) {
                return i;
            }
        }
        return -1;
    }

    private int index(String member) {
        for (int i = 0; i < struct.members().size(); i++) {
            if (!member.isEmpty() && struct.members().get(i).name().equals(member)) {
                return i;
            }
        }
        throw new IllegalArgumentException("struct %s of '%s' has no member '%s'"
                .formatted(struct.name(), variable, member));
    }

    private int slot(String member) {
        int index = index(member);
        if (!isFunctionPointer(index)) {
            throw new IllegalArgumentException("%s of '%s' is a %s and not a pointer to a function"
                    .formatted(memberText(index), variable, memberType(index)));
        }
        return index;
    }

    private static Map<Integer, String> with(Map<Integer, String> programs, int index, String program) {
        Map<Integer, String> changed = new HashMap<>(programs);
        changed.put(index, program);
        return changed;
    }

    @Override
    public String toString() {
        return "struct %s %s".formatted(struct.name(), variable);
    }
}
