package bpf4j.kernel;

import bpf4j.object.BpfObject;
import bpf4j.reloc.CongestionKernel;

/** Loads into a {@link FakeKernel}, for tests of other packages. */
public final class FakeLoads {

    private FakeLoads() {
    }

    /** {@return the object, loaded into a kernel that offers congestion control and nothing else} */
    public static LoadedObject load(BpfObject object, FakeKernel kernel) {
        return object.load(LoadOptions.defaults().withKernel(kernel).withKernelTypes(CongestionKernel.inVmlinux()));
    }
}
