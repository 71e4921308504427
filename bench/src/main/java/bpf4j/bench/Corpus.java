package bpf4j.bench;

import bpf4j.btf.BtfFormatException;
import bpf4j.elf.ElfFormatException;
import bpf4j.kernel.KernelException;
import bpf4j.object.BpfObject;
import bpf4j.object.ObjectFormatException;
import bpf4j.reloc.RelocationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder of BPF objects, such as those compiled from the kernel's selftests. */
final class Corpus {

    private Corpus() {
    }

    /** The folder's objects in the order of their names. */
    static List<Path> objects(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".o")).sorted().toList();
        }
    }

    /** The largest objects that this kernel takes from us and from the peer. */
    static List<Path> largestThatLoad(Path folder, int count, Peer peer) throws IOException {
        List<Path> bySize = new ArrayList<>(objects(folder));
        bySize.sort(Comparator.comparing((Path file) -> file.toFile().length()).reversed());
        List<Path> found = new ArrayList<>();
        for (Path file : bySize) {
            if (found.size() < count && loads(file) && loads(file, peer)) {
                found.add(file);
            }
        }
        return found;
    }

    private static boolean loads(Path file) throws IOException {
        try (var _ = BpfObject.read(file).load()) {
            return true;
        } catch (ElfFormatException | BtfFormatException | ObjectFormatException | RelocationException
                | KernelException e) {
            return false;
        }
    }

    private static boolean loads(Path file, Peer peer) {
        try {
            peer.ask("load 1 " + file);
            return true;
        } catch (Peer.Refused e) {
            return false;
        }
    }
}
