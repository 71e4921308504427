package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import java.util.List;
import picocli.CommandLine;

/** The commands on what a kernel holds, grouped and named as bpftool's. */
final class KernelCommands {

    private KernelCommands() {
    }

    static List<CommandLine> all(Console console, KernelObjects objects) {
        return List.of(
                CommandGroup.of("prog", "Programs in the kernel.", List.of(
                        new ProgListCommand(console, objects), new ProgDumpCommand(console, objects),
                        new ProgRunCommand(console, objects), new ProgTracelogCommand(console, objects),
                        new ProgProfileCommand(console, objects),
                        new PinCommand(console, objects, PinCommand.Kind.PROGRAM)),
                        "bpf4j prog list", "bpf4j prog dump xlated id 7"),
                CommandGroup.of("map", "Maps in the kernel.", List.of(
                        new MapListCommand(console, objects), new MapCreateCommand(console, objects),
                        new MapDumpCommand(console, objects),
                        new MapLookupCommand(console, objects), new MapUpdateCommand(console, objects),
                        new MapDeleteCommand(console, objects), new MapNextCommand(console, objects),
                        new MapPeekCommand(console, objects), new MapPushCommand(console, objects),
                        new MapPopCommand(console, objects), new MapFreezeCommand(console, objects),
                        new PinCommand(console, objects, PinCommand.Kind.MAP)),
                        "bpf4j map list", "bpf4j map dump name counted"),
                CommandGroup.of("link", "Attachments in the kernel.", List.of(
                        new LinkListCommand(console, objects), new LinkDetachCommand(console, objects),
                        new PinCommand(console, objects, PinCommand.Kind.LINK)),
                        "bpf4j link list", "bpf4j link detach id 7"),
                CommandGroup.of("iter", "Iterators over the kernel's objects.",
                        List.of(new IterPinCommand(console, objects)), "bpf4j iter pin tasks.bpf.o /sys/fs/bpf/tasks"),
                CommandGroup.of("cgroup", "Programs of cgroups.", List.of(
                        new CgroupShowCommand(console, objects), new CgroupTreeCommand(console, objects)),
                        "bpf4j cgroup show /sys/fs/cgroup/web", "bpf4j cgroup tree"),
                CommandGroup.of("net", "Programs of network interfaces.", List.of(
                        new NetShowCommand(console, objects)), "bpf4j net show", "bpf4j net show dev eth0"),
                CommandGroup.of("struct_ops", "Structs of functions in the kernel.", List.of(
                        new StructOpsListCommand(console, objects), new StructOpsDumpCommand(console, objects),
                        new StructOpsRegisterCommand(console, objects),
                        new StructOpsUnregisterCommand(console, objects)),
                        "bpf4j struct_ops register dctcp.bpf.o", "bpf4j struct_ops unregister name dctcp"),
                CommandGroup.of("btf", "Types, of the kernel and of files.", List.of(
                        new BtfListCommand(console, objects), new BtfDumpCommand(console, objects),
                        new BtfDiffCommand(console, objects), new BtfMinCommand(console, objects),
                        new BtfMergeCommand(console, objects), new BtfDistillCommand(console, objects),
                        new BtfRelocateCommand(console, objects)),
                        "bpf4j btf list", "bpf4j btf dump vmlinux --format c > vmlinux.h"),
                CommandGroup.of("feature", "What this kernel can do.",
                        List.of(new FeatureProbeCommand(console, objects)), "bpf4j feature probe"));
    }
}
