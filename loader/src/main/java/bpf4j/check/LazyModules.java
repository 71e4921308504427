package bpf4j.check;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/** Types of a kernel whose modules are read when they are asked for. */
final class LazyModules implements KernelTypes {

    /** Reads the modules. */
    interface Reader {
        List<Btf> read() throws IOException;
    }

    private final Btf vmlinux;
    private final Reader reader;
    private final Set<String> loaded;
    private List<Btf> modules;

    /**
     * @param reader reads all modules
     * @param loaded the names of those that are loaded for certain
     */
    LazyModules(Btf vmlinux, Reader reader, Set<String> loaded) {
        this.vmlinux = vmlinux;
        this.reader = reader;
        this.loaded = Set.copyOf(loaded);
    }

    /** {@return whether modules were looked at} */
    synchronized boolean wereRead() {
        return modules != null;
    }

    boolean isLoaded(String module) {
        return loaded.contains(module);
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
