package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The running kernel's BTF is read to its last type. */
@KernelTest
class VmlinuxBtfKernelTest {

    private static Btf vmlinux;

    @BeforeAll
    static void read() throws IOException {
        vmlinux = Btf.read(Path.of("/sys/kernel/btf/vmlinux"));
    }

    @Test
    void everyTypeCanBeUsed() {
        assertTrue(vmlinux.typeCount() > 10_000);
        for (int id = 0; id < vmlinux.typeCount(); id++) {
            BtfType type = vmlinux.type(id);
            assertEquals(type.name(), vmlinux.nameOf(id));
            assertEquals(type.kind().ordinal(), vmlinux.kindNumber(id));
            vmlinux.strip(id);
            if (type instanceof BtfType.Composite composite) {
                assertEquals(composite.sizeBytes(), vmlinux.sizeBytes(id));
            }
            assertTrue(CPrinter.define(vmlinux, id).length() < 256 * 1024);
        }
    }

    @Test
    void copyHasTheSameBytes() {
        BtfFixtures.assertCopiesAreTheSame(vmlinux);
    }

    @Test
    void lookUpFindsWhatAScanFinds() {
        record Key(BtfKind kind, String name) {
        }

        Map<Key, Integer> scanned = new HashMap<>();
        for (int id = 1; id < vmlinux.typeCount(); id++) {
            scanned.putIfAbsent(new Key(BtfKind.of(vmlinux.kindNumber(id)), vmlinux.nameOf(id)), id);
        }
        Random random = new Random(42);
        for (int found = 0; found < 1000; ) {
            int id = 1 + random.nextInt(vmlinux.typeCount() - 1);
            Key key = new Key(BtfKind.of(vmlinux.kindNumber(id)), vmlinux.nameOf(id));
            if (!key.name.isEmpty()) {
                assertEquals(scanned.get(key), vmlinux.find(key.name, key.kind).orElseThrow(), () -> key.toString());
                String essential = EssentialName.of(key.name);
                assertTrue((key.kind == BtfKind.BTF_KIND_FUNC ? vmlinux.ownFunctionsByEssentialName(essential)
                        : vmlinux.ownByEssentialName(essential)).anyMatch(i -> i == id));
                found++;
            }
        }
    }

    @Test
    void printsAStructThatProgramsKnow() {
        int id = vmlinux.find("tcp_congestion_ops", BtfKind.BTF_KIND_STRUCT).orElseThrow();
        String text = CPrinter.define(vmlinux, id);
        assertTrue(text.contains("\n    char name[16]; /* offset "), text);
        assertTrue(text.contains(" (*ssthresh)(struct sock *)"), text);
    }
}
