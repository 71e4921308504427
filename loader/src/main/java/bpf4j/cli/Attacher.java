package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.link.Link;
import bpf4j.link.Links;
import bpf4j.link.SectionAttacher;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.object.ProgramSpec;
import bpf4j.object.SectionDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Attaches what has a target, and says of the rest which option would give it one. Owns the links. */
final class Attacher implements AutoCloseable {

    private final Optional<Path> cgroup;
    private final Optional<String> sockmap;
    private final List<Link> links = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    Attacher(Optional<Path> cgroup, Optional<String> sockmap) {
        this.cgroup = cgroup;
        this.sockmap = sockmap;
    }

    /**
     * Checks the options before anything is loaded.
     *
     * @throws NoSuchElementException if there is no such map
     * @throws KernelException if the map or the folder is of another kind
     */
    void check(BpfObject object) {
        sockmap.ifPresent(name -> {
            if (!isSockmap(object.map(name))) {
                throw new KernelException(Step.ATTACH, "--sockmap " + name, 0, "the map is no sockmap or sockhash");
            }
        });
        cgroup.ifPresent(folder -> {
            // Version 1 has no such file.
            if (!Files.exists(folder.resolve("cgroup.controllers"))) {
                throw new KernelException(Step.ATTACH, "--cgroup " + folder, 0,
                        "this is no folder of a cgroup v2 file system");
            }
        });
    }

    /**
     * Attaches. Programs for sockets come before those for cgroups, which bring sockets in: a program that comes
     * later would not see the sockets that are in the map already.
     *
     * @throws KernelException if one attachment is refused
     */
    void attach(LoadedObject object) {
        for (LoadedProgram program : object.programs()) {
            if (isForSockmap(program.spec().orElseThrow())) {
                attachToSockmap(program, object);
            }
        }
        links.addAll(object.attachAll().links());
        for (LoadedProgram program : object.programs()) {
            attachToCgroup(program);
        }
        object.object().structOps().filter(map -> !map.create()).forEach(map -> leftOut.add(
                "struct_ops '%s': it was not created, since the object declares it as optional".formatted(map.name())));
        for (ProgramSpec program : object.object().programs()) {
            if (object.programs().stream().noneMatch(loaded -> loaded.spec().orElseThrow() == program)) {
                leftOut.add(what(program) + ": it was not loaded, since the object declares it as optional");
            }
        }
    }

    private void attachToSockmap(LoadedProgram program, LoadedObject object) {
        List<LoadedMap> maps = object.maps().stream().filter(map -> isSockmap(map.spec())).toList();
        ProgramSpec spec = program.spec().orElseThrow();
        if (spec.attachType().isEmpty()) {
            leftOut.add(withoutPoint(spec));
        } else if (sockmap.isPresent()) {
            links.add(program.attachToSockmap(object.map(sockmap.get())));
        } else if (maps.size() == 1) {
            links.add(program.attachToSockmap(maps.getFirst()));
        } else if (maps.isEmpty()) {
            leftOut.add(what(spec) + ": the object has no sockmap or sockhash");
        } else {
            leftOut.add("%s: --sockmap NAME says to which map: %s".formatted(what(spec),
                    String.join(", ", maps.stream().map(LoadedMap::name).toList())));
        }
    }

    private void attachToCgroup(LoadedProgram program) {
        ProgramSpec spec = program.spec().orElseThrow();
        switch (spec.type()) {
            case BPF_PROG_TYPE_SK_MSG, BPF_PROG_TYPE_SK_SKB, BPF_PROG_TYPE_STRUCT_OPS -> { }
            case BPF_PROG_TYPE_CGROUP_SKB, BPF_PROG_TYPE_CGROUP_SOCK, BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
                    BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_PROG_TYPE_CGROUP_DEVICE,
                    BPF_PROG_TYPE_SOCK_OPS -> attachToCgroup(program, spec);
            default -> {
                if (spec.attachType().equals(Optional.of(AttachType.BPF_LSM_CGROUP))) {
                    attachToCgroup(program, spec);
                } else if (spec.has(SectionDefinition.Flag.AUTO_ATTACH)) {
                    if (!SectionAttacher.canAttach(program)) {
                        leftOut.add(what(spec) + ": its section name does not say to what");
                    }
                } else {
                    leftOut.add("%s: no option attaches programs of type %s; --pin DIR keeps it for other tools"
                            .formatted(what(spec), KernelTables.programType(spec.type().number())));
                }
            }
        }
    }

    private void attachToCgroup(LoadedProgram program, ProgramSpec spec) {
        if (spec.attachType().isEmpty()) {
            leftOut.add(withoutPoint(spec));
        } else if (cgroup.isEmpty()) {
            leftOut.add(what(spec) + ": --cgroup DIR attaches it");
        } else {
            links.add(program.attachToCgroup(cgroup.get()));
        }
    }

    /** {@return the attachments in the order in which they were made} */
    List<Link> links() {
        return List.copyOf(links);
    }

    /** {@return one line for each program that was not attached} */
    List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /**
     * Ends all attachments, in reverse.
     *
     * @throws KernelException if one cannot be ended; the others are
     */
    void detach() {
        Links.of(links).detach();
    }

    @Override
    public void close() {
        Links.of(links).close();
    }

    private static boolean isForSockmap(ProgramSpec program) {
        return switch (program.type()) {
            case BPF_PROG_TYPE_SK_MSG, BPF_PROG_TYPE_SK_SKB -> true;
            default -> false;
        };
    }

    private static boolean isSockmap(MapSpec map) {
        return map.is(MapType.BPF_MAP_TYPE_SOCKMAP) || map.is(MapType.BPF_MAP_TYPE_SOCKHASH);
    }

    private static String what(ProgramSpec program) {
        return "program '%s' (%s)".formatted(program.name(), program.section());
    }

    private static String withoutPoint(ProgramSpec program) {
        return what(program) + ": its section name does not say at which point";
    }
}
