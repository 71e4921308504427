package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.reloc.Kallsyms;
import bpf4j.sys.Errno;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KprobeRefusalTest {

    private static final Kallsyms SYMBOLS = symbols("""
            ffffffff81000000 T plain
            ffffffff81001000 t copied.isra.0
            ffffffff81001100 t copied.constprop.0
            ffffffff81001200 t copied.isra.0.cold
            ffffffff81002000 t shared
            ffffffff81003000 t shared
            ffffffff81004000 T forbidden
            ffffffff81005000 T forbidden_by_range
            ffffffff82000000 D variable
            ffffffff81006000 T __x64_sys_nanosleep
            ffffffff81006100 t __se_sys_nanosleep
            ffffffff81007000 t __se_sys_getpid
            ffffffff81007100 t sys_old
            ffffffffc0000000 t shared\t[some_module]
            """);
    private static final String BLACKLIST = """
            0xffffffff81004000-0xffffffff81004010\tforbidden
            0xffffffff81004ff0-0xffffffff81005010\tanother+0x10
            no line of it
            """;
    private static final KprobeRefusal REFUSAL = new KprobeRefusal(SYMBOLS, () -> BLACKLIST);

    private static Kallsyms symbols(String text) {
        return new Kallsyms("symbols", () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static KernelException refused(Errno errno) {
        return new KernelException(Step.ATTACH, "program 'p' on kprobe x", errno.number());
    }

    private static KernelException explain(KprobeOptions options, Errno errno) {
        return REFUSAL.explain(refused(errno), options);
    }

    @ParameterizedTest
    @EnumSource(names = {"ENOENT", "EINVAL", "ERANGE", "ESRCH", "EADDRNOTAVAIL"})
    void missingFunctionIsOneExceptionWhateverTheErrno(Errno errno) {
        var e = assertInstanceOf(MissingTargetException.class, explain(KprobeOptions.of("plein"), errno));
        assertEquals(List.of("ENOENT", "plein", List.of("plain"), "program 'p' on kprobe x"),
                List.of(e.errnoName(), e.target(), e.near(), e.subject()));
        assertTrue(e.getMessage().endsWith("or it is spelt otherwise; near: plain"), e::getMessage);
    }

    @Test
    void copiesOfTheCompilerAreNamed() {
        var e = assertInstanceOf(MissingTargetException.class, explain(KprobeOptions.of("copied"), Errno.ENOENT));
        assertTrue(e.getMessage().endsWith("attach to copied.isra.0, copied.constprop.0"), e::getMessage);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "variable; is a variable of the kernel",
        "shared; 3 functions of the kernel have this name",
        "forbidden; kprobes/blacklist",
        "forbidden_by_range; kprobes/blacklist",
        "plain; can put no probe on it"})
    void reasonIsLookedFor(String function, String problem) {
        KernelException e = explain(KprobeOptions.of(function), Errno.EINVAL);
        assertTrue(e.getMessage().contains(problem), e::getMessage);
    }

    @Test
    void offsetThatIsNoInstruction() {
        KernelException e = explain(KprobeOptions.of("plain").withOffsetBytes(3), Errno.EILSEQ);
        assertEquals("EILSEQ", e.errnoName());
        assertTrue(e.getMessage().contains("at offset 0x3 starts no instruction"), e::getMessage);
        assertTrue(explain(KprobeOptions.of("forbidden_by_range").withOffsetBytes(0x20), Errno.EINVAL).getMessage()
                .contains("at offset 0x20"));
    }

    @Test
    void moduleNarrowsTheSearch() {
        assertFalse(explain(KprobeOptions.of("some_module:shared"), Errno.EINVAL).getMessage()
                .contains("functions of"));
        assertInstanceOf(MissingTargetException.class, explain(KprobeOptions.of("some_module:plain"), Errno.EINVAL));
    }

    @Test
    void refusalsForOtherReasonsStayAsTheyAre() {
        KernelException permission = refused(Errno.EPERM);
        assertSame(permission, REFUSAL.explain(permission, KprobeOptions.of("no_such")));
        KernelException address = refused(Errno.EINVAL);
        assertSame(address, REFUSAL.explain(address, KprobeOptions.ofAddress(8)));
        KernelException unreadable = refused(Errno.ENOENT);
        assertSame(unreadable, new KprobeRefusal(new Kallsyms("none", () -> {
            throw new IOException("hidden");
        }), () -> "").explain(unreadable, KprobeOptions.of("no_such")));
    }

    @ParameterizedTest
    @CsvSource({"__x64_, nanosleep, __x64_sys_nanosleep", "'', nanosleep, __se_sys_nanosleep",
            "__x64_, getpid, __se_sys_getpid", "'', old, sys_old"})
    void functionOfASystemCallDependsOnTheMachine(String prefix, String name, String function) {
        assertEquals(function, new SyscallFunction(prefix, SYMBOLS).find(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nanoslep", "nano", ""})
    void missingSystemCall(String name) {
        assertThrows(MissingTargetException.class, () -> new SyscallFunction("__x64_", SYMBOLS).find(name, "x"));
    }
}
