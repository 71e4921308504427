package bpf4j.sys;

/**
 * The commands of {@code bpf(2)} that need no more than a few numbers, one method each, by what they are about. Safe
 * for use by several threads.
 */
public final class BpfCalls {

    private final Kernel kernel;
    private final MapCalls maps;
    private final ProgCalls programs;
    private final LinkCalls links;
    private final ObjectCalls objects;

    /**
     * Makes calls to a kernel.
     *
     * @param kernel the kernel
     */
    public BpfCalls(Kernel kernel) {
        this.kernel = kernel;
        this.maps = new MapCalls(kernel);
        this.programs = new ProgCalls(kernel);
        this.links = new LinkCalls(kernel);
        this.objects = new ObjectCalls(kernel);
    }

    /** {@return the kernel that is called} */
    public Kernel kernel() {
        return kernel;
    }

    /** {@return the commands on maps and their elements} */
    public MapCalls maps() {
        return maps;
    }

    /** {@return the commands on programs} */
    public ProgCalls programs() {
        return programs;
    }

    /** {@return the commands on links} */
    public LinkCalls links() {
        return links;
    }

    /** {@return the commands on objects of every kind} */
    public ObjectCalls objects() {
        return objects;
    }
}
