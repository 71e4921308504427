package bpf4j.reloc;

import bpf4j.object.BpfObject;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** The externs of an object, resolved against one kernel. Immutable. */
public final class ResolvedExterns {

    private final Map<String, ExternValue> values;
    private final byte[] kconfigImage;
    private final List<String> adaptations;

    ResolvedExterns(Map<String, ExternValue> values, byte[] kconfigImage, List<String> adaptations) {
        this.values = Map.copyOf(values);
        this.kconfigImage = kconfigImage;
        this.adaptations = List.copyOf(adaptations);
    }

    /** {@return what each extern of the object has become, by name} */
    public Map<String, ExternValue> values() {
        return values;
    }

    /**
     * Gets what one extern has become.
     *
     * @param name its name, as in {@link BpfObject#externs()}
     * @return the value
     * @throws NoSuchElementException if the object has no such extern
     */
    public ExternValue value(String name) {
        ExternValue value = values.get(name);
        if (value == null) {
            throw new NoSuchElementException("no extern '" + name + "'");
        }
        return value;
    }

    /**
     * {@return a copy of the contents of the {@code .kconfig} map, in the object's byte order; empty without options}
     */
    public byte[] kconfigImage() {
        return kconfigImage.clone();
    }

    /** {@return what is less than the object asked for: texts cut off, weak kfuncs left out for their prototype} */
    public List<String> adaptations() {
        return adaptations;
    }

    @Override
    public String toString() {
        return values.size() + " externs";
    }
}
