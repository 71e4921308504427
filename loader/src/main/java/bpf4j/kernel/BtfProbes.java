package bpf4j.kernel;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.Errno;
import bpf4j.sys.ObjectAttr;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Probes for features of BTF: each loads the least types that need the feature. */
final class BtfProbes {

    private static final int NAME_BYTES = 64;

    private BtfProbes() {
    }

    static FeatureSupport btf(ProbeCalls calls) {
        int result = calls.btf(withInt());
        // A kernel before 4.18 does not know the command.
        return result == -Errno.EINVAL.number() ? FeatureSupport.MISSING
                : ProbeCalls.judge(result, () -> -Errno.EINVAL.number());
    }

    static FeatureSupport func(ProbeCalls calls) {
        return judge(calls, withFunc(BtfType.Func.STATIC));
    }

    static FeatureSupport globalFunc(ProbeCalls calls) {
        return judge(calls, withFunc(BtfType.Func.GLOBAL));
    }

    static FeatureSupport dataSec(ProbeCalls calls) {
        return judge(calls, withDataSec(".data"));
    }

    static FeatureSupport questionMarkDataSec(ProbeCalls calls) {
        return judge(calls, withDataSec("?.data"));
    }

    static FeatureSupport floatType(ProbeCalls calls) {
        BtfBuilder types = withInt();
        types.add(new BtfType.Float("float", 4));
        return judge(calls, types);
    }

    static FeatureSupport declTag(ProbeCalls calls) {
        BtfBuilder types = withInt();
        int variable = types.add(new BtfType.Var("variable", 1, BtfType.Var.STATIC));
        types.add(new BtfType.DeclTag("tag", variable, -1, false));
        return judge(calls, types);
    }

    static FeatureSupport typeTag(ProbeCalls calls) {
        BtfBuilder types = withInt();
        int tag = types.add(new BtfType.TypeTag("tag", 1, false));
        types.add(new BtfType.Ptr(tag));
        return judge(calls, types);
    }

    static FeatureSupport enum64(ProbeCalls calls) {
        BtfBuilder types = withInt();
        types.add(new BtfType.Enum64("numbers", 8, false, List.of(new BtfType.EnumValue("LARGE", 1L << 40))));
        return judge(calls, types);
    }

    /** Kernels that do not know names of BTF refuse an info struct with something behind its third field. */
    static FeatureSupport name(ProbeCalls calls) {
        int btf = calls.btf(withInt());
        if (btf < 0) {
            return FeatureSupport.INCONCLUSIVE;
        }
        MemorySegment info = BpfInfo.BtfObject.STRUCT.allocate(calls.arena());
        BpfInfo.BtfObject.NAME.set(info, calls.arena().allocate(NAME_BYTES));
        BpfInfo.BtfObject.NAME_LEN.set(info, NAME_BYTES);
        return ProbeCalls.judge(info(calls, btf, info),
                () -> info(calls, btf, BpfInfo.BtfObject.STRUCT.allocate(calls.arena())));
    }

    static BtfBuilder withInt() {
        BtfBuilder types = new BtfBuilder();
        types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        return types;
    }

    private static BtfBuilder withFunc(int linkage) {
        BtfBuilder types = withInt();
        int prototype = types.add(new BtfType.FuncProto(1, List.of(new BtfType.Param("number", 1))));
        types.add(new BtfType.Func("function", prototype, linkage));
        return types;
    }

    private static BtfBuilder withDataSec(String name) {
        BtfBuilder types = withInt();
        int variable = types.add(new BtfType.Var("variable", 1, BtfType.Var.STATIC));
        types.add(new BtfType.DataSec(name, 4, List.of(new BtfType.SectionVar(variable, 0, 4))));
        return types;
    }

    private static FeatureSupport judge(ProbeCalls calls, BtfBuilder types) {
        return ProbeCalls.judge(calls.btf(types), () -> calls.btf(withInt()));
    }

    private static int info(ProbeCalls calls, int btf, MemorySegment info) {
        MemorySegment attr = ObjectAttr.Info.STRUCT.allocate(calls.arena());
        ObjectAttr.Info.BPF_FD.set(attr, btf);
        ObjectAttr.Info.INFO_LEN.set(attr, Math.toIntExact(info.byteSize()));
        ObjectAttr.Info.INFO.set(attr, info);
        return calls.bpf(BpfCommand.BPF_OBJ_GET_INFO_BY_FD, attr, ObjectAttr.Info.STRUCT.sizeBytes());
    }
}
