package bpf4j.kernel;

import bpf4j.link.Link;
import bpf4j.link.Links;
import bpf4j.object.BpfObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * An object in the kernel: owns the descriptors of its types, maps and programs. Closing it closes them in reverse
 * order; attachments and pins made from it keep what they need alive. Safe for use by several threads.
 */
public final class LoadedObject implements AutoCloseable {

    private final BpfObject object;
    private final Map<String, LoadedMap> maps;
    private final Map<String, LoadedProgram> programs;
    private final Map<String, LoadedStructOps> structOps;
    private final List<Adaptation> adaptations;
    private final List<Runnable> releases;
    private final GlobalVariables variables;

    LoadedObject(BpfObject object, Map<String, LoadedMap> maps, Map<String, LoadedProgram> programs,
            Map<String, LoadedStructOps> structOps, List<Adaptation> adaptations, List<Runnable> releases) {
        this.object = object;
        this.maps = maps;
        this.programs = programs;
        this.structOps = structOps;
        this.adaptations = List.copyOf(adaptations);
        this.releases = List.copyOf(releases);
        this.variables = new GlobalVariables(object, maps);
    }

    /** {@return what was loaded} */
    public BpfObject object() {
        return object;
    }

    /** {@return the loaded programs, in the object's order} */
    public Collection<LoadedProgram> programs() {
        return programs.values();
    }

    /** {@return the maps, in the object's order} */
    public Collection<LoadedMap> maps() {
        return maps.values();
    }

    /** {@return the struct_ops maps, in the object's order} */
    public Collection<LoadedStructOps> structOps() {
        return structOps.values();
    }

    /**
     * Finds a program.
     *
     * @param name its name
     * @return the program, which is closed with this object
     * @throws NoSuchElementException if none of that name was loaded
     */
    public LoadedProgram program(String name) {
        return find(programs, name, "program");
    }

    /**
     * Finds a map by its name, or a data section's map by the section's name.
     *
     * @param name a map's name, or a section's such as {@code .bss}
     * @return the map, which is closed with this object
     * @throws NoSuchElementException if none of that name was created
     */
    public LoadedMap map(String name) {
        return find(maps, maps.containsKey(name) ? name : object.map(name).name(), "map");
    }

    /**
     * Finds a struct_ops map.
     *
     * @param name the variable's name
     * @return the map with its programs
     * @throws NoSuchElementException if none of that name was created
     */
    public LoadedStructOps structOps(String name) {
        return find(structOps, name, "struct_ops map");
    }

    /**
     * Attaches every program whose section says to what, and every struct_ops map, or nothing if one is refused. Left
     * out are programs whose section names no target at all, and those of a kind that needs to be told more, such as a
     * cgroup or a device.
     *
     * @return the attachments, the caller's to close
     * @throws KernelException if a section names a target that is not complete, or the kernel refuses one; those made
     *     before are ended again
     * @throws IllegalStateException if the object is closed
     */
    public Links attachAll() {
        return Links.attach(programs.values(), structOps.values());
    }

    /**
     * Attaches as {@link #attachAll()} does, with the caller's own way for some programs: for those of a kind that
     * needs to be told more, or of the caller's own sections.
     *
     * @param own is asked for each program first; empty to leave the program to its section
     * @return the attachments, the caller's to close, also those that {@code own} made
     * @throws KernelException if the kernel refuses one; those made before are ended again
     * @throws IllegalStateException if the object is closed
     */
    public Links attachAll(Function<? super LoadedProgram, ? extends Optional<? extends Link>> own) {
        return Links.attach(programs.values(), structOps.values(), own);
    }

    /**
     * Lists the global variables of the sections of data, of an arena, and of {@code .kconfig}. The first call of this
     * or {@link #variable} maps their sections into this process, where the kernel allows it.
     *
     * @return those that the object's types describe and whose maps were created, in the object's order
     * @throws IllegalStateException if the object is closed
     */
    public List<GlobalVariable> variables() {
        return variables.all();
    }

    /**
     * Finds a global variable.
     *
     * @param name its name, or section and name as {@code .data:limit} where several sections have one
     * @return the variable
     * @throws NoSuchElementException if there is none of that name, or its map was not created
     * @throws IllegalArgumentException if there are several
     * @throws IllegalStateException if the object is closed
     */
    public GlobalVariable variable(String name) {
        return variables.get(name);
    }

    /** {@return what was done otherwise than the object asks for, because of the kernel} */
    public List<Adaptation> adaptations() {
        return adaptations;
    }

    /**
     * Pins every program and map under its name.
     *
     * @param folder a folder in a BPF file system; made if it is missing
     * @return the files that were made
     * @throws KernelException if one cannot be pinned; those pinned before are unpinned again
     */
    public List<Path> pin(Path folder) {
        List<Path> pinned = new ArrayList<>();
        try {
            for (LoadedMap map : maps.values()) {
                Path path = folder.resolve(fileName(map.name()));
                map.pin(path);
                pinned.add(path);
            }
            for (LoadedProgram program : programs.values()) {
                Path path = folder.resolve(fileName(program.name()));
                program.pin(path);
                pinned.add(path);
            }
            return pinned;
        } catch (KernelException e) {
            for (Path path : pinned) {
                try {
                    Pins.unpin(path, path.toString());
                } catch (KernelException unpin) {
                    e.addSuppressed(unpin);
                }
            }
            throw e;
        }
    }

    /** Unmaps variables and arenas, and closes every descriptor, programs before maps. Idempotent. */
    @Override
    public void close() {
        variables.close();
        releases.reversed().forEach(Runnable::run);
    }

    /** A BPF file system allows no dots in names. */
    private static String fileName(String name) {
        return name.replace('.', '_');
    }

    private <T> T find(Map<String, T> all, String name, String what) {
        return Optional.ofNullable(all.get(name)).orElseThrow(() -> new NoSuchElementException(
                "%s: no %s '%s', only %s".formatted(object.name(), what, name, all.keySet())));
    }

    @Override
    public String toString() {
        return "%s, loaded: %d programs, %d maps".formatted(object.name(), programs.size(), maps.size());
    }
}
