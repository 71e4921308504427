package bpf4j.kernel;

/**
 * A list of CPUs as the kernel writes it: {@code 0-3,7}.
 *
 * @param count how many there are
 * @param highest the highest number in it, which may be more than their count
 */
record CpuList(int count, int highest) {

    /**
     * Reads a list.
     *
     * @throws KernelException if it is none
     */
    static CpuList parse(String text) {
        int highest = -1;
        int count = 0;
        try {
            for (String range : text.strip().split(",")) {
                int dash = range.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
                if (first <= highest || last < first) {
                    throw new NumberFormatException(range);
                }
                count += last - first + 1;
                highest = last;
            }
        } catch (NumberFormatException e) {
            throw new KernelException(Step.QUERY, "CPU list '" + text.strip() + "'", 0, "it is no ascending list", e);
        }
        return new CpuList(count, highest);
    }
}
