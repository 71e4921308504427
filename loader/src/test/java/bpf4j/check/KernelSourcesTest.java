package bpf4j.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.image.ImageFormatException;
import bpf4j.kernel.KernelVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where kernels come from: files, packages, folders, and what lies beside an image. */
class KernelSourcesTest {

    private static final byte[] CONFIG = "CONFIG_HZ=250\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private static byte[] btf() {
        BtfBuilder types = new BtfBuilder();
        types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        return types.toBytes(ByteOrder.LITTLE_ENDIAN);
    }

    private Path file(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    /** A package as dpkg makes it: an ar archive with the files in a compressed tar archive. */
    private static byte[] debian(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(packed))) {
            for (Map.Entry<String, byte[]> each : new TreeMap<>(files).entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry("./" + each.getKey());
                entry.setSize(each.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(each.getValue());
                tar.closeArchiveEntry();
            }
        }
        ByteArrayOutputStream ar = new ByteArrayOutputStream();
        ar.writeBytes("!<arch>\n".getBytes(StandardCharsets.US_ASCII));
        member(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
        member(ar, "control.tar.gz", new byte[] {1, 2, 3});
        member(ar, "data.tar.gz", packed.toByteArray());
        return ar.toByteArray();
    }

    private static void member(ByteArrayOutputStream ar, String name, byte[] content) {
        ar.writeBytes("%-16s%-12d%-6d%-6d%-8s%-10d`\n".formatted(name, 0, 0, 0, "100644", content.length)
                .getBytes(StandardCharsets.US_ASCII));
        ar.writeBytes(content);
        if (content.length % 2 == 1) {
            ar.write('\n');
        }
    }

    private TargetKernel only(String... words) throws IOException {
        List<KernelSource> found = KernelSources.find(List.of(words));
        assertEquals(1, found.size(), found::toString);
        return found.getFirst().open();
    }

    @Test
    void rawTypesAreAKernel() throws IOException {
        TargetKernel kernel = only(file("5.15.0.btf", btf()).toString());
        assertTrue(kernel.types().vmlinux().find("int", BtfKind.BTF_KIND_INT).isPresent());
        assertEquals("5.15.0", kernel.name());
        assertEquals(Optional.empty(), kernel.config());
        assertEquals(List.of(), kernel.types().modules());
    }

    @Test
    void configurationLiesBesideAnImage() throws IOException {
        file("boot/config-6.1.0-1", CONFIG);
        TargetKernel kernel = only(file("boot/vmlinuz-6.1.0-1", btf()).toString());
        assertEquals(Optional.of("250"), kernel.config().orElseThrow().value("CONFIG_HZ"));
        assertEquals(KernelVersion.parse("6.1.0"), kernel.version());
        assertEquals("6.1.0-1", kernel.name());
    }

    @Test
    void packageHasImageAndConfiguration() throws IOException {
        TargetKernel kernel = only(file("linux-image-6.1.0-1_6.1.5-1_amd64.deb",
                debian(Map.of("boot/vmlinuz-6.1.0-1", btf(), "boot/config-6.1.0-1", CONFIG,
                        "lib/modules/6.1.0-1/kernel/readme", CONFIG))).toString());
        assertTrue(kernel.types().vmlinux().find("int", BtfKind.BTF_KIND_INT).isPresent());
        assertEquals(Optional.of("250"), kernel.config().orElseThrow().value("CONFIG_HZ"));
        assertEquals("6.1.0-1", kernel.name());
        assertEquals(List.of(), kernel.types().modules());
    }

    @Test
    void packageWithoutAKernelIsRefused() throws IOException {
        Path file = file("tool.deb", debian(Map.of("usr/bin/tool", CONFIG)));
        KernelSource source = KernelSources.find(List.of(file.toString())).getFirst();
        assertTrue(assertThrows(ImageFormatException.class, source::open).getMessage()
                .contains("no kernel image"));
    }

    @Test
    void damagedPackagesAreRefused() throws IOException {
        byte[] whole = debian(Map.of("boot/vmlinuz-6.1", btf(), "boot/config-6.1", CONFIG));
        for (int length = 14; length < whole.length; length += 7) {
            KernelSource source = KernelSources.find(List.of(file("cut.deb", Arrays.copyOf(whole, length))
                    .toString())).getFirst();
            try {
                source.open();
            } catch (ImageFormatException _) {
                continue;
            }
            assertTrue(length > whole.length - 1024, "of %d bytes, %d are enough".formatted(whole.length, length));
        }
    }

    @Test
    void folderIsAllKernelsInIt() throws IOException {
        file("a/vmlinuz-6.1", btf());
        file("a/config-6.1", CONFIG);
        file("b/5.4.btf", btf());
        assertEquals(List.of("6.1", "5.4"), KernelSources.find(List.of(folder.toString())).stream()
                .map(KernelSource::name).toList());
        assertThrows(IOException.class, () -> KernelSources.find(List.of(
                Files.createDirectory(folder.resolve("empty")).toString())));
    }

    @Test
    void namesThatWouldBeTheSameStayLong() throws IOException {
        file("a/6.1.btf", btf());
        file("b/6.1.btf", btf());
        assertEquals(List.of("a/6.1.btf", "b/6.1.btf"), KernelSources.find(List.of(folder.toString())).stream()
                .map(KernelSource::name).toList());
    }

    @Test
    void moduleBelongsToTheKernelBeforeIt() throws IOException {
        Path kernel = file("6.1.btf", btf());
        Path module = file("veth.ko", btf());
        List<KernelSource> found = KernelSources.find(List.of(kernel.toString(), module.toString()));
        assertEquals(List.of(module), ((KernelSource.InFile) found.getFirst()).modules());
        assertThrows(IOException.class, () -> KernelSources.find(List.of(module.toString())));
        assertThrows(NoSuchFileException.class, () -> KernelSources.find(List.of(folder.resolve("none").toString())));
    }
}
