package bpf4j.kernel;

import bpf4j.object.BpfObject;
import java.nio.file.Path;

/** Loads an object in a process of its own and prints what came of it, in one line. */
final class ChildLoad {

    private ChildLoad() {
    }

    public static void main(String[] arguments) throws Exception {
        try (LoadedObject loaded = BpfObject.read(Path.of(arguments[0])).load()) {
            int lowest = Integer.MAX_VALUE;
            for (LoadedProgram program : loaded.programs()) {
                lowest = Math.min(lowest, program.fd());
            }
            for (LoadedMap map : loaded.maps()) {
                lowest = Math.min(lowest, map.fd());
                map.info();
            }
            System.out.println("loaded, lowest descriptor " + lowest);
        } catch (KernelException e) {
            System.out.println(e.getClass().getSimpleName() + " " + e.step() + " " + e.errnoName() + ": "
                    + e.getMessage());
        }
    }
}
