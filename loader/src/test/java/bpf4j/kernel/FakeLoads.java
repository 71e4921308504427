package bpf4j.kernel;

import bpf4j.object.BpfObject;
import bpf4j.reloc.CongestionKernel;
import bpf4j.sys.Kernel;

/** Loads into a {@link FakeKernel}, for tests of other packages. */
public final class FakeLoads {

    private FakeLoads() {
    }

    /** {@return the object, loaded into a kernel that offers congestion control and nothing else} */
    public static LoadedObject load(BpfObject object, FakeKernel kernel) {
        return object.load(LoadOptions.defaults().withKernel(kernel).withKernelTypes(CongestionKernel.inVmlinux()));
    }

    /** {@return the object, loaded through a seam to the running kernel} */
    public static LoadedObject loadInto(BpfObject object, Kernel seam) {
        return object.load(LoadOptions.defaults().withKernel(seam));
    }
}
