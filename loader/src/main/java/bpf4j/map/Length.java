package bpf4j.map;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The length of the C array that a component of a record stands for, where no BTF tells it: bytes of a {@code String}
 * or {@code byte[]}, elements of other arrays.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Length {

    /** {@return the number of elements, 0 or more} */
    int value();
}
