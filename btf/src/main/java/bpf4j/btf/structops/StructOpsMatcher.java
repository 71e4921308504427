package bpf4j.btf.structops;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fits struct_ops variables to a kernel. Members are matched by name, so that the object's struct may have them in
 * another order, leave members out, and carry members that this kernel does not have. A pure function of its arguments.
 */
public final class StructOpsMatcher {

    private static final long POINTER_BYTES = 8;

    private final LocalStructOps local;
    private final KernelStructOps kernel;
    private final List<BtfType.Member> kernelMembers;
    private final Map<String, Integer> kernelIndexByName = new HashMap<>();
    /** Kernel members that have got a value other than zero. */
    private final Set<Integer> filled = new HashSet<>();

    private StructOpsMatcher(LocalStructOps local, KernelStructOps kernel) {
        this.local = local;
        this.kernel = kernel;
        this.kernelMembers = kernel.opsType().members();
        for (int i = 0; i < kernelMembers.size(); i++) {
            kernelIndexByName.putIfAbsent(kernelMembers.get(i).name(), i);
        }
    }

    /**
     * Matches a variable with the kernel's struct of the same name, flavor apart.
     *
     * @param local the variable
     * @param kernel the kernel's types
     * @return what becomes of each member; a member that does not fit is part of the plan and no exception
     * @throws StructOpsException if the kernel has no such struct_ops, or another byte order
     * @throws BtfFormatException if types on either side are malformed
     */
    public static StructOpsPlan match(LocalStructOps local, KernelTypes kernel) {
        if (local.btf().order() != kernel.vmlinux().order()) {
            throw new StructOpsException(local.variable(), "", "struct " + local.struct().name(), "",
                    StructOpsRule.SAME_BYTE_ORDER, "the object is %s and the kernel is %s"
                            .formatted(local.btf().order(), kernel.vmlinux().order()));
        }
        KernelStructOps found = KernelStructOps.find(local, kernel);
        return new StructOpsPlan(local, found, new StructOpsMatcher(local, found).members());
    }

    private List<MemberOutcome> members() {
        List<MemberOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < local.struct().members().size(); i++) {
            outcomes.add(member(i));
        }
        return outcomes;
    }

    private MemberOutcome member(int index) {
        BtfType.Member member = local.struct().members().get(index);
        Integer kernelIndex = kernelIndexByName.get(member.name());
        if (kernelIndex == null) {
            return missing(index, member);
        }
        BtfType.Member kernelMember = kernelMembers.get(kernelIndex);
        if (member.isBitfield() || kernelMember.isBitfield()) {
            return refuse(index, kernelMember, StructOpsRule.NO_BITFIELD, "bitfields cannot be matched");
        }
        BtfType type = local.btf().stripped(member.typeId());
        BtfType kernelType = kernel.btf().stripped(kernelMember.typeId());
        if (type.kind() != kernelType.kind()) {
            return refuse(index, kernelMember, StructOpsRule.SAME_KIND,
                    "is %s in the object and %s in the kernel".formatted(type.kind(), kernelType.kind()));
        }
        if (local.hasValue(index) && !filled.add(kernelIndex)) {
            return refuse(index, kernelMember, StructOpsRule.ONE_VALUE_PER_MEMBER,
                    "an earlier member of the object goes to the same place");
        }
        return kernelType instanceof BtfType.Ptr pointer
                ? pointer(index, kernelIndex, pointer) : data(index, kernelIndex);
    }

    private MemberOutcome missing(int index, BtfType.Member member) {
        if (!local.hasValue(index)) {
            return new MemberOutcome.Skipped(member.name(), local.displacedProgram(index),
                    "the kernel's struct has no such member, and it is zero");
        }
        return new MemberOutcome.Refused(member.name(), local.memberType(index), "", StructOpsRule.MEMBER_EXISTS,
                "the kernel's struct has no such member, and "
                        + local.program(index).map(p -> "program '" + p + "' is put there").orElse("it is not zero"));
    }

    private MemberOutcome pointer(int index, int kernelIndex, BtfType.Ptr kernelPointer) {
        BtfType.Member kernelMember = kernelMembers.get(kernelIndex);
        String name = kernelMember.name();
        long valueOffsetBytes = valueOffsetBytes(kernelMember, POINTER_BYTES);
        Optional<String> program = local.program(index);
        if (!local.hasValue(index)) {
            return new MemberOutcome.NullPointer(name, kernelIndex, valueOffsetBytes);
        }
        if (program.isEmpty()) {
            return refuse(index, kernelMember, StructOpsRule.POINTER_HOLDS_PROGRAM, "holds an address and no program");
        }
        if (!(kernel.btf().stripped(kernelPointer.typeId()) instanceof BtfType.FuncProto)) {
            return refuse(index, kernelMember, StructOpsRule.PROGRAM_FILLS_FUNCTION,
                    "program '%s' cannot stand there".formatted(program.get()));
        }
        return new MemberOutcome.ProgramSlot(name, program.get(), kernelIndex, valueOffsetBytes);
    }

    private MemberOutcome data(int index, int kernelIndex) {
        BtfType.Member kernelMember = kernelMembers.get(kernelIndex);
        long sizeBytes = local.sizeBytes(index);
        long kernelSizeBytes = kernel.btf().sizeBytes(kernelMember.typeId());
        if (sizeBytes != kernelSizeBytes) {
            return refuse(index, kernelMember, StructOpsRule.SAME_SIZE,
                    "has %d bytes in the object and %d in the kernel".formatted(sizeBytes, kernelSizeBytes));
        }
        if (!local.hasValue(index) && filled.contains(kernelIndex)) {
            return new MemberOutcome.Skipped(kernelMember.name(), Optional.empty(),
                    "it is zero, and an earlier member of the object goes to the same place");
        }
        return new MemberOutcome.Copy(kernelMember.name(), kernelIndex, local.offsetBytes(index),
                valueOffsetBytes(kernelMember, sizeBytes), sizeBytes);
    }

    private long valueOffsetBytes(BtfType.Member kernelMember, long sizeBytes) {
        long offsetBytes = kernelMember.offsetBits() / 8;
        if (sizeBytes > kernel.opsType().sizeBytes() - offsetBytes) {
            throw kernel.btf().fail(kernel.opsTypeId(),
                    "member '" + kernelMember.name() + "' runs past the struct's end");
        }
        return kernel.opsOffsetBytes() + offsetBytes;
    }

    private MemberOutcome.Refused refuse(int index, BtfType.Member kernelMember, StructOpsRule rule, String reason) {
        return new MemberOutcome.Refused(kernelMember.name(), local.memberType(index),
                LocalStructOps.declaration(kernel.btf(), kernelMember), rule,
                kernelMember.name().isEmpty() ? local.memberText(index) + " " + reason : reason);
    }
}
