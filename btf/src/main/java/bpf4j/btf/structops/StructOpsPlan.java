package bpf4j.btf.structops;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * How a struct_ops variable becomes a value of the kernel's type. A plan may contain refused members, so that all of
 * them can be shown; it can be carried out only after {@link #requireLoadable()}.
 *
 * @param local what the object declares
 * @param kernel what the kernel has for it
 * @param outcomes one for each member of the local struct, in its order
 */
public record StructOpsPlan(LocalStructOps local, KernelStructOps kernel, List<MemberOutcome> outcomes) {

    /** Copies the list. */
    public StructOpsPlan {
        outcomes = List.copyOf(outcomes);
    }

    /** {@return the members that do not fit, in the order of the local struct} */
    public List<MemberOutcome.Refused> refused() {
        return only(MemberOutcome.Refused.class);
    }

    /** {@return the members that are left out because the kernel lacks them, in the order of the local struct} */
    public List<MemberOutcome.Skipped> skipped() {
        return only(MemberOutcome.Skipped.class);
    }

    /** {@return the slots that get a program, in the order of the local struct} */
    public List<MemberOutcome.ProgramSlot> programSlots() {
        return only(MemberOutcome.ProgramSlot.class);
    }

    /**
     * Makes sure that every member fits.
     *
     * @return this plan
     * @throws StructOpsException about the first refused member
     */
    public StructOpsPlan requireLoadable() {
        if (!refused().isEmpty()) {
            MemberOutcome.Refused first = refused().getFirst();
            throw new StructOpsException(local.variable(), first.member(), first.localType(), first.kernelType(),
                    first.rule(), first.reason());
        }
        return this;
    }

    /**
     * Makes the map's value: zero but for the copied data members. Program slots are zero as well, and are filled once
     * the programs are loaded.
     *
     * @return a new array of {@link KernelStructOps#valueSizeBytes()} bytes, in the byte order of object and kernel
     * @throws StructOpsException if a member is refused
     */
    public byte[] image() {
        requireLoadable();
        byte[] image = new byte[(int) kernel.valueSizeBytes()];
        for (MemberOutcome.Copy copy : only(MemberOutcome.Copy.class)) {
            MemorySegment.copy(local.bytes(), copy.localOffsetBytes(), MemorySegment.ofArray(image),
                    copy.valueOffsetBytes(), copy.sizeBytes());
        }
        return image;
    }

    private <T extends MemberOutcome> List<T> only(Class<T> type) {
        return outcomes.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
