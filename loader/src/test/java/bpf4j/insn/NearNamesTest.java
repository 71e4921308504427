package bpf4j.insn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NearNamesTest {

    private static List<String> near(String wanted, String... names) {
        NearNames near = new NearNames(wanted);
        Stream.of(names).forEach(near::offer);
        return near.names();
    }

    @Test
    void nearestFirstAndAtMostThree() {
        assertEquals(List.of("tcp_reno_cong_avoid", "tcp_remo_cong_avid"),
                near("tcp_reno_cong_avoidd", "tcp_reno_cong",
                        "tcp_remo_cong_avid", "tcp_reno_cong_avoid", "bpf_prog_put"));
        assertEquals(List.of("aaaa", "aaab", "aaac"), near("aaad", "aaae", "aaac", "aaab", "aaaa", "aaaf"));
    }

    @Test
    void farNamesAreNotOffered() {
        assertEquals(List.of(), near("bpf_prog_put", "tcp_reno_ssthresh", "x", ""));
    }

    @Test
    void sameNameTwiceIsOffered() {
        assertEquals(List.of("jiffies"), near("jifies", "jiffies", "jiffies"));
    }

    @Test
    void hugeNamesCostNothing() {
        assertEquals(List.of(), near("x".repeat(100_000), "x".repeat(100_001)));
    }
}
