package bpf4j.sys;

import java.util.List;
import java.util.stream.Stream;

/** Every layout shared with the kernel, so that a test can compare them with the running kernel's BTF. */
public final class BpfAttr {

    private BpfAttr() {
    }

    /** {@return the layouts of {@code union bpf_attr}, of the info structs and of perf events} */
    public static List<KernelStruct> all() {
        return Stream.of(MapAttr.all(), ProgAttr.all(), LinkAttr.all(), ObjectAttr.all(), BpfInfo.all(),
                        PerfEvent.all())
                .flatMap(List::stream)
                .toList();
    }
}
