package bpf4j.kernel;

import bpf4j.link.Links;
import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.Syscall;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads an object in a process of its own and prints what came of it, in one line. With a second argument the kernel
 * has the number 0 to give for each descriptor, and what the sections name is attached, too.
 */
final class ChildLoad {

    private ChildLoad() {
    }

    public static void main(String[] arguments) throws Exception {
        BpfObject object = BpfObject.read(Path.of(arguments[0]));
        if (arguments.length == 1) {
            System.out.println(use(object, Kernel.RUNNING, false));
        } else {
            KernelThatGivesZero kernel = new KernelThatGivesZero();
            // Once beforehand, as class loaders open files.
            use(object, kernel, true);
            kernel.left = 0;
            System.out.println(use(object, kernel, true) + ", left at 0: " + kernel.left);
        }
    }

    private static String use(BpfObject object, Kernel kernel, boolean attaches) {
        try (LoadedObject loaded = object.load(LoadOptions.defaults().withKernel(kernel));
                Links links = attaches ? loaded.attachAll() : Links.of(List.of())) {
            int lowest = Integer.MAX_VALUE;
            for (LoadedProgram program : loaded.programs()) {
                lowest = Math.min(lowest, program.fd());
            }
            for (LoadedMap map : loaded.maps()) {
                lowest = Math.min(lowest, map.fd());
                map.info();
            }
            return "loaded, %d attachments, lowest descriptor %d".formatted(links.links().size(), lowest);
        } catch (KernelException e) {
            return e.getClass().getSimpleName() + " " + e.step() + " " + e.errnoName() + ": " + e.getMessage();
        }
    }

    /**
     * Frees the number before each call, as Java puts {@code /dev/null} there whenever it closes a file that got it.
     */
    private static final class KernelThatGivesZero implements Kernel {

        private int left;

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            Syscall.close(0);
            int result = Kernel.RUNNING.bpf(command, attr, sizeBytes);
            if (Syscall.fcntl(0, Syscall.F_GETFD, 0) != -Errno.EBADF.number()) {
                left++;
            }
            return result;
        }

        @Override
        public int close(int fd) {
            return Kernel.RUNNING.close(fd);
        }
    }
}
