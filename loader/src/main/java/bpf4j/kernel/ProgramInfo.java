package bpf4j.kernel;

import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.CallBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel says of a program: {@code struct bpf_prog_info}. What a kernel does not know yet reads as 0, unless
 * another way of saying so is named here.
 *
 * @param id the kernel's id
 * @param type number of the program type
 * @param tag digest of the instructions as 16 hexadecimal digits, map references blanked
 * @param name the name, at most 15 bytes
 * @param gplCompatible whether it has a licence that opens the helpers which are for such programs only
 * @param createdByUid number of the user who loaded it
 * @param loadTimeNanos when it was loaded, in nanoseconds since boot
 * @param mapIds ids of the maps that it uses; empty on kernels that do not tell, before 4.15
 * @param xlatedBytes size of the instructions as the verifier left them, 0 for a caller without {@code CAP_BPF}
 * @param jitedBytes size of the machine code, 0 if it is interpreted
 * @param btfId id of the BTF object with its types, 0 for none
 * @param funcInfoCount number of func_info records
 * @param lineInfoCount number of line_info records
 * @param attachBtfObjectId id of the BTF object that {@code attachBtfId} is a type of, 0 for none
 * @param attachBtfId the BTF type that it is attached to or loaded for, 0 for none
 * @param ifindex the network interface that it was loaded for, 0 for none
 * @param runTimeNanos how long it has run, in nanoseconds, counted while {@link RunStatistics} are on
 * @param runCount how often it has run, counted likewise
 * @param recursionMisses how often it did not run since it was running already
 * @param verifiedInsns how many instructions the verifier walked
 * @param memlockBytes the memory that it is charged for; empty where {@code /proc} does not tell
 */
public record ProgramInfo(int id, int type, String tag, String name, boolean gplCompatible, int createdByUid,
        long loadTimeNanos, Optional<List<Integer>> mapIds, int xlatedBytes, int jitedBytes, int btfId,
        int funcInfoCount, int lineInfoCount, int attachBtfObjectId, int attachBtfId, int ifindex, long runTimeNanos,
        long runCount, long recursionMisses, int verifiedInsns, OptionalLong memlockBytes) {

    /** {@return how many maps it uses, 0 also where the kernel does not tell} */
    public int mapCount() {
        return mapIds.map(List::size).orElse(0);
    }

    static ProgramInfo query(BpfCalls calls, int fd, String subject) {
        int mapCount = 0;
        while (true) {
            try (var buffer = CallBuffer.acquire()) {
                MemorySegment info = BpfInfo.Prog.STRUCT.allocate(buffer);
                MemorySegment maps = buffer.allocate((long) mapCount * Integer.BYTES, Integer.BYTES);
                // A count without an array, and an array without a count, are refused by some kernels.
                if (mapCount > 0) {
                    BpfInfo.Prog.NR_MAP_IDS.set(info, mapCount);
                    BpfInfo.Prog.MAP_IDS.set(info, maps);
                }
                int filledBytes = calls.objects().info(fd, info);
                if (filledBytes < 0) {
                    throw KernelException.refused(Step.QUERY, subject, "", -filledBytes);
                }
                // Another map may be bound to the program between two questions.
                int now = BpfInfo.Prog.NR_MAP_IDS.get(info);
                if (Integer.compareUnsigned(now, mapCount) > 0) {
                    mapCount = now;
                    continue;
                }
                boolean tellsMaps = filledBytes >= BpfInfo.Prog.MAP_IDS.endBytes();
                return of(info, tellsMaps ? Optional.of(ids(maps, now)) : Optional.empty(),
                        FdInfo.of(fd).number("memlock"));
            }
        }
    }

    private static ProgramInfo of(MemorySegment info, Optional<List<Integer>> mapIds, OptionalLong memlockBytes) {
        return new ProgramInfo(BpfInfo.Prog.ID.get(info), BpfInfo.Prog.TYPE.get(info),
                HexFormat.of().formatHex(BpfInfo.Prog.TAG.get(info)), BpfInfo.Prog.NAME.getString(info),
                BpfInfo.Prog.gplCompatible(info), BpfInfo.Prog.CREATED_BY_UID.get(info),
                BpfInfo.Prog.LOAD_TIME.get(info), mapIds, BpfInfo.Prog.XLATED_PROG_LEN.get(info),
                BpfInfo.Prog.JITED_PROG_LEN.get(info), BpfInfo.Prog.BTF_ID.get(info),
                BpfInfo.Prog.NR_FUNC_INFO.get(info), BpfInfo.Prog.NR_LINE_INFO.get(info),
                BpfInfo.Prog.ATTACH_BTF_OBJ_ID.get(info), BpfInfo.Prog.ATTACH_BTF_ID.get(info),
                BpfInfo.Prog.IFINDEX.get(info), BpfInfo.Prog.RUN_TIME_NS.get(info), BpfInfo.Prog.RUN_CNT.get(info),
                BpfInfo.Prog.RECURSION_MISSES.get(info), BpfInfo.Prog.VERIFIED_INSNS.get(info), memlockBytes);
    }

    private static List<Integer> ids(MemorySegment maps, int count) {
        return Arrays.stream(maps.asSlice(0, (long) count * Integer.BYTES).toArray(ValueLayout.JAVA_INT)).boxed()
                .toList();
    }
}
