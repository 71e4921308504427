package bpf4j.check;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Types of a kernel whose modules are read when they are asked for. */
final class LazyModules implements KernelTypes {

    /** Reads the modules. */
    interface Reader {
        List<Btf> read() throws IOException;
    }

    private final Btf vmlinux;
    private final Reader reader;
    private List<Btf> modules;

    LazyModules(Btf vmlinux, Reader reader) {
        this.vmlinux = vmlinux;
        this.reader = reader;
    }

    @Override
    public Btf vmlinux() {
        return vmlinux;
    }

    @Override
    public synchronized List<Btf> modules() {
        if (modules == null) {
            try {
                modules = List.copyOf(reader.read());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return modules;
    }
}
