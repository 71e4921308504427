package bpf4j.kernel;

import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.CallBuffer;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/**
 * What the kernel says of a program: {@code struct bpf_prog_info}.
 *
 * @param id the kernel's id
 * @param type number of the program type
 * @param tag digest of the instructions as 16 hexadecimal digits, map references blanked
 * @param name the name, at most 15 bytes
 * @param mapCount number of maps that it uses
 * @param funcInfoCount number of func_info records
 * @param lineInfoCount number of line_info records
 * @param attachBtfId the BTF type that it is attached to or loaded for, 0 for none
 * @param btfId id of the BTF object with its types, 0 for none
 * @param loadTimeNanos when it was loaded, in nanoseconds since boot
 * @param verifiedInsns how many instructions the verifier walked, 0 on kernels that do not tell
 */
public record ProgramInfo(int id, int type, String tag, String name, int mapCount, int funcInfoCount, int lineInfoCount,
        int attachBtfId, int btfId, long loadTimeNanos, int verifiedInsns) {

    static ProgramInfo query(BpfCalls calls, int fd, String subject) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment info = BpfInfo.Prog.STRUCT.allocate(buffer);
            int status = calls.objects().info(fd, info);
            if (status < 0) {
                throw new KernelException(Step.QUERY, subject, -status);
            }
            return new ProgramInfo(BpfInfo.Prog.ID.get(info), BpfInfo.Prog.TYPE.get(info),
                    HexFormat.of().formatHex(BpfInfo.Prog.TAG.get(info)), BpfInfo.Prog.NAME.getString(info),
                    BpfInfo.Prog.NR_MAP_IDS.get(info), BpfInfo.Prog.NR_FUNC_INFO.get(info),
                    BpfInfo.Prog.NR_LINE_INFO.get(info), BpfInfo.Prog.ATTACH_BTF_ID.get(info),
                    BpfInfo.Prog.BTF_ID.get(info), BpfInfo.Prog.LOAD_TIME.get(info),
                    BpfInfo.Prog.VERIFIED_INSNS.get(info));
        }
    }
}
