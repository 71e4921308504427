package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {

    @ParameterizedTest
    @CsvSource({"amd64, X86_64", "aarch64, AARCH64", "riscv64, RISCV64", "ppc64le, PPC64LE",
        "loongarch64, LOONGARCH64"})
    void findsLittleEndianMachines(String osArch, Architecture expected) {
        assertEquals(Optional.of(expected), Architecture.find("Linux", osArch, ByteOrder.LITTLE_ENDIAN));
        assertEquals(Optional.empty(), Architecture.find("Linux", osArch, ByteOrder.BIG_ENDIAN));
    }

    @Test
    void findsTheBigEndianMachine() {
        assertEquals(Optional.of(Architecture.S390X), Architecture.find("Linux", "s390x", ByteOrder.BIG_ENDIAN));
    }

    @Test
    void knowsNoOtherSystem() {
        assertEquals(Optional.empty(), Architecture.find("Windows 11", "amd64", ByteOrder.LITTLE_ENDIAN));
        assertEquals(Optional.empty(), Architecture.find("Linux", "sparcv9", ByteOrder.BIG_ENDIAN));
    }

    @ParameterizedTest
    @EnumSource(names = {"AARCH64", "RISCV64", "LOONGARCH64"})
    void newMachinesHaveTheGenericNumbers(Architecture architecture) throws IOException {
        assertNumbers(Headers.defines("asm-generic/unistd.h", "__NR_"), architecture);
    }

    @Test
    void x86HasItsOwnNumbers() throws IOException {
        assertNumbers(Headers.defines("x86_64-linux-gnu/asm/unistd_64.h", "__NR_"), Architecture.X86_64);
    }

    private static void assertNumbers(Map<String, Integer> header, Architecture architecture) {
        assertEquals(header.get("__NR_bpf"), architecture.bpf());
        assertEquals(header.get("__NR_perf_event_open"), architecture.perfEventOpen());
        assertEquals(header.get("__NR_openat"), architecture.openat());
        assertEquals(header.get("__NR_close"), architecture.close());
    }
}
