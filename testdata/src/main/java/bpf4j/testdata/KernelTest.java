package bpf4j.testdata;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test class that talks to the running kernel. As root on a Linux kernel with BTF its tests run; elsewhere they
 * are skipped with the reason printed. {@code BPF4J_KERNEL_TESTS=required} in the environment makes a skip a failure,
 * {@code BPF4J_KERNEL_TESTS=off} skips always.
 */
@Tag("kernel")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KernelCondition.class)
public @interface KernelTest {
}
