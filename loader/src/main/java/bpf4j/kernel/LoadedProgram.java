package bpf4j.kernel;

import bpf4j.link.CgroupLink;
import bpf4j.link.Link;
import bpf4j.link.SectionAttacher;
import bpf4j.link.SockmapLink;
import bpf4j.object.AttachType;
import bpf4j.object.ProgramSpec;
import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program in the kernel. One of a {@link LoadedObject} is closed with that at the latest; what a program is
 * attached to keeps it alive beyond that. Safe for use by several threads.
 */
public final class LoadedProgram implements AutoCloseable {

    private final String name;
    private final ProgramType type;
    private final Optional<AttachType> attachType;
    private final Optional<ProgramSpec> spec;
    private final Fd fd;
    private final String log;
    private final BpfCalls calls;
    private final Optional<UsdtSlots> usdtSlots;

    LoadedProgram(ProgramSpec spec, Fd fd, String log, BpfCalls calls, Optional<UsdtSlots> usdtSlots) {
        this.name = spec.name();
        this.type = spec.type();
        this.attachType = spec.attachType();
        this.spec = Optional.of(spec);
        this.fd = fd;
        this.log = log;
        this.calls = calls;
        this.usdtSlots = usdtSlots;
    }

    /** Takes what was opened by id or pin: the kernel tells neither the section nor the attach type. */
    LoadedProgram(ProgramInfo info, String name, Fd fd, BpfCalls calls) {
        this.name = name;
        this.type = ProgramType.of(info.type()).orElse(ProgramType.BPF_PROG_TYPE_UNSPEC);
        this.attachType = Optional.empty();
        this.spec = Optional.empty();
        this.fd = fd;
        this.log = "";
        this.calls = calls;
        this.usdtSlots = Optional.empty();
    }

    /**
     * Opens a program of the running kernel, whoever loaded it. Needs {@code CAP_SYS_ADMIN}.
     *
     * @param id the kernel's id of it
     * @return the program, the caller's to close
     * @throws KernelException if there is none of that id, or the kernel refuses
     */
    public static LoadedProgram ofId(int id) {
        return KernelObjects.running().program(id);
    }

    /**
     * Opens a pinned program of the running kernel.
     *
     * @param pin its file in a BPF file system
     * @return the program, the caller's to close
     * @throws KernelException if no program is pinned there, or the kernel refuses
     */
    public static LoadedProgram open(Path pin) {
        return KernelObjects.running().program(pin);
    }

    /** {@return the program's name; of one that was opened by id or pin without its types, the first 15 bytes} */
    public String name() {
        return name;
    }

    /** {@return the program type; {@code BPF_PROG_TYPE_UNSPEC} for one that is newer than this version} */
    public ProgramType type() {
        return type;
    }

    /** {@return the attach type; empty if the section's name does not say one or nobody knows the section} */
    public Optional<AttachType> attachType() {
        return attachType;
    }

    /**
     * Returns the attach type for an attachment that needs one.
     *
     * @param attachment what is attached to what, for the message
     * @return the attach type
     * @throws KernelException if there is none
     */
    public AttachType requireAttachType(String attachment) {
        return attachType.orElseThrow(() -> new KernelException(Step.ATTACH, attachment, 0, spec
                .map(s -> "section '%s' does not say at which point".formatted(s.section()))
                .orElse("the kernel does not tell at which point it is to be attached")));
    }

    /** {@return what the object declares; empty for a program that was not loaded from an object by this process} */
    public Optional<ProgramSpec> spec() {
        return spec;
    }

    /**
     * Runs the program for a test, on input that the caller makes up: {@code BPF_PROG_TEST_RUN}. What it does to maps
     * and to the world outside of its input is real.
     *
     * @param options the input, and how to run it
     * @return what came of it
     * @throws KernelException if the kernel refuses, for instance since programs of this type cannot be run so
     * @throws IllegalStateException if it is closed
     */
    public TestRunResult testRun(TestRunOptions options) {
        return fd.use(number -> TestRunCall.run(calls.kernel(), number, type, subject(), options));
    }

    /**
     * Reads the instructions as the verifier left them, with their source lines.
     *
     * @return the code
     * @throws KernelException if the kernel refuses, or hides the instructions from this process
     * @throws IllegalStateException if it is closed
     */
    public XlatedCode xlated() {
        return fd.use(number -> XlatedCode.read(calls, number, subject()));
    }

    /**
     * Copies the machine code that runs instead of the instructions.
     *
     * @return the code
     * @throws KernelException if the kernel refuses, hides the code from this process, or interprets the program
     * @throws IllegalStateException if it is closed
     */
    public JitedCode jited() {
        return fd.use(number -> new JitedReader(calls, number, subject()).read());
    }

    /**
     * Takes what the program has written into one of its streams since somebody last read it: text in UTF-8, which may
     * end within a character if the program is writing. Does not wait. Needs Linux 6.17.
     *
     * @param stream which one
     * @return the bytes, none if there are none; what comes from now on is for the next call
     * @throws KernelException if the kernel refuses
     * @throws IllegalStateException if it is closed
     */
    public byte[] readStream(ProgramStream stream) {
        return fd.use(number -> stream.read(calls, number, subject()));
    }

    /** {@return the verifier's log, empty unless one was asked for with {@link LoadOptions#withLogLevel}} */
    public String log() {
        return log;
    }

    /**
     * Returns the descriptor, which stays this program's: good until it is closed.
     *
     * @return the number
     * @throws IllegalStateException if it is closed
     */
    public int fd() {
        return fd.number();
    }

    /**
     * Asks the kernel about the program.
     *
     * @return what it says
     * @throws KernelException if it refuses
     * @throws IllegalStateException if it is closed
     */
    public ProgramInfo info() {
        return fd.use(number -> ProgramInfo.query(calls, number, subject()));
    }

    /**
     * Finds a function of this program, for programs that are to be attached to it.
     *
     * @param function the function's name
     * @return its BTF id in the types that this program was loaded with
     * @throws KernelException if there is no such function, this program has no types, or the kernel refuses
     * @throws IllegalStateException if it is closed
     */
    public int functionTypeId(String function) {
        return fd.use(number -> new ProgramTarget(number, function).typeId(calls, Step.QUERY, subject()));
    }

    /**
     * Pins the program, so that it outlives this process.
     *
     * @param path a new file in a BPF file system
     * @throws KernelException if the kernel refuses
     * @throws IllegalStateException if it is closed
     */
    public void pin(Path path) {
        int number = fd.acquire();
        try {
            Pins.pin(calls, number, path, subject());
        } finally {
            fd.release();
        }
    }

    /**
     * Attaches the program to what its section names, as {@code fentry/vfs_read} and {@code raw_tp/sched_switch} do.
     * For other targets and options the classes of {@link bpf4j.link} have factories.
     *
     * @return the attachment, the caller's to close
     * @throws KernelException if the section does not say to what, or the kernel refuses
     * @throws IllegalStateException if the program is closed
     */
    public Link attach() {
        return SectionAttacher.attach(this);
    }

    /**
     * Attaches the program to a cgroup.
     *
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public Link attachToCgroup(Path cgroup) {
        return CgroupLink.attach(this, cgroup);
    }

    /**
     * Attaches a sk_msg or sk_skb program to the sockets of a map.
     *
     * @param map a sockmap or sockhash
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public Link attachToSockmap(LoadedMap map) {
        return SockmapLink.attach(this, map);
    }

    /** {@return the owner of the descriptor, for attachments that outlive the object; of no use outside this module} */
    @SuppressWarnings("exports")
    public Fd descriptor() {
        return fd;
    }

    /** {@return what the object has for descriptions of USDT places; of no use outside this module} */
    public Optional<UsdtSlots> usdtSlots() {
        return usdtSlots;
    }

    /** {@return the seam that the program was loaded through; of no use outside this module} */
    @SuppressWarnings("exports")
    public Kernel kernel() {
        return calls.kernel();
    }

    /** Closes the descriptor. Idempotent; the program lives on where it is attached, pinned or held by others. */
    @Override
    public void close() {
        fd.close();
    }

    private String subject() {
        return "program '" + name + "'";
    }

    @Override
    public String toString() {
        return subject() + ", " + fd;
    }
}
