package bpf4j.examples.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@KernelTest
class TcpInfoKernelTest {

    @Test
    void fieldsLieWhereTheRunningKernelHasThem() throws IOException {
        Btf kernel = Btf.read(Path.of("/sys/kernel/btf/vmlinux"));
        BtfType.Struct tcpInfo =
                (BtfType.Struct) kernel.type(kernel.find("tcp_info", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        int compared = 0;
        for (MemoryLayout field : TcpInfo.LAYOUT.memberLayouts()) {
            if (field.name().isPresent()) {
                String name = field.name().get();
                BtfType.Member member = tcpInfo.members().stream().filter(m -> m.name().equals(name)).findFirst()
                        .orElseThrow();
                assertEquals(member.offsetBits() / Byte.SIZE, TcpInfo.LAYOUT.byteOffset(PathElement.groupElement(name)),
                        name);
                assertEquals(kernel.sizeBytes(member.typeId()), field.byteSize(), name);
                compared++;
            }
        }
        assertEquals(10, compared);
    }
}
