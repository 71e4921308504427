package bpf4j.kernel;

import static bpf4j.sys.Errno.E2BIG;
import static bpf4j.sys.Errno.EACCES;
import static bpf4j.sys.Errno.EAGAIN;
import static bpf4j.sys.Errno.EBADF;
import static bpf4j.sys.Errno.EBUSY;
import static bpf4j.sys.Errno.EDEADLK;
import static bpf4j.sys.Errno.EEXIST;
import static bpf4j.sys.Errno.EFAULT;
import static bpf4j.sys.Errno.EINTR;
import static bpf4j.sys.Errno.EINVAL;
import static bpf4j.sys.Errno.ELOOP;
import static bpf4j.sys.Errno.EMFILE;
import static bpf4j.sys.Errno.ENFILE;
import static bpf4j.sys.Errno.ENODEV;
import static bpf4j.sys.Errno.ENOENT;
import static bpf4j.sys.Errno.ENOLINK;
import static bpf4j.sys.Errno.ENOMEM;
import static bpf4j.sys.Errno.ENOSPC;
import static bpf4j.sys.Errno.ENOTDIR;
import static bpf4j.sys.Errno.ENOTSUPP;
import static bpf4j.sys.Errno.EOPNOTSUPP;
import static bpf4j.sys.Errno.EPERM;
import static bpf4j.sys.Errno.ERANGE;
import static bpf4j.sys.Errno.ESTALE;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * With what each command of {@code bpf(2)} can fail, and in which steps of a load it is used. Source: {@code bpf(2)},
 * and {@code kernel/bpf/syscall.c} and what it calls, Linux 6.18.
 */
final class Faults {

    /** From {@code bpf(2)} itself: no privilege, a longer attr, an unknown command, a bad address. */
    private static final List<Errno> ANY = List.of(EPERM, E2BIG, EINVAL, EFAULT);
    private static final List<Errno> NO_DESCRIPTOR = List.of();
    /** From commands that make a descriptor. */
    private static final List<Errno> DESCRIPTOR = List.of(EMFILE, ENFILE, ENOMEM);

    /**
     * What is known of a command.
     *
     * @param errnos with what it can fail
     * @param steps what its refusal is called in exceptions
     */
    private record Row(List<Errno> errnos, Set<Step> steps) {
    }

    private static final Map<BpfCommand, Row> ROWS = new EnumMap<>(BpfCommand.class);

    static {
        row(BpfCommand.BPF_BTF_LOAD, Set.of(Step.LOAD_BTF), DESCRIPTOR, EACCES, ENOSPC, ENOTSUPP, EAGAIN);
        row(BpfCommand.BPF_MAP_CREATE, Set.of(Step.CREATE_MAP), DESCRIPTOR, EACCES, EBUSY, ENOENT, ENOTSUPP, EOPNOTSUPP,
                EAGAIN);
        row(BpfCommand.BPF_PROG_LOAD, Set.of(Step.LOAD_PROGRAM), DESCRIPTOR, EACCES, EAGAIN, EINTR, ELOOP, ENOENT,
                ENOSPC, ENOTSUPP, EOPNOTSUPP, ERANGE, EDEADLK, EBADF);
        row(BpfCommand.BPF_MAP_UPDATE_ELEM, Set.of(Step.FILL_MAP, Step.ATTACH), NO_DESCRIPTOR, EBADF, EBUSY, EEXIST,
                ENOENT, ENOMEM, ENOSPC, ENOTSUPP, EAGAIN, EINTR);
        row(BpfCommand.BPF_MAP_DELETE_ELEM, Set.of(Step.DETACH), NO_DESCRIPTOR, EBADF, ENOENT, EBUSY, ENOTSUPP);
        row(BpfCommand.BPF_MAP_FREEZE, Set.of(Step.FILL_MAP), NO_DESCRIPTOR, EBADF, EBUSY, ENOTSUPP);
        row(BpfCommand.BPF_PROG_BIND_MAP, Set.of(), NO_DESCRIPTOR, EBADF, ENOMEM);
        row(BpfCommand.BPF_BTF_GET_NEXT_ID, Set.of(Step.KERNEL_BTF), NO_DESCRIPTOR);
        row(BpfCommand.BPF_BTF_GET_FD_BY_ID, Set.of(Step.KERNEL_BTF), DESCRIPTOR, ENOENT);
        row(BpfCommand.BPF_OBJ_GET_INFO_BY_FD, Set.of(Step.KERNEL_BTF, Step.QUERY), NO_DESCRIPTOR, EBADF);
        row(BpfCommand.BPF_OBJ_GET, Set.of(Step.PIN), DESCRIPTOR, EACCES, ENOENT, ENOTDIR, ELOOP);
        row(BpfCommand.BPF_LINK_CREATE, Set.of(Step.ATTACH), DESCRIPTOR, EBADF, EBUSY, EEXIST, ENODEV, ENOENT, ENOLINK,
                ENOSPC, ENOTSUPP, EOPNOTSUPP, ESTALE, EAGAIN);
        row(BpfCommand.BPF_RAW_TRACEPOINT_OPEN, Set.of(Step.ATTACH), DESCRIPTOR, EBADF, EBUSY, EEXIST, ENOENT,
                ENOTSUPP);
        row(BpfCommand.BPF_LINK_DETACH, Set.of(Step.DETACH), NO_DESCRIPTOR, EBADF, EOPNOTSUPP);
        row(BpfCommand.BPF_TOKEN_CREATE, Set.of(Step.CREATE_TOKEN), DESCRIPTOR, EBADF, EOPNOTSUPP, ENOENT);
    }

    private Faults() {
    }

    private static void row(BpfCommand command, Set<Step> steps, List<Errno> group, Errno... more) {
        ROWS.put(command, new Row(Stream.of(ANY, group, List.of(more)).flatMap(List::stream).distinct().toList(),
                steps));
    }

    /** {@return with what the command can fail} */
    static List<Errno> of(BpfCommand command) {
        return find(command).errnos;
    }

    /** {@return what an exception may say that was done when the command was refused; empty if there is to be none} */
    static Set<Step> steps(BpfCommand command) {
        return find(command).steps;
    }

    private static Row find(BpfCommand command) {
        return Optional.ofNullable(ROWS.get(command)).orElseThrow(() -> new AssertionError(
                command + ": the table of this test does not have it"));
    }
}
