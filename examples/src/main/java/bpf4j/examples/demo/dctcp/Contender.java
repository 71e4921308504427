package bpf4j.examples.demo.dctcp;

/**
 * Whose connection goes through the bottleneck.
 *
 * @param congestionControl the congestion control of both ends
 * @param ecn whether they speak ECN, so that packets can be marked; otherwise only losses tell them of congestion
 */
record Contender(String congestionControl, boolean ecn) {

    @Override
    public String toString() {
        return ecn ? congestionControl : congestionControl + " without ECN";
    }
}
