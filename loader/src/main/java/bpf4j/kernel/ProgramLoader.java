package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import bpf4j.insn.Insn;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.object.ProgramType;
import bpf4j.object.SectionDefinition;
import bpf4j.reloc.RelocatedProgram;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Fd;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Loads one program: {@code BPF_PROG_LOAD} with everything that the kernel takes besides the code. */
final class ProgramLoader {

    private static final int BPF_F_SLEEPABLE = 1 << 4;
    private static final int BPF_F_XDP_HAS_FRAGS = 1 << 5;
    private static final int FUNC_INFO_BYTES = 8;
    private static final int LINE_INFO_BYTES = 16;
    private static final int MAX_NAME = 15;

    private final BpfCalls calls;
    private final BpfObject object;
    private final Optional<Fd> btf;
    private final KernelTypes kernelTypes;
    private final ModuleBtfs modules;
    private final KernelFeatures features;
    private final Map<String, ProgramTarget> targets;
    private final List<Adaptation> adaptations;
    private final int logLevel;

    ProgramLoader(BpfCalls calls, BpfObject object, Optional<Fd> btf, KernelTypes kernelTypes, ModuleBtfs modules,
            KernelFeatures features, List<Adaptation> adaptations, LoadOptions options) {
        this.calls = calls;
        this.object = object;
        this.btf = btf;
        this.kernelTypes = kernelTypes;
        this.modules = modules;
        this.features = features;
        this.targets = options.programTargets();
        this.adaptations = adaptations;
        this.logLevel = options.logLevel();
    }

    /** What a load gave: the descriptor, and the log if one was asked for. */
    record Loaded(Fd fd, String log) {
    }

    Loaded load(RelocatedProgram program, long[] slots, int[] fdArray) {
        ProgramRequest request = ProgramRequest.full(slots, btf.flatMap(_ -> object.btf()));
        LogBuffer.Outcome outcome = attempt(program, request, fdArray);
        if (outcome.status() < 0) {
            List<Adaptation> changes = new ArrayList<>();
            Optional<ProgramRequest> changed = ProgramFallback.next(program, request, features, changes);
            if (changed.isPresent()) {
                outcome = attempt(program, changed.get(), fdArray);
                adaptations.addAll(changes);
            }
        }
        if (outcome.status() < 0) {
            throw refused(program, -outcome.status(), outcome.log());
        }
        return new Loaded(Fd.owning(outcome.status(), subject(program), calls.kernel()), outcome.log());
    }

    private LogBuffer.Outcome attempt(RelocatedProgram program, ProgramRequest request, int[] fdArray) {
        Optional<Fd> ownTypes = request.types().equals(object.btf()) ? Optional.empty()
                : request.types().flatMap(this::upload);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = attr(program, request, fdArray, arena);
            ownTypes.ifPresent(fd -> ProgAttr.Load.PROG_BTF_FD.set(attr, fd.number()));
            return LogBuffer.run(logLevel, new LogBuffer.Attempt() {

                @Override
                public int call(int level, MemorySegment log) {
                    ProgAttr.Load.LOG_LEVEL.set(attr, level);
                    ProgAttr.Load.LOG_BUF.set(attr, log);
                    ProgAttr.Load.LOG_SIZE.set(attr, (int) log.byteSize());
                    return calls.kernel().bpf(BpfCommand.BPF_PROG_LOAD, attr, ProgAttr.Load.LOG_TRUE_SIZE.endBytes());
                }

                @Override
                public long trueSizeBytes() {
                    return Integer.toUnsignedLong(ProgAttr.Load.LOG_TRUE_SIZE.get(attr));
                }
            });
        } finally {
            ownTypes.ifPresent(Fd::close);
        }
    }

    /** The types of one program, which keeps them once it is loaded; empty where the kernel does not take them. */
    private Optional<Fd> upload(Btf types) {
        return switch (BtfUploader.upload(calls.kernel(), types, object.name(), features, _ -> { })) {
            case BtfUploader.Uploaded.Loaded(Fd fd) -> Optional.of(fd);
            case BtfUploader.Uploaded.Refused _ -> Optional.empty();
        };
    }

    private MemorySegment attr(RelocatedProgram program, ProgramRequest request, int[] fdArray, Arena arena) {
        ProgramSpec spec = program.spec();
        MemorySegment attr = ProgAttr.Load.STRUCT.allocate(arena);
        if (spec.type() == ProgramType.BPF_PROG_TYPE_UNSPEC) {
            throw new KernelException(Step.LOAD_PROGRAM, subject(program), 0,
                    "section name '%s' says of no program type; set one with ProgramSpec.withType"
                            .formatted(spec.section()));
        }
        ProgAttr.Load.PROG_TYPE.set(attr, spec.type().number());
        ProgAttr.Load.INSN_CNT.set(attr, request.slots().length);
        ProgAttr.Load.INSNS.set(attr,
                arena.allocateFrom(ValueLayout.JAVA_BYTE, Insn.encode(request.slots(), ByteOrder.nativeOrder())));
        ProgAttr.Load.LICENSE.set(attr, arena.allocateFrom(object.license()));
        object.kernelVersion().ifPresent(version -> ProgAttr.Load.KERN_VERSION.set(attr, version));
        if (request.named()) {
            ProgAttr.Load.PROG_NAME.setString(attr, kernelName(spec.name()));
        }
        ProgAttr.Load.PROG_FLAGS.set(attr, (spec.has(SectionDefinition.Flag.SLEEPABLE) ? BPF_F_SLEEPABLE : 0)
                | (spec.has(SectionDefinition.Flag.XDP_FRAGS) ? BPF_F_XDP_HAS_FRAGS : 0));
        if (request.attachTyped()) {
            ProgAttr.Load.EXPECTED_ATTACH_TYPE.set(attr, spec.attachType().map(AttachType::number).orElse(0));
        }
        target(program, attr);
        if (request.described()) {
            types(program, attr, arena);
        }
        if (fdArray.length > 0) {
            ProgAttr.Load.FD_ARRAY.set(attr, arena.allocateFrom(ValueLayout.JAVA_INT, fdArray));
        }
        return attr;
    }

    private void target(RelocatedProgram program, MemorySegment attr) {
        ProgramSpec spec = program.spec();
        if (program.structOps().isPresent()) {
            var target = program.structOps().get();
            ProgAttr.Load.EXPECTED_ATTACH_TYPE.set(attr, target.memberIndex());
            ProgAttr.Load.ATTACH_BTF_ID.set(attr, target.opsTypeId());
            target.module().map(Btf::name).ifPresent(m -> ProgAttr.Load.ATTACH_BTF_OBJ_FD.set(attr, modules.fd(m)));
        } else if (targets.containsKey(spec.name())) {
            ProgramTarget target = targets.get(spec.name());
            ProgAttr.Load.ATTACH_PROG_FD.set(attr, target.programFd());
            ProgAttr.Load.ATTACH_BTF_ID.set(attr, target.typeId(calls, Step.LOAD_PROGRAM, subject(program)));
        } else if (spec.type() == ProgramType.BPF_PROG_TYPE_EXT) {
            throw new KernelException(Step.LOAD_PROGRAM, subject(program), 0,
                    "it replaces a function of another program, which LoadOptions.withProgramTarget has to name");
        } else if (spec.has(SectionDefinition.Flag.ATTACH_BTF)) {
            AttachTarget target = AttachTarget.find(spec, kernelTypes);
            ProgAttr.Load.ATTACH_BTF_ID.set(attr, target.typeId());
            target.module().map(Btf::name).ifPresent(m -> ProgAttr.Load.ATTACH_BTF_OBJ_FD.set(attr, modules.fd(m)));
        }
    }

    private void types(RelocatedProgram program, MemorySegment attr, Arena arena) {
        if (btf.isEmpty()) {
            return;
        }
        ProgAttr.Load.PROG_BTF_FD.set(attr, btf.get().number());
        List<RelocatedProgram.Func> funcs = program.funcInfo();
        if (!funcs.isEmpty()) {
            int[] words = new int[funcs.size() * FUNC_INFO_BYTES / 4];
            for (int i = 0; i < funcs.size(); i++) {
                words[i * 2] = funcs.get(i).insnIndex();
                words[i * 2 + 1] = funcs.get(i).typeId();
            }
            ProgAttr.Load.FUNC_INFO_REC_SIZE.set(attr, FUNC_INFO_BYTES);
            ProgAttr.Load.FUNC_INFO_CNT.set(attr, funcs.size());
            ProgAttr.Load.FUNC_INFO.set(attr, arena.allocateFrom(ValueLayout.JAVA_INT, words));
        }
        List<RelocatedProgram.Line> lines = program.lineInfo();
        if (!lines.isEmpty()) {
            int[] words = new int[lines.size() * LINE_INFO_BYTES / 4];
            for (int i = 0; i < lines.size(); i++) {
                RelocatedProgram.Line line = lines.get(i);
                words[i * 4] = line.insnIndex();
                words[i * 4 + 1] = line.fileNameOffset();
                words[i * 4 + 2] = line.lineOffset();
                words[i * 4 + 3] = line.lineColumn();
            }
            ProgAttr.Load.LINE_INFO_REC_SIZE.set(attr, LINE_INFO_BYTES);
            ProgAttr.Load.LINE_INFO_CNT.set(attr, lines.size());
            ProgAttr.Load.LINE_INFO.set(attr, arena.allocateFrom(ValueLayout.JAVA_INT, words));
        }
    }

    /** A log tells of the verifier; without one the kernel did not get so far. */
    private KernelException refused(RelocatedProgram program, int errno, String log) {
        return Refusal.isOfVerifier(errno, log) ? new VerifierException(Refusal.of(object, program, log), errno)
                : KernelException.refused(Step.LOAD_PROGRAM, subject(program), program.spec().type().name(), errno);
    }

    private static String kernelName(String name) {
        return name.substring(0, Math.min(name.length(), MAX_NAME));
    }

    private static String subject(RelocatedProgram program) {
        return "program '" + program.name() + "'";
    }
}
