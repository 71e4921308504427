package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.elf.ElfFile;
import bpf4j.link.Links;
import bpf4j.object.BpfObject;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Syscall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads and attaches an object in a process of its own that may open no descriptor more, then one, then two, until that
 * is enough. Prints a line each time: how many were allowed, how many are open more than before, and what happened.
 */
final class ChildLimit {

    private static final int LIMIT_BYTES = 16;
    private static final int ENOUGH = 200;
    private static final PathMatcher LOADED_LATE = FileSystems.getDefault().getPathMatcher(
            "glob:**/bpf4j/{elf,btf,btf/core,btf/structops,insn,object,reloc,kernel,map,link,sys}/*.class");

    private ChildLimit() {
    }

    public static void main(String[] arguments) throws Exception {
        BpfObject object = BpfObject.read(Path.of(arguments[0]));
        rehearse(object);
        for (int allowed = 0; allowed < ENOUGH; allowed++) {
            long before = openCount();
            String outcome = "works";
            long usual = setLimit(lowestFree() + allowed);
            try {
                use(object);
            } catch (Throwable e) {
                outcome = e + (e instanceof KernelException k ? "|" + k.step() + "|" + k.errnoName() : "");
            }
            setLimit(usual);
            System.out.println("%d|%d|%s".formatted(allowed, openCount() - before, outcome));
            if (outcome.equals("works")) {
                break;
            }
        }
        use(object);
        System.out.println("works again");
    }

    /** Loads all classes, as a class loader opens files too, and opens what stays open. */
    private static void rehearse(BpfObject object) throws IOException, ClassNotFoundException {
        for (Class<?> each : List.of(Loader.class, Btf.class, ElfFile.class)) {
            Path classes = Path.of(URI.create(each.getProtectionDomain().getCodeSource().getLocation().toString()));
            // A jar is open as long as the process lives.
            if (Files.isDirectory(classes)) {
                try (Stream<Path> files = Files.walk(classes.resolve("bpf4j"))) {
                    for (Path file : files.filter(LOADED_LATE::matches).toList()) {
                        String name = classes.relativize(file).toString().replaceFirst("[.]class$", "");
                        Class.forName(name.replace('/', '.'));
                    }
                }
            }
        }
        use(object);
        new KernelException(Step.LOAD_BTF, object.name(), Errno.EMFILE.number()).getMessage();
    }

    private static void use(BpfObject object) {
        try (LoadedObject loaded = object.load();
                Links links = loaded.attachAll()) {
            links.detach();
        }
    }

    private static int lowestFree() {
        int number = Fd.MIN_NUMBER;
        while (isOpen(number)) {
            number++;
        }
        return number;
    }

    private static long openCount() {
        long count = 0;
        for (int number = 0; number < 1024; number++) {
            count += isOpen(number) ? 1 : 0;
        }
        return count;
    }

    private static boolean isOpen(int number) {
        return Syscall.fcntl(number, Syscall.F_GETFD, 0) >= 0;
    }

    /** Sets the soft limit. {@return what it was} */
    private static long setLimit(long limit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(LIMIT_BYTES, Long.BYTES);
            Syscall.prlimit(0, Syscall.RLIMIT_NOFILE, MemorySegment.NULL, limits);
            long before = limits.get(ValueLayout.JAVA_LONG, 0);
            limits.set(ValueLayout.JAVA_LONG, 0, limit);
            if (Syscall.prlimit(0, Syscall.RLIMIT_NOFILE, limits, MemorySegment.NULL) < 0) {
                throw new IllegalStateException("the limit cannot be set to " + limit);
            }
            return before;
        }
    }
}
