package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BpfCommandTest {

    @Test
    void agreesWithTheHeader() throws IOException {
        Matcher block = Pattern.compile("enum bpf_cmd \\{(.*?)}", Pattern.DOTALL).matcher(Headers.text("linux/bpf.h"));
        assertTrue(block.find());
        Matcher constant = Pattern.compile("^\\s*(BPF_\\w+)(\\s*=\\s*\\w+)?,", Pattern.MULTILINE)
                .matcher(block.group(1));
        int number = 0;
        while (constant.find()) {
            if (constant.group(1).equals("BPF_PROG_RUN")) {
                assertEquals(BpfCommand.BPF_PROG_TEST_RUN, BpfCommand.BPF_PROG_RUN);
            } else if (constant.group(2) == null && number < BpfCommand.values().length) {
                assertEquals(number++, BpfCommand.valueOf(constant.group(1)).number());
            }
        }
        assertTrue(number > BpfCommand.BPF_PROG_BIND_MAP.number(), "the header has fewer commands than Linux 5.10");
    }

    @Test
    void theNewestCommandsFollow() {
        assertEquals(36, BpfCommand.BPF_TOKEN_CREATE.number());
        assertEquals(37, BpfCommand.BPF_PROG_STREAM_READ_BY_FD.number());
        assertEquals(38, BpfCommand.BPF_PROG_ASSOC_STRUCT_OPS.number());
    }
}
