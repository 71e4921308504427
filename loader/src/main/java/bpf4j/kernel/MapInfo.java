package bpf4j.kernel;

import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.CallBuffer;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the kernel says of a map: {@code struct bpf_map_info}.
 *
 * @param id the kernel's id
 * @param type number of the map type
 * @param keySize size of a key in bytes
 * @param valueSize size of a value in bytes
 * @param maxEntries capacity
 * @param flags {@code BPF_F_*} flags
 * @param name the name, at most 15 bytes
 * @param btfId id of the BTF object with its types, 0 for none
 * @param btfKeyTypeId the key's type in it, 0 for none
 * @param btfValueTypeId the value's type in it, 0 for none
 * @param btfVmlinuxValueTypeId for struct_ops the value type in the kernel's BTF, else 0
 * @param btfVmlinuxId id of the BTF object that {@code btfVmlinuxValueTypeId} is a type of, 0 for the kernel's own
 *     and on kernels before 6.9
 * @param mapExtra type-specific extra
 * @param ifindex the network interface that it was made for, 0 for none
 * @param frozen whether user space may not write any more; empty where {@code /proc} does not tell, as before 5.2
 * @param memlockBytes the memory that it is charged for; empty where {@code /proc} does not tell
 * @param ownerProgramType of an array of programs, the type of those that it takes, which the first program that uses
 *     it decides; empty before, for other maps, and where {@code /proc} does not tell
 * @param ownerJited whether those programs are compiled to machine code; empty likewise
 */
public record MapInfo(int id, int type, int keySize, int valueSize, int maxEntries, int flags, String name, int btfId,
        int btfKeyTypeId, int btfValueTypeId, int btfVmlinuxValueTypeId, int btfVmlinuxId, long mapExtra, int ifindex,
        Optional<Boolean> frozen, OptionalLong memlockBytes, OptionalInt ownerProgramType,
        Optional<Boolean> ownerJited) {

    static MapInfo query(BpfCalls calls, int fd, String subject) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment info = BpfInfo.Map.STRUCT.allocate(buffer);
            int status = calls.objects().info(fd, info);
            if (status < 0) {
                throw KernelException.refused(Step.QUERY, subject, "", -status);
            }
            FdInfo proc = FdInfo.of(fd);
            OptionalLong owner = proc.number("owner_prog_type");
            return new MapInfo(BpfInfo.Map.ID.get(info), BpfInfo.Map.TYPE.get(info), BpfInfo.Map.KEY_SIZE.get(info),
                    BpfInfo.Map.VALUE_SIZE.get(info), BpfInfo.Map.MAX_ENTRIES.get(info),
                    BpfInfo.Map.MAP_FLAGS.get(info), BpfInfo.Map.NAME.getString(info), BpfInfo.Map.BTF_ID.get(info),
                    BpfInfo.Map.BTF_KEY_TYPE_ID.get(info), BpfInfo.Map.BTF_VALUE_TYPE_ID.get(info),
                    BpfInfo.Map.BTF_VMLINUX_VALUE_TYPE_ID.get(info), BpfInfo.Map.BTF_VMLINUX_ID.get(info),
                    BpfInfo.Map.MAP_EXTRA.get(info), BpfInfo.Map.IFINDEX.get(info),
                    proc.flag("frozen"), proc.number("memlock"),
                    owner.isEmpty() ? OptionalInt.empty() : OptionalInt.of((int) owner.getAsLong()),
                    proc.flag("owner_jited"));
        }
    }
}
