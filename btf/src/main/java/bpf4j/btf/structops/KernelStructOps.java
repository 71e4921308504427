package bpf4j.btf.structops;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.EssentialName;
import bpf4j.btf.KernelTypes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a kernel has for a struct_ops: the value type, which is what the map holds, and in it the ops type, which is the
 * struct that subsystems know.
 *
 * @param btf the BTF that all ids belong to, of the kernel proper or of a module
 * @param module the same BTF if it is a module's
 * @param valueTypeId the value type, {@code struct bpf_struct_ops_NAME}
 * @param valueSizeBytes its size in bytes
 * @param opsTypeId the ops type, {@code struct NAME}
 * @param opsOffsetBytes where in the value the ops struct starts, in bytes
 */
public record KernelStructOps(Btf btf, Optional<Btf> module, int valueTypeId, long valueSizeBytes, int opsTypeId,
        long opsOffsetBytes) {

    static final String VALUE_PREFIX = "bpf_struct_ops_";

    /** Values have a few hundred bytes. The kernel allocates them in one piece, which is 4 MiB at most. */
    private static final long MAX_VALUE_BYTES = 4 << 20;

    /**
     * Finds the kernel's side of a struct. Modules are asked only if the kernel proper does not have the value type.
     *
     * @param local the variable
     * @param kernel the kernel's types
     * @return the kernel's side
     * @throws StructOpsException if the kernel has no such struct_ops
     * @throws BtfFormatException if the kernel's types are malformed
     */
    public static KernelStructOps find(LocalStructOps local, KernelTypes kernel) {
        String valueName = VALUE_PREFIX + EssentialName.of(local.struct().name());
        OptionalInt inVmlinux = kernel.vmlinux().find(valueName, BtfKind.BTF_KIND_STRUCT);
        if (inVmlinux.isPresent()) {
            return in(local, kernel.vmlinux(), Optional.empty(), inVmlinux.getAsInt());
        }
        List<Btf> modules = kernel.modules();
        for (Btf module : modules) {
            OptionalInt inModule = module.findOwn(valueName, BtfKind.BTF_KIND_STRUCT);
            if (inModule.isPresent()) {
                return in(local, module, Optional.of(module), inModule.getAsInt());
            }
        }
        throw refuse(local, StructOpsRule.VALUE_TYPE_EXISTS,
                "neither the kernel nor its %d modules have struct %s".formatted(modules.size(), valueName));
    }

    /** {@return the ops struct} */
    public BtfType.Struct opsType() {
        return struct(btf, opsTypeId);
    }

    private static KernelStructOps in(LocalStructOps local, Btf btf, Optional<Btf> module, int valueTypeId) {
        BtfType.Struct value = struct(btf, valueTypeId);
        String opsName = EssentialName.of(local.struct().name());
        int opsTypeId = btf.find(opsName, BtfKind.BTF_KIND_STRUCT).orElseThrow(() -> refuse(local,
                StructOpsRule.OPS_TYPE_EXISTS, "%s has struct %s and not struct %s"
                        .formatted(btf.name(), value.name(), opsName)));
        // Exactly this id and not a typedef of it: the kernel accepts nothing else, and so finds the same place.
        BtfType.Member data = value.members().stream().filter(m -> m.typeId() == opsTypeId).findFirst()
                .orElseThrow(() -> refuse(local, StructOpsRule.VALUE_TYPE_HOLDS_OPS_TYPE,
                        "%s: struct %s [%d] has no member of type struct %s [%d]"
                                .formatted(btf.name(), value.name(), valueTypeId, opsName, opsTypeId)));
        long offsetBytes = data.offsetBits() / 8;
        if (value.sizeBytes() > MAX_VALUE_BYTES) {
            throw btf.fail(valueTypeId, "a struct_ops value of %d bytes is more than the kernel can allocate"
                    .formatted(value.sizeBytes()));
        }
        if (struct(btf, opsTypeId).sizeBytes() > value.sizeBytes() - offsetBytes) {
            throw btf.fail(valueTypeId, "member '" + data.name() + "' runs past the struct's end");
        }
        return new KernelStructOps(btf, module, valueTypeId, value.sizeBytes(), opsTypeId, offsetBytes);
    }

    private static BtfType.Struct struct(Btf btf, int id) {
        if (btf.type(id) instanceof BtfType.Struct struct) {
            return struct;
        }
        throw btf.fail(id, "is not a struct");
    }

    private static StructOpsException refuse(LocalStructOps local, StructOpsRule rule, String problem) {
        return new StructOpsException(local.variable(), "", "struct " + local.struct().name(), "", rule, problem);
    }
}
