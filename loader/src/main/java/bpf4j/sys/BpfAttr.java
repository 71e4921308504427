package bpf4j.sys;

import java.util.List;
import java.util.stream.Stream;

/** Every layout that passes through {@code bpf(2)}, so that a test can compare them with the running kernel's BTF. */
public final class BpfAttr {

    private BpfAttr() {
    }

    /** {@return the layouts of {@code union bpf_attr} and of the info structs} */
    public static List<KernelStruct> all() {
        return Stream.of(MapAttr.all(), ProgAttr.all(), LinkAttr.all(), ObjectAttr.all(), BpfInfo.all())
                .flatMap(List::stream)
                .toList();
    }
}
