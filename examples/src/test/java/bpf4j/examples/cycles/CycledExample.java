package bpf4j.examples.cycles;

import bpf4j.event.RingBuffer;
import bpf4j.examples.BundledObject;
import bpf4j.kernel.GlobalVariable;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.link.Link;
import bpf4j.link.Links;
import bpf4j.link.NetInterface;
import bpf4j.link.TcDirection;
import bpf4j.link.TcFilter;
import bpf4j.link.XdpLink;
import bpf4j.object.MapType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The examples' objects, and to what each is attached. */
enum CycledExample {
    /** Registered by its map, under names of this machine. */
    DCTCP("dctcp.bpf.o"),
    /** Registered by a link, under a name of this machine. */
    DCTCP_LINK("dctcp_link.bpf.o"),
    MARK_CE("mark_ce.bpf.o"),
    SOCKMAP("sockmap.bpf.o"),
    SOCKMAP_LEGACY_SOCKOPS("sockmap_legacy_sockops.bpf.o"),
    SOCKMAP_LEGACY_REDIR("sockmap_legacy_redir.bpf.o"),
    OPENSNOOP("opensnoop.bpf.o"),
    RUNQSLOWER("runqslower.bpf.o"),
    EGRESS("egress.bpf.o"),
    XDPCOUNT("xdpcount.bpf.o"),
    QUEUE_MARK("queue_mark.bpf.o");

    private final String file;

    CycledExample(String file) {
        this.file = file;
    }

    /** Finds an example by the name of its object without the ending. */
    static Optional<CycledExample> named(String name) {
        return Stream.of(values()).filter(example -> example.toString().equals(name)).findAny();
    }

    String file() {
        return file;
    }

    /**
     * Reads, loads and attaches the object, opens its ring buffers, looks at its variables, and undoes all of it.
     *
     * @param witness is shown the object while it is attached
     * @return how many attachments there were
     */
    int cycle(Place place, Consumer<LoadedObject> witness) throws IOException {
        List<Runnable> closes = new ArrayList<>();
        try (LoadedObject loaded = BundledObject.read(file).load()) {
            try {
                for (LoadedMap map : loaded.maps()) {
                    if (map.spec().is(MapType.BPF_MAP_TYPE_RINGBUF)) {
                        closes.add(RingBuffer.open(map)::close);
                    }
                }
                Links byName = loaded.attachAll();
                closes.add(byName::close);
                int attachments = byName.links().size();
                for (LoadedProgram program : loaded.programs()) {
                    Optional<Link> link = attach(program, loaded, place);
                    if (link.isPresent()) {
                        closes.add(link.get()::close);
                        attachments++;
                    }
                }
                loaded.variables().forEach(GlobalVariable::getBytes);
                witness.accept(loaded);
                return attachments;
            } finally {
                closes.reversed().forEach(Runnable::run);
            }
        }
    }

    /** Attaches to what a section does not say: which cgroup, map or interface. */
    private static Optional<Link> attach(LoadedProgram program, LoadedObject loaded, Place place) {
        return switch (program.type()) {
            case BPF_PROG_TYPE_CGROUP_SKB, BPF_PROG_TYPE_SOCK_OPS ->
                Optional.of(program.attachToCgroup(place.cgroup()));
            case BPF_PROG_TYPE_SK_MSG -> Optional.of(program.attachToSockmap(loaded.map("sockets")));
            case BPF_PROG_TYPE_XDP -> Optional.of(XdpLink.attach(program, NetInterface.named(Place.INTERFACE)));
            case BPF_PROG_TYPE_SCHED_CLS -> Optional.of(TcFilter.attach(program, NetInterface.named(Place.INTERFACE),
                    TcDirection.INGRESS));
            default -> Optional.empty();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
