package bpf4j.kernel;

import bpf4j.object.MapSpec;
import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;

/** Probes for features of maps. */
final class MapProbes {

    private static final int VALUE_BYTES = 8;

    private MapProbes() {
    }

    static FeatureSupport arrayMmap(ProbeCalls calls) {
        return ProbeCalls.judge(calls.array(VALUE_BYTES, MapSpec.BPF_F_MMAPABLE), () -> calls.array(VALUE_BYTES, 0));
    }

    static FeatureSupport bindMap(ProbeCalls calls) {
        int map = calls.array(VALUE_BYTES, 0);
        int program = calls.program(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, ProgramProbes.EMPTY);
        if (map < 0 || program < 0) {
            return FeatureSupport.INCONCLUSIVE;
        }
        MemorySegment attr = ProgAttr.BindMap.STRUCT.allocate(calls.arena());
        ProgAttr.BindMap.PROG_FD.set(attr, program);
        ProgAttr.BindMap.MAP_FD.set(attr, map);
        return ProbeCalls.judge(
                calls.bpf(BpfCommand.BPF_PROG_BIND_MAP, attr, ProgAttr.BindMap.STRUCT.sizeBytes()), () -> 0);
    }
}
