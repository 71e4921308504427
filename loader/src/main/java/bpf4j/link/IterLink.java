package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.LinkAttr;
import bpf4j.sys.LinkAttr.CreateIter;
import bpf4j.sys.Syscall;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * An iterator: a program that runs for each of some kernel objects while somebody reads, and writes what is read. Any
 * number of readers can be opened, each of which goes over the objects once. Source:
 * {@code Documentation/bpf/bpf_iterators.rst}.
 *
 * {@snippet :
 * try (var link = IterLink.attach(loaded.program("tasks")); var lines = link.lines()) {
 *     lines.forEach(System.out::println);
 * }
 * }
 *
 * <p>Safe for use by several threads, as all links are; a stream that it opens is for one at a time.
 */
public final class IterLink extends KernelLink {

    private IterLink(String description, Kernel kernel, int status) {
        super(description, AttachType.BPF_TRACE_ITER, kernel, status);
    }

    IterLink(LinkOpener.Found found) {
        super(found);
    }

    /**
     * Makes an iterator over all objects.
     *
     * @param program an iterator program
     * @return the iterator, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static IterLink attach(LoadedProgram program) {
        return attach(program, new IterScope.Everything());
    }

    /**
     * Makes an iterator.
     *
     * @param program an iterator program
     * @param scope which objects it goes over
     * @return the iterator, the caller's to close
     * @throws KernelException if a cgroup's folder cannot be opened, or the kernel refuses
     */
    public static IterLink attach(LoadedProgram program, IterScope scope) {
        String description = Descriptions.ofTarget(program);
        if (!program.requireAttachType(description).equals(AttachType.BPF_TRACE_ITER)) {
            throw new KernelException(Step.ATTACH, description, 0, "the program is no iterator");
        }
        if (scope instanceof IterScope.Cgroups(Path path, _)) {
            try (Fd target = CgroupFolder.open(path, Step.ATTACH, description + " over cgroup " + path)) {
                return attach(program, scope, target.number());
            }
        }
        if (scope instanceof IterScope.MapElements(var map)) {
            return map.descriptor().use(number -> attach(program, scope, number));
        }
        return attach(program, scope, 0);
    }

    /** @param target descriptor of the map or cgroup that the scope names */
    private static IterLink attach(LoadedProgram program, IterScope scope, int target) {
        return new IterLink(Descriptions.ofTarget(program), program.kernel(),
                new BpfCalls(program.kernel()).links().create(
                CreateIter.STRUCT, program.descriptor(), 0, AttachType.BPF_TRACE_ITER.number(), 0,
                (attr, buffer) -> write(scope, target, attr, buffer)));
    }

    private static void write(IterScope scope, int target, MemorySegment attr, CallBuffer buffer) {
        switch (scope) {
            case IterScope.Everything() -> { }
            case IterScope.MapElements _ -> {
                MemorySegment info = LinkAttr.IterMap.STRUCT.allocate(buffer);
                LinkAttr.IterMap.MAP_FD.set(info, target);
                point(attr, info);
            }
            case IterScope.Cgroups(_, CgroupOrder order) -> {
                MemorySegment info = LinkAttr.IterCgroup.STRUCT.allocate(buffer);
                LinkAttr.IterCgroup.ORDER.set(info, order.number());
                LinkAttr.IterCgroup.CGROUP_FD.set(info, target);
                point(attr, info);
            }
            case IterScope.CgroupsById(long id, CgroupOrder order) -> {
                MemorySegment info = LinkAttr.IterCgroup.STRUCT.allocate(buffer);
                LinkAttr.IterCgroup.ORDER.set(info, order.number());
                LinkAttr.IterCgroup.CGROUP_ID.set(info, id);
                point(attr, info);
            }
            case IterScope.OneThread(int tid) -> task(tid, 0, 0, attr, buffer);
            case IterScope.OneProcess(int pid) -> task(0, pid, 0, attr, buffer);
            case IterScope.ProcessOf(int descriptor) -> task(0, 0, descriptor, attr, buffer);
        }
    }

    private static void task(int tid, int pid, int pidFd, MemorySegment attr, CallBuffer buffer) {
        MemorySegment info = LinkAttr.IterTask.STRUCT.allocate(buffer);
        LinkAttr.IterTask.TID.set(info, tid);
        LinkAttr.IterTask.PID.set(info, pid);
        LinkAttr.IterTask.PID_FD.set(info, pidFd);
        point(attr, info);
    }

    private static void point(MemorySegment attr, MemorySegment info) {
        CreateIter.ITER_INFO.set(attr, info);
        CreateIter.ITER_INFO_LEN.set(attr, Math.toIntExact(info.byteSize()));
    }

    /**
     * Opens a reader. The objects are visited while it is read. For one thread at a time.
     *
     * @return what the program writes, in the host's byte order; the caller's to close. It stays readable when this
     *     link is closed.
     * @throws KernelException if the kernel refuses
     * @throws IllegalStateException if the link is closed
     */
    public InputStream open() {
        return new IterStream(openIterator(), Syscall::read);
    }

    /**
     * Opens a reader of text in UTF-8.
     *
     * @return the lines, without their ends; the caller's to close. Reading throws {@link UncheckedIOException}.
     * @throws KernelException if the kernel refuses
     * @throws IllegalStateException if the link is closed
     */
    public Stream<String> lines() {
        BufferedReader reader = new BufferedReader(new InputStreamReader(open(), StandardCharsets.UTF_8));
        return reader.lines().onClose(() -> {
            try {
                reader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
