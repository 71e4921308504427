package bpf4j.kernel;

import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import java.nio.file.Path;

/** A map of the caller's that is used instead of a new one. */
sealed interface MapReplacement {

    /** Opens it: the descriptor is the loader's to close. */
    Fd open(BpfCalls calls, String subject);

    /** {@return what it is, for messages} */
    String text();

    /** A pinned map. */
    record Pin(Path path) implements MapReplacement {

        @Override
        public Fd open(BpfCalls calls, String subject) {
            return Pins.open(calls, path, subject).orElseThrow(
                    () -> new KernelException(Step.CREATE_MAP, subject, 0, "nothing is pinned at " + path));
        }

        @Override
        public String text() {
            return "the map pinned at " + path;
        }
    }

    /** An open descriptor, which stays the caller's. */
    record Descriptor(int number) implements MapReplacement {

        @Override
        public Fd open(BpfCalls calls, String subject) {
            int copy = Fd.duplicate(number);
            if (copy < 0) {
                throw new KernelException(Step.CREATE_MAP, subject, -copy,
                        text() + " cannot be duplicated");
            }
            return Fd.owning(copy, subject);
        }

        @Override
        public String text() {
            return "the map of descriptor " + number;
        }
    }
}
