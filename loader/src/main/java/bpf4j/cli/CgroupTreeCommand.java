package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.sys.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code cgroup tree}: the programs of all cgroups. */
@Command(name = "tree", header = "List the programs of all cgroups.", description = {
    "Those of a cgroup and of all below it; without one, of all in the cgroup v2 file system. Cgroups without programs "
        + "are left out."},
        customSynopsis = "bpf4j cgroup tree [-jp] [CGROUP] [effective]",
        footer = {
            "",
            "Example:",
            "  bpf4j cgroup tree"})
final class CgroupTreeCommand extends KernelCommand {

    private static final Path MOUNTS = Path.of("/proc/mounts");
    private static final String EFFECTIVE = "effective";

    CgroupTreeCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        boolean named = !given.isEmpty() && !given.peek().equals(Optional.of(EFFECTIVE));
        Path root = named ? Path.of(given.next("folder of a cgroup")) : root(given);
        boolean effective = given.take(EFFECTIVE);
        given.end();
        Map<Path, List<CgroupListing>> programs = new LinkedHashMap<>();
        try {
            for (Path cgroup : folders(root)) {
                List<CgroupListing> found = found(root, cgroup, effective);
                if (!found.isEmpty()) {
                    programs.put(cgroup, found);
                }
            }
        } catch (IOException e) {
            throw new FailureException(root, Failure.of(e, Optional.empty()));
        }
        if (wantsJson()) {
            json(programs);
        } else if (!programs.isEmpty()) {
            Table table = new Table("CGROUP", "ID", "ATTACH TYPE", "FLAGS", "NAME");
            programs.forEach((cgroup, found) -> found.forEach(program -> {
                Object[] cells = program.cells();
                table.row(cgroup, cells[0], cells[1], cells[2], cells[3]);
            }));
            console().print(table);
        }
        return ExitStatus.DONE;
    }

    private List<CgroupListing> found(Path root, Path cgroup, boolean effective) {
        try {
            return CgroupListing.of(objects(), cgroup, effective);
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT.number() && !cgroup.equals(root)) {
                // Cgroups go while they are walked over.
                return List.of();
            }
            throw e;
        }
    }

    private void json(Map<Path, List<CgroupListing>> programs) {
        print(json -> {
            json.writeStartArray();
            for (Map.Entry<Path, List<CgroupListing>> each : programs.entrySet()) {
                json.writeStartObject();
                json.writeStringField("cgroup", each.getKey().toString());
                json.writeArrayFieldStart("programs");
                for (CgroupListing program : each.getValue()) {
                    program.write(json);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** A folder before those in it. One that goes meanwhile is left out. */
    private static List<Path> folders(Path root) throws IOException {
        List<Path> folders = new ArrayList<>(List.of(root));
        for (int i = 0; i < folders.size(); i++) {
            try (Stream<Path> children = Files.list(folders.get(i))) {
                children.filter(Files::isDirectory).sorted().forEach(folders::add);
            } catch (IOException e) {
                if (i == 0) {
                    throw e;
                }
            }
        }
        return folders;
    }

    private static Path root(Words given) {
        try {
            for (String line : Files.readAllLines(MOUNTS)) {
                String[] fields = line.split(" ");
                if (fields.length > 2 && fields[2].equals("cgroup2")) {
                    return Path.of(fields[1]);
                }
            }
        } catch (IOException e) {
            throw new FailureException(MOUNTS, Failure.of(e, Optional.empty()));
        }
        throw given.wrong("No cgroup v2 file system is mounted: name a folder.");
    }
}
