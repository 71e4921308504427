package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.link.KernelLink;
import bpf4j.link.Link;
import bpf4j.sys.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Opens what a {@link Selector} means; the caller closes it. */
final class Selection {

    private final KernelObjects objects;

    Selection(KernelObjects objects) {
        this.objects = objects;
    }

    /** {@return all programs that are meant; at least one} */
    List<LoadedProgram> programs(Selector selector) {
        return switch (selector.kind()) {
            case ID -> List.of(objects.program(selector.id()));
            case PINNED -> List.of(objects.program(selector.path()));
            case NAME -> found("program", selector, open(objects.programs()
                    .filter(info -> objects.nameOf(info).equals(selector.text()) || info.name().equals(selector.text()))
                    .mapToInt(info -> info.id()), objects::program));
            case TAG -> found("program", selector, open(objects.programs()
                    .filter(info -> info.tag().equals(selector.text())).mapToInt(info -> info.id()), objects::program));
        };
    }

    /** {@return all maps that are meant; at least one} */
    List<LoadedMap> maps(Selector selector) {
        return switch (selector.kind()) {
            case ID -> List.of(objects.map(selector.id()));
            case PINNED -> List.of(objects.map(selector.path()));
            case NAME, TAG -> found("map", selector, open(objects.maps()
                    .filter(info -> info.name().equals(selector.text())).mapToInt(info -> info.id()), objects::map));
        };
    }

    /** {@return the link that is meant} */
    KernelLink link(Selector selector) {
        return selector.kind() == Selector.Kind.PINNED ? Link.open(selector.path()) : Link.ofId(selector.id());
    }

    /** {@return the one program that is meant} */
    LoadedProgram program(Selector selector) {
        return only("programs", selector, programs(selector));
    }

    /** {@return the one map that is meant} */
    LoadedMap map(Selector selector) {
        return only("maps", selector, maps(selector));
    }

    private static <T extends AutoCloseable> List<T> open(IntStream ids, IntFunction<T> opener) {
        List<T> opened = new ArrayList<>();
        for (int id : ids.toArray()) {
            try {
                opened.add(opener.apply(id));
            } catch (KernelException e) {
                // What goes meanwhile is not meant.
                if (e.errno() != Errno.ENOENT.number()) {
                    closeAll(opened);
                    throw e;
                }
            }
        }
        return opened;
    }

    private static <T> List<T> found(String what, Selector selector, List<T> found) {
        if (found.isEmpty()) {
            throw new KernelException(Step.QUERY, what + " " + selector, 0, "there is none");
        }
        return found;
    }

    private static <T extends AutoCloseable> T only(String what, Selector selector, List<T> found) {
        if (found.size() > 1) {
            closeAll(found);
            throw new KernelException(Step.QUERY, selector.toString(), 0,
                    "%d %s are meant by this, and the command is for one: name it by id".formatted(found.size(), what));
        }
        return found.getFirst();
    }

    static void closeAll(List<? extends AutoCloseable> opened) {
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
