package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.reloc.CongestionKernel;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
class TokenSourceTest {

    private static final long BPF_F_TOKEN_FD = 1 << 16;

    private final FakeKernel kernel = new FakeKernel();
    @TempDir
    private Path folder;

    private LoadedObject load(LoadOptions options) throws IOException {
        return BpfObject.read(Fixtures.object("data_sections-el.o"))
                .load(options.withKernel(kernel).withKernelTypes(CongestionKernel.inVmlinux()));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "-,    -,      false, -",
        "-,    -,      true,  TokenSource[folder=/sys/fs/bpf; mandatory=false]",
        "/own, -,      false, TokenSource[folder=/own; mandatory=true]",
        "/own, /other, true,  TokenSource[folder=/own; mandatory=true]",
        "-,    /other, false, TokenSource[folder=/other; mandatory=true]",
        "-,    '',     true,  -",
        "'',   /other, true,  -"})
    void optionGoesBeforeEnvironmentBeforeTheUsualFolder(String asked, String variable, boolean userNamespace,
            String source) {
        assertEquals(Optional.ofNullable(source).map(s -> s.replace(';', ',')),
                TokenSource.choose(Optional.ofNullable(asked).map(Path::of), variable, userNamespace)
                        .map(TokenSource::toString));
    }

    @Test
    void tokenGoesWithEverythingThatIsLoadedAndIsClosed() throws IOException {
        try (LoadedObject loaded = load(LoadOptions.defaults().withToken(folder))) {
            assertEquals(BpfCommand.BPF_TOKEN_CREATE, kernel.calls().getFirst().command());
            long token = kernel.calls().getFirst().result();
            for (var flags : List.of(List.of(BpfCommand.BPF_BTF_LOAD, "btf_flags"),
                    List.of(BpfCommand.BPF_MAP_CREATE, "map_flags"), List.of(BpfCommand.BPF_PROG_LOAD, "prog_flags"))) {
                List<FakeKernel.Call> calls = kernel.calls((BpfCommand) flags.getFirst());
                assertTrue(!calls.isEmpty());
                for (FakeKernel.Call call : calls) {
                    assertEquals(token, call.field("token_fd"), call::toString);
                    assertEquals(BPF_F_TOKEN_FD, call.field((String) flags.getLast()) & BPF_F_TOKEN_FD, call::toString);
                }
            }
            assertTrue(kernel.open().stream().noneMatch(o -> o.contains("TOKEN")), kernel.open()::toString);
            assertEquals(List.of(), loaded.adaptations());
        }
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void withoutTokenNothingOfItIsSaid() throws IOException {
        load(LoadOptions.defaults().withToken(Path.of(""))).close();
        assertEquals(List.of(), kernel.calls(BpfCommand.BPF_TOKEN_CREATE));
        for (FakeKernel.Call call : kernel.calls(BpfCommand.BPF_MAP_CREATE)) {
            assertEquals(List.of(0L, 0L), List.of(call.field("token_fd"), call.field("map_flags") & BPF_F_TOKEN_FD));
        }
    }

    @Test
    void probesAreAskedWithTheToken() throws IOException {
        kernel.refusing((_, command, _, fields) -> command == BpfCommand.BPF_PROG_LOAD ? Errno.EINVAL : null);
        assertThrows(KernelException.class, () -> load(LoadOptions.defaults().withToken(folder)));
        List<FakeKernel.Call> probes = kernel.calls(BpfCommand.BPF_PROG_LOAD).stream()
                .filter(c -> !c.name().equals("touch")).toList();
        assertTrue(!probes.isEmpty());
        probes.forEach(c -> assertTrue(c.field("token_fd") != 0, c::toString));
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void failedLoadClosesTheToken() {
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_MAP_CREATE ? Errno.EPERM : null);
        assertThrows(KernelException.class, () -> load(LoadOptions.defaults().withToken(folder)));
        assertEquals(1, kernel.calls(BpfCommand.BPF_TOKEN_CREATE).size());
        assertEquals(Set.of(), kernel.open());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "EINVAL     | not the root of a BPF file system",
        "EOPNOTSUPP | tokens are for processes in a user namespace",
        "EPERM      | CAP_BPF in the user namespace",
        "ENOENT     | its mount delegates nothing"})
    void refusalIsExplained(Errno errno, String text) {
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_TOKEN_CREATE ? errno : null);
        KernelException e = assertThrows(KernelException.class, () -> load(LoadOptions.defaults().withToken(folder)));
        assertEquals(List.of(Step.CREATE_TOKEN, "BPF token of " + folder, errno.number()),
                List.of(e.step(), e.subject(), e.errno()));
        assertTrue(e.getMessage().contains(text), e::getMessage);
        assertEquals(1, kernel.calls().size());
    }

    @Test
    void folderThatIsNotThereIsRefused() {
        KernelException e = assertThrows(KernelException.class,
                () -> load(LoadOptions.defaults().withToken(folder.resolve("nothing"))));
        assertEquals(List.of(Step.CREATE_TOKEN, "ENOENT"), List.of(e.step(), e.errnoName()));
        assertEquals(List.of(), kernel.calls());
    }

    @Test
    void tokenThatIsNotMandatoryMayBeMissing() {
        kernel.refusing((_, _, _, _) -> Errno.EPERM);
        assertEquals(Optional.empty(), new TokenSource(folder, false).create(kernel));
        assertEquals(Optional.empty(), new TokenSource(folder.resolve("nothing"), false).create(kernel));
        assertTrue(Files.isDirectory(folder));
    }
}
