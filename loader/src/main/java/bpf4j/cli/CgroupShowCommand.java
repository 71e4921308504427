package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code cgroup show}: the programs of a cgroup. */
@Command(name = "show", aliases = "list", header = "List the programs of a cgroup.", description = {
    "Those that are attached to it; effective lists those that run for it, with what cgroups above leave it."},
        customSynopsis = "bpf4j cgroup show [-jp] CGROUP [effective]",
        footer = {
            "",
            "Example:",
            "  bpf4j cgroup show /sys/fs/cgroup/web effective"})
final class CgroupShowCommand extends KernelCommand {

    CgroupShowCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Path cgroup = Path.of(given.next("folder of a cgroup"));
        boolean effective = given.take("effective");
        given.end();
        List<CgroupListing> programs = CgroupListing.of(objects(), cgroup, effective);
        if (wantsJson()) {
            printList(false, programs, CgroupListing::write);
        } else if (!programs.isEmpty()) {
            Table table = new Table("ID", "ATTACH TYPE", "FLAGS", "NAME");
            programs.forEach(program -> table.row(program.cells()));
            console().print(table);
        }
        return ExitStatus.DONE;
    }
}
