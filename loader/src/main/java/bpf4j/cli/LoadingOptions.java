package bpf4j.cli;

import bpf4j.check.KernelSources;
import bpf4j.check.TargetKernel;
import bpf4j.image.BtfFile;
import bpf4j.kernel.LoadOptions;
import bpf4j.kernel.LoadedObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of all commands that load. */
final class LoadingOptions {

    @Option(names = "--map", paramLabel = "NAME=PINNED_PATH", description = {
        "Use the map pinned at PINNED_PATH instead of creating the object's map NAME. May be given several times."})
    private Map<String, Path> pinnedMaps = new LinkedHashMap<>();

    @Option(names = "--pin", paramLabel = "DIR", description = {
        "Pin every program and map under its name in DIR, in a BPF file system, so that they outlive this command. "
            + "A dot in a name becomes an underscore."})
    private Path pinFolder;

    @Option(names = "--btf", paramLabel = "FILE", description = {
        "Relocate against the types in FILE instead of the running kernel's: raw BTF, an ELF file, a kernel image such "
            + "as vmlinuz, or an archive of one BTF such as BTFHub's; compressed or not."})
    private Path btfFile;

    /**
     * Puts together what was given.
     *
     * @return how to load
     * @throws FailureException if the file of {@code --btf} is not usable
     */
    LoadOptions loadOptions() {
        LoadOptions options = withoutTypes();
        if (btfFile != null) {
            try {
                options = options.withCoreTypes(BtfFile.read(InputFile.check(btfFile)));
            } catch (IOException | RuntimeException e) {
                throw new FailureException(btfFile, Failure.of(e, Optional.empty()));
            }
        }
        return options;
    }

    /** {@return how to load, without a kernel in a file} */
    LoadOptions withoutTypes() {
        LoadOptions options = LoadOptions.defaults();
        for (Map.Entry<String, Path> map : pinnedMaps.entrySet()) {
            options = options.withPinnedMap(map.getKey(), map.getValue());
        }
        return options;
    }

    /**
     * Reads the kernel that is loaded into in thought.
     *
     * @return the one in the file of {@code --btf}, or the running one
     * @throws FailureException if the file is not usable
     */
    TargetKernel kernel() {
        if (btfFile == null) {
            return TargetKernel.running();
        }
        try {
            return KernelSources.find(List.of(InputFile.check(btfFile).toString())).getFirst().open();
        } catch (IOException | RuntimeException e) {
            throw new FailureException(btfFile, Failure.of(e, Optional.empty()));
        }
    }

    /** {@return where everything is pinned} */
    Optional<Path> pinFolder() {
        return Optional.ofNullable(pinFolder);
    }

    /** {@return the names of the maps that others have made} */
    Set<String> pinnedMaps() {
        return pinnedMaps.keySet();
    }

    /** {@return the files that were made, none without {@code --pin}} */
    List<Path> pin(LoadedObject object) {
        return pinFolder == null ? List.of() : object.pin(pinFolder);
    }
}
