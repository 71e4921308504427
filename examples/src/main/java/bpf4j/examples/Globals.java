package bpf4j.examples;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.MapContents;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The global variables of a loaded object, by their names in C. A data section is an array map of one element; where in
 * it a variable lies and what it is says the section's BTF type, {@code BTF_KIND_DATASEC}.
 */
public final class Globals {

    private static final byte[] ONLY_KEY = new byte[Integer.BYTES];

    private final LoadedObject object;
    private final Btf types;

    private Globals(LoadedObject object, Btf types) {
        this.object = object;
        this.types = types;
    }

    /**
     * Looks at an object's variables.
     *
     * @param object the object, which has to stay open
     * @return its variables
     * @throws IllegalArgumentException if it was compiled without BTF
     */
    public static Globals of(LoadedObject object) {
        return new Globals(object, object.object().btf().orElseThrow(
                () -> new IllegalArgumentException(object + ": variables have no names without BTF")));
    }

    /**
     * Reads one variable as it is now.
     *
     * @param name its name
     * @return the value
     * @throws NoSuchElementException if no integer is called so
     */
    public long get(String name) {
        Long value = read().get(name);
        if (value == null) {
            throw new NoSuchElementException(object + ": no integer variable '" + name + "'");
        }
        return value;
    }

    /** {@return the value of every integer variable, by name, in the order of the sections} */
    public Map<String, Long> read() {
        Map<String, Long> values = new LinkedHashMap<>();
        for (LoadedMap map : object.maps()) {
            if (map.spec().contents() instanceof MapContents.Data
                    && types.type(map.spec().valueTypeId()) instanceof BtfType.DataSec section) {
                ByteBuffer bytes = ByteBuffer.wrap(map.lookup(ONLY_KEY).orElseThrow()).order(types.order());
                section.variables().forEach(variable -> readInto(values, variable, bytes));
            }
        }
        return values;
    }

    private void readInto(Map<String, Long> values, BtfType.SectionVar variable, ByteBuffer section) {
        if (types.type(variable.typeId()) instanceof BtfType.Var(String name, int typeId, _)
                && types.stripped(typeId) instanceof BtfType.Int type && type.sizeBytes() <= Long.BYTES) {
            int offset = (int) variable.offsetBytes();
            values.put(name, switch (type.sizeBytes()) {
                case Byte.BYTES -> type.signed() ? section.get(offset) : Byte.toUnsignedLong(section.get(offset));
                case Short.BYTES -> type.signed() ? section.getShort(offset) : Short.toUnsignedLong(section.getShort(offset));
                case Integer.BYTES -> type.signed() ? section.getInt(offset) : Integer.toUnsignedLong(section.getInt(offset));
                default -> section.getLong(offset);
            });
        }
    }
}
