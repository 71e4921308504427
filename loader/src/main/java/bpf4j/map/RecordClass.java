package bpf4j.map;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a record class is made of. The one place where this project reflects, once for each codec; from here on there
 * are method handles.
 *
 * @param type the class
 * @param components its components in order
 * @param constructor the canonical constructor
 * @param lookup the caller's rights, if it gave them
 */
record RecordClass<R extends Record>(Class<R> type, List<Component> components, MethodHandle constructor,
        Optional<MethodHandles.Lookup> lookup) {

    /**
     * A component.
     *
     * @param name its name
     * @param type its type
     * @param length the value of its {@link Length}
     * @param accessor takes the record
     */
    record Component(String name, Class<?> type, OptionalInt length, MethodHandle accessor) {
    }

    static <R extends Record> RecordClass<R> of(Class<R> type) {
        return of(type, Optional.empty());
    }

    static <R extends Record> RecordClass<R> of(MethodHandles.Lookup lookup, Class<R> type) {
        return of(type, Optional.of(lookup));
    }

    /** {@return the class of a component, with the same rights} */
    RecordClass<?> nested(Class<?> componentType) {
        return of(componentType.asSubclass(Record.class), lookup);
    }

    private static <R extends Record> RecordClass<R> of(Class<R> type, Optional<MethodHandles.Lookup> lookup) {
        RecordComponent[] declared = type.getRecordComponents();
        if (declared == null || declared.length == 0) {
            throw new IllegalArgumentException("%s: a struct needs members".formatted(type.getName()));
        }
        try {
            MethodHandles.Lookup rights = lookup.isPresent() ? MethodHandles.privateLookupIn(type, lookup.get())
                    : MethodHandles.lookup();
            List<Component> components = new ArrayList<>();
            Class<?>[] types = new Class<?>[declared.length];
            for (int i = 0; i < declared.length; i++) {
                Length length = declared[i].getAnnotation(Length.class);
                types[i] = declared[i].getType();
                components.add(new Component(declared[i].getName(), types[i],
                        length == null ? OptionalInt.empty() : OptionalInt.of(length.value()),
                        accessor(rights, declared[i].getAccessor(), lookup.isEmpty())));
            }
            return new RecordClass<>(type, List.copyOf(components), constructor(rights, type, types, lookup.isEmpty()),
                    lookup);
        } catch (IllegalAccessException | InaccessibleObjectException e) {
            throw new IllegalArgumentException(
                    "%s: not accessible: open its package to bpf4j.loader, or give MethodHandles.lookup()"
                            .formatted(type.getName()), e);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(type.getName() + ": no canonical constructor", e);
        }
    }

    private static MethodHandle accessor(MethodHandles.Lookup rights, Method method, boolean open)
            throws IllegalAccessException {
        if (open) {
            method.setAccessible(true);
        }
        return rights.unreflect(method);
    }

    private static MethodHandle constructor(MethodHandles.Lookup rights, Class<?> type, Class<?>[] types, boolean open)
            throws IllegalAccessException, NoSuchMethodException {
        if (open) {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return rights.unreflectConstructor(constructor);
        }
        return rights.findConstructor(type, MethodType.methodType(void.class, types));
    }
}
