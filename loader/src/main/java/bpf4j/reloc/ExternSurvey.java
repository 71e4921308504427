package bpf4j.reloc;

import java.util.List;
import java.util.Optional;

/**
 * What the externs of an object come to on one kernel, in full: also where one is missing, or a fact of the kernel is
 * not known. Made by {@link ExternResolver#survey}. Immutable.
 */
public final class ExternSurvey {

    private final List<ExternResult> results;
    private final byte[] kconfigImage;

    ExternSurvey(List<ExternResult> results, byte[] kconfigImage) {
        this.results = List.copyOf(results);
        this.kconfigImage = kconfigImage;
    }

    /** {@return one result for each extern of the object, in its order} */
    public List<ExternResult> results() {
        return results;
    }

    /**
     * Gets one result.
     *
     * @param name the extern's name
     * @return the result, empty if the object has no such extern
     */
    public Optional<ExternResult> result(String name) {
        return results.stream().filter(result -> result.extern().name().equals(name)).findFirst();
    }

    /**
     * {@return a copy of the contents of the {@code .kconfig} map, in the object's byte order; zero where options have
     * no value}
     */
    public byte[] kconfigImage() {
        return kconfigImage.clone();
    }

    @Override
    public String toString() {
        return results.size() + " externs";
    }
}
