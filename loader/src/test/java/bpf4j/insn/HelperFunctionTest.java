package bpf4j.insn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelperFunctionTest {

    @ParameterizedTest
    @CsvSource({"1, bpf_map_lookup_elem", "4, bpf_probe_read", "45, bpf_probe_read_str", "112, bpf_probe_read_user",
        "113, bpf_probe_read_kernel", "115, bpf_probe_read_kernel_str", "181, bpf_loop", "209, bpf_user_ringbuf_drain",
        "211, bpf_cgrp_storage_delete"})
    void namesAndNumbersBelongTogether(int number, String name) {
        assertEquals(Optional.of(name), HelperFunction.name(number));
        assertEquals(OptionalInt.of(number), HelperFunction.number(name));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 212, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void hasNoOtherNumbers(int number) {
        assertEquals(Optional.empty(), HelperFunction.name(number));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bpf_", "map_lookup_elem", "bpf_unspec", "bpf_no_such_helper"})
    void hasNoOtherNames(String name) {
        assertEquals(OptionalInt.empty(), HelperFunction.number(name));
    }

    /** Headers list {@code FN(name)} in order, newer ones {@code FN(name, number, ...)}. */
    @Test
    void agreesWithTheHeader() throws IOException {
        Path header = Path.of("/usr/include/linux/bpf.h");
        assumeTrue(Files.isReadable(header), () -> header + " is not installed");
        Matcher matcher = Pattern.compile("\\bFN\\((\\w+)(?:,\\s*(\\d+))?").matcher(Files.readString(header));
        int number = 0;
        while (matcher.find()) {
            String name = matcher.group(1);
            if (!name.equals("unspec") && !name.equals("x")) {
                number = matcher.group(2) == null ? number + 1 : Integer.parseInt(matcher.group(2));
                assertEquals(OptionalInt.of(number), HelperFunction.number("bpf_" + name));
            }
        }
        assertTrue(number > 100, "the header lists only " + number);
    }

}
