package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.ProgramInfo;
import bpf4j.link.AttachedPrograms;
import bpf4j.link.CgroupLink;
import bpf4j.object.AttachType;
import bpf4j.sys.Errno;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A program that is attached to a cgroup, as a list has it.
 *
 * @param id the program's id
 * @param name its name
 * @param attachType where it is attached
 * @param flags how it is attached; empty for what runs in effect
 * @param function the type of the kernel's function that it was loaded for
 */
record CgroupListing(int id, String name, AttachType attachType, Optional<Integer> flags, Function function) {

    /** A type of a BTF object; ids are 0 and the name is empty for a program that was loaded for none. */
    record Function(String name, int objectId, int typeId) {
    }


    private static final List<AttachType> TYPES = Arrays.stream(AttachType.values())
            .filter(AttachType::isOfCgroups).toList();
    private static final int BPF_F_ALLOW_OVERRIDE = 1;
    private static final int BPF_F_ALLOW_MULTI = 1 << 1;

    /**
     * Asks for the programs of a cgroup.
     *
     * @param effective whether those count that cgroups above leave it, and not how each is attached
     * @throws KernelException if the folder is no cgroup, or the kernel refuses
     */
    static List<CgroupListing> of(KernelObjects objects, Path cgroup, boolean effective) {
        List<CgroupListing> found = new ArrayList<>();
        KernelException refusal = null;
        boolean answered = false;
        for (AttachType type : TYPES) {
            try {
                AttachedPrograms attached = effective ? CgroupLink.queryEffective(cgroup, type)
                        : CgroupLink.query(cgroup, type);
                answered = true;
                for (AttachedPrograms.Entry entry : attached.entries()) {
                    found.add(of(objects, entry.programId(), type,
                            effective ? Optional.empty() : Optional.of(entry.attachFlags())));
                }
            } catch (KernelException e) {
                // A type that this kernel does not have or know, unless it says so of all.
                if (e.errno() != Errno.EINVAL.number()) {
                    throw e;
                }
                refusal = e;
            }
        }
        if (!answered && refusal != null) {
            throw refusal;
        }
        return found;
    }

    private static CgroupListing of(KernelObjects objects, int id, AttachType type, Optional<Integer> flags) {
        try (LoadedProgram program = objects.program(id)) {
            ProgramInfo info = program.info();
            String function = info.attachBtfId() == 0 ? ""
                    : objects.btf(info.attachBtfObjectId()).nameOf(info.attachBtfId());
            return new CgroupListing(id, program.name(), type, flags,
                    new Function(function, info.attachBtfObjectId(), info.attachBtfId()));
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT.number()) {
                throw e;
            }
            // It went meanwhile.
            return new CgroupListing(id, "", type, flags, new Function("", 0, 0));
        }
    }

    Object[] cells() {
        return new Object[] {Integer.toUnsignedLong(id), type(),
            flags.map(CgroupListing::text).filter(text -> !text.isEmpty()).orElse("-"), name.isEmpty() ? "-" : name};
    }

    /** Writes bpftool's fields. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        JsonText.number(json, "id", id);
        json.writeStringField("attach_type", type());
        if (flags.isPresent()) {
            json.writeStringField("attach_flags", text(flags.get()));
        }
        json.writeStringField("name", name);
        json.writeStringField("attach_btf_name", function.name);
        JsonText.number(json, "attach_btf_obj_id", function.objectId);
        JsonText.number(json, "attach_btf_id", function.typeId);
        json.writeEndObject();
    }

    private String type() {
        return KernelTables.shortened(attachType.name(), "BPF_").toLowerCase(Locale.ROOT);
    }

    private static String text(int flags) {
        return switch (flags) {
            case 0 -> "";
            case BPF_F_ALLOW_OVERRIDE -> "override";
            case BPF_F_ALLOW_MULTI -> "multi";
            default -> "unknown(%x)".formatted(flags);
        };
    }
}
