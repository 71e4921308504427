package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a kernel holds, whoever loaded it: programs, maps, links and BTF objects by id and by pin. Ids are positive and
 * are given to other objects only when the kernel has used up all numbers. Listing, and opening by id, need
 * {@code CAP_SYS_ADMIN}. Safe for use by several threads; the streams are for one, and ask the kernel as they go.
 */
public final class KernelObjects {

    /** What the kernel keeps of a name. */
    private static final int MAX_NAME = 15;
    private static final KernelObjects RUNNING = new KernelObjects(Kernel.RUNNING);

    private final BpfCalls calls;

    private KernelObjects(Kernel kernel) {
        this.calls = new BpfCalls(kernel);
    }

    /** {@return the objects of the kernel that this process runs on} */
    public static KernelObjects running() {
        return RUNNING;
    }

    /**
     * Looks at another kernel; of no use outside this module.
     *
     * @param kernel the kernel
     * @return its objects
     */
    @SuppressWarnings("exports")
    public static KernelObjects of(Kernel kernel) {
        return kernel == Kernel.RUNNING ? RUNNING : new KernelObjects(kernel);
    }

    /**
     * Lists the programs.
     *
     * @return their ids, rising
     * @throws KernelException when the stream is used, if the kernel refuses
     */
    public IntStream programIds() {
        return ids(BpfCommand.BPF_PROG_GET_NEXT_ID, "programs");
    }

    /**
     * Lists the maps.
     *
     * @return their ids, rising
     * @throws KernelException when the stream is used, if the kernel refuses
     */
    public IntStream mapIds() {
        return ids(BpfCommand.BPF_MAP_GET_NEXT_ID, "maps");
    }

    /**
     * Lists the links. {@link bpf4j.link.LinkInfo#all()} describes them.
     *
     * @return their ids, rising
     * @throws KernelException when the stream is used, if the kernel refuses
     */
    public IntStream linkIds() {
        return ids(BpfCommand.BPF_LINK_GET_NEXT_ID, "links");
    }

    /**
     * Lists the BTF objects.
     *
     * @return their ids, rising
     * @throws KernelException when the stream is used, if the kernel refuses
     */
    public IntStream btfIds() {
        return ids(BpfCommand.BPF_BTF_GET_NEXT_ID, "BTF objects");
    }

    /**
     * Describes the programs. What goes while the stream is used is left out.
     *
     * @return what the kernel says of each, ids rising
     * @throws KernelException when the stream is used, if the kernel refuses
     */
    public Stream<ProgramInfo> programs() {
        return infos(programIds(), id -> info(BpfCommand.BPF_PROG_GET_FD_BY_ID, id, subject(ObjectKind.PROGRAM, id),
                (fd, subject) -> ProgramInfo.query(calls, fd, subject)));
    }

    /**
     * Describes the maps. What goes while the stream is used is left out.
     *
     * @return what the kernel says of each, ids rising
     * @throws KernelException when the stream is used, if the kernel refuses
     */
    public Stream<MapInfo> maps() {
        return infos(mapIds(), id -> info(BpfCommand.BPF_MAP_GET_FD_BY_ID, id, subject(ObjectKind.MAP, id),
                (fd, subject) -> MapInfo.query(calls, fd, subject)));
    }

    /**
     * Describes the BTF objects. What goes while the stream is used is left out.
     *
     * @return what the kernel says of each, ids rising
     * @throws KernelException when the stream is used, if the kernel refuses
     */
    public Stream<BtfInfo> btfs() {
        return infos(btfIds(), id -> info(BpfCommand.BPF_BTF_GET_FD_BY_ID, id, subject(ObjectKind.BTF, id),
                (fd, subject) -> BtfInfo.query(calls, fd, subject)));
    }

    /**
     * Opens a program.
     *
     * @param id its id
     * @return the program, the caller's to close
     * @throws KernelException if there is none of that id, or the kernel refuses
     */
    public LoadedProgram program(int id) {
        return program(open(BpfCommand.BPF_PROG_GET_FD_BY_ID, ObjectKind.PROGRAM, id));
    }

    /**
     * Opens a pinned program.
     *
     * @param pin its file in a BPF file system
     * @return the program, the caller's to close
     * @throws KernelException if no program is pinned there, or the kernel refuses
     */
    public LoadedProgram program(Path pin) {
        return program(open(pin, 0, ObjectKind.PROGRAM));
    }

    /**
     * Opens a map.
     *
     * @param id its id
     * @return the map, the caller's to close
     * @throws KernelException if there is none of that id, or the kernel refuses
     */
    public LoadedMap map(int id) {
        return map(id, 0);
    }

    /**
     * Opens a map for some kinds of access.
     *
     * @param id its id
     * @param flags {@link bpf4j.object.MapSpec#BPF_F_RDONLY} or {@link bpf4j.object.MapSpec#BPF_F_WRONLY}, 0 for all
     * @return the map, the caller's to close
     * @throws KernelException if there is none of that id, or the kernel refuses
     */
    public LoadedMap map(int id, int flags) {
        return map(open(BpfCommand.BPF_MAP_GET_FD_BY_ID, id, flags, subject(ObjectKind.MAP, id))
                .orElseThrow(() -> gone(ObjectKind.MAP, id)));
    }

    /**
     * Opens a pinned map.
     *
     * @param pin its file in a BPF file system
     * @return the map, the caller's to close
     * @throws KernelException if no map is pinned there, or the kernel refuses
     */
    public LoadedMap map(Path pin) {
        return map(pin, 0);
    }

    /**
     * Opens a pinned map for some kinds of access.
     *
     * @param pin its file in a BPF file system
     * @param flags {@link bpf4j.object.MapSpec#BPF_F_RDONLY} or {@link bpf4j.object.MapSpec#BPF_F_WRONLY}, 0 for all
     * @return the map, the caller's to close
     * @throws KernelException if no map is pinned there, or the kernel refuses
     */
    public LoadedMap map(Path pin, int flags) {
        return map(open(pin, flags, ObjectKind.MAP));
    }

    /** Duplicates what the caller has opened. */
    LoadedMap mapOfDescriptor(int number) {
        String subject = "map of descriptor " + number;
        int copy = Fd.duplicate(number);
        if (copy < 0) {
            throw KernelException.refused(Step.QUERY, subject, "", -copy);
        }
        return map(requireKind(Fd.owning(copy, subject, calls.kernel()), ObjectKind.MAP, Step.QUERY, subject,
                "it is a "));
    }

    /**
     * Describes a BTF object.
     *
     * @param id its id
     * @return what the kernel says of it
     * @throws KernelException if there is none of that id, or the kernel refuses
     */
    public BtfInfo btfInfo(int id) {
        return info(BpfCommand.BPF_BTF_GET_FD_BY_ID, id, subject(ObjectKind.BTF, id),
                (fd, subject) -> BtfInfo.query(calls, fd, subject)).orElseThrow(() -> gone(ObjectKind.BTF, id));
    }

    /**
     * Copies the types of a BTF object out of the kernel. Those of a module come over the kernel's own, which are read
     * from {@link KernelBtf#shared()}.
     *
     * @param id its id
     * @return the types
     * @throws KernelException if there is none of that id, or the kernel refuses
     * @throws BtfFormatException if the kernel has a kind of type that this version does not know
     */
    public Btf btf(int id) {
        try (Fd fd = open(BpfCommand.BPF_BTF_GET_FD_BY_ID, ObjectKind.BTF, id)) {
            String subject = subject(ObjectKind.BTF, id);
            BtfInfo info = BtfInfo.query(calls, fd.number(), subject);
            MemorySegment types = MemorySegment.ofArray(
                    BtfInfo.bytes(calls, fd.number(), info.sizeBytes(), subject));
            String name = info.name().isEmpty() ? subject : info.name();
            return info.kernel() && !info.name().equals(KernelBtf.VMLINUX)
                    ? Btf.parseSplit(types, KernelBtf.shared().vmlinux(), name) : Btf.parse(types, name);
        }
    }

    /**
     * Finds the types of a map's keys and values.
     *
     * @param map what the kernel says of the map
     * @return the types, empty if it was made without
     * @throws KernelException if the kernel refuses
     * @throws BtfFormatException if the kernel has a kind of type that this version does not know
     */
    public Optional<MapTypes> types(MapInfo map) {
        if (map.btfVmlinuxValueTypeId() != 0) {
            Btf btf = map.btfVmlinuxId() == 0 ? KernelBtf.shared().vmlinux() : btf(map.btfVmlinuxId());
            return Optional.of(new MapTypes(btf, 0, map.btfVmlinuxValueTypeId()));
        }
        return map.btfId() == 0 || map.btfKeyTypeId() == 0 && map.btfValueTypeId() == 0 ? Optional.empty()
                : Optional.of(new MapTypes(btf(map.btfId()), map.btfKeyTypeId(), map.btfValueTypeId()));
    }

    /**
     * Opens an object of any kind by id; of no use outside this module.
     *
     * @param command one of the commands that end in {@code GET_FD_BY_ID}
     * @param id its id
     * @param subject what it is, for messages
     * @return its descriptor, empty if there is none of that id
     * @throws KernelException if the kernel refuses
     */
    @SuppressWarnings("exports")
    public Optional<Fd> open(BpfCommand command, int id, String subject) {
        return open(command, id, 0, subject);
    }

    private Optional<Fd> open(BpfCommand command, int id, int flags, String subject) {
        int number = calls.objects().openId(command, id, flags);
        if (number == -Errno.ENOENT.number()) {
            return Optional.empty();
        }
        if (number < 0) {
            throw KernelException.refused(Step.QUERY, subject, "", -number);
        }
        return Optional.of(Fd.owning(number, subject, calls.kernel()));
    }

    private Fd open(BpfCommand command, ObjectKind kind, int id) {
        return open(command, id, subject(kind, id)).orElseThrow(() -> gone(kind, id));
    }

    private Fd open(Path pin, int flags, ObjectKind kind) {
        Fd fd = Pins.open(calls, pin, flags, kind.text()).orElseThrow(() -> new KernelException(Step.PIN,
                kind.text() + " at " + pin, Errno.ENOENT.number(), "nothing is pinned there"));
        return requireKind(fd, kind, Step.PIN, kind.text() + " at " + pin, "what is pinned there is a ");
    }

    /** Closes the descriptor and throws where it is of another kind. */
    private static Fd requireKind(Fd fd, ObjectKind kind, Step step, String subject, String problem) {
        Optional<ObjectKind> found = ObjectKind.of(fd.number());
        if (found.isPresent() && found.get() != kind) {
            fd.close();
            throw new KernelException(step, subject, 0, problem + found.get().text());
        }
        return fd;
    }

    /**
     * Finds the whole name of a program. The kernel keeps 15 bytes of it; what was cut is in the program's types.
     *
     * @param info what the kernel says of the program
     * @return the name, cut if the program has gone or has no types
     */
    public String nameOf(ProgramInfo info) {
        try {
            return info(BpfCommand.BPF_PROG_GET_FD_BY_ID, info.id(), subject(ObjectKind.PROGRAM, info.id()),
                    (fd, subject) -> nameOf(info, fd, subject)).orElse(info.name());
        } catch (KernelException _) {
            return info.name();
        }
    }

    private String nameOf(ProgramInfo info, int fd, String subject) {
        if (info.name().length() < MAX_NAME || info.btfId() == 0 || info.funcInfoCount() == 0) {
            return info.name();
        }
        return new XlatedReader(calls, fd, subject).firstFunction().filter(name -> name.startsWith(info.name()))
                .orElse(info.name());
    }

    private LoadedProgram program(Fd fd) {
        try {
            ProgramInfo info = ProgramInfo.query(calls, fd.number(), fd.toString());
            return new LoadedProgram(info, nameOf(info, fd.number(), fd.toString()), fd, calls);
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    private LoadedMap map(Fd fd) {
        try {
            return LoadedMap.opened(MapInfo.query(calls, fd.number(), fd.toString()), fd, calls);
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    private IntStream ids(BpfCommand command, String what) {
        // Id 0 is nobody's: it starts the search and is not listed.
        return IntStream.iterate(0, id -> id != -1, id -> next(command, what, id)).skip(1);
    }

    private int next(BpfCommand command, String what, int id) {
        int next = calls.objects().nextId(command, id);
        if (next == -Errno.ENOENT.number()) {
            return -1;
        }
        if (next < 0) {
            throw KernelException.refused(Step.QUERY, what, "", -next);
        }
        return next;
    }

    private static <T> Stream<T> infos(IntStream ids, IntFunction<Optional<T>> info) {
        return ids.mapToObj(info).flatMap(Optional::stream);
    }

    private <T> Optional<T> info(BpfCommand command, int id, String subject, BiFunction<Integer, String, T> query) {
        Optional<Fd> found = open(command, id, subject);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (Fd fd = found.get()) {
            return Optional.of(Objects.requireNonNull(query.apply(fd.number(), subject)));
        }
    }

    private static String subject(ObjectKind kind, int id) {
        return "%s id %s".formatted(kind.text(), Integer.toUnsignedString(id));
    }

    private static KernelException gone(ObjectKind kind, int id) {
        return KernelException.refused(Step.QUERY, subject(kind, id), "", Errno.ENOENT.number());
    }

    @Override
    public String toString() {
        return "objects of " + calls.kernel();
    }
}
