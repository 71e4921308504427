package bpf4j.bench;

import bpf4j.btf.BtfKind;
import bpf4j.kernel.KernelBtf;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** The kernel's types, opened anew each time. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class KernelBtfBenchmark {

    /** Made by JMH. */
    public KernelBtfBenchmark() {
    }

    /**
     * Finds where types start.
     *
     * @return how many types there are
     */
    @Benchmark
    public int open() {
        try (KernelBtf kernel = new KernelBtf()) {
            return kernel.vmlinux().typeCount();
        }
    }

    /**
     * Finds where types start, and makes the table of names.
     *
     * @return a type's id
     */
    @Benchmark
    public OptionalInt openAndIndex() {
        try (KernelBtf kernel = new KernelBtf()) {
            return kernel.vmlinux().find("tcp_congestion_ops", BtfKind.BTF_KIND_STRUCT);
        }
    }
}
