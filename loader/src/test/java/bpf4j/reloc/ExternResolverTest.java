package bpf4j.reloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import bpf4j.object.BpfObject;
import bpf4j.object.Extern;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternResolverTest {

    private static final String SYMBOLS = """
            ffffffff81000000 T _text
            ffffffff81234560 T bpf_prog_put
            """;
    private static final String CONFIG = """
            CONFIG_BPF_SYSCALL=y
            CONFIG_BPF_JIT=y
            CONFIG_NET=y
            CONFIG_HZ=250
            CONFIG_DEFAULT_HOSTNAME="(none)"
            """;

    private static BpfObject object(String name) {
        try {
            return BpfObject.read(Fixtures.object(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The functions and the variable that the fixtures name, as a kernel has them. */
    private static final class Kernel {
        final BtfBuilder btf;
        final int intId;
        final int u32Id;
        final int sockPtr;
        final int rq;

        Kernel() {
            btf = new BtfBuilder();
            intId = btf.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
            u32Id = btf.add(new BtfType.Int("unsigned int", 4, 0, 0, 32));
            int sock = btf.add(new BtfType.Struct("sock", 8, false, List.of()));
            sockPtr = btf.add(new BtfType.Ptr(sock));
            rq = btf.add(new BtfType.Struct("rq", 64, false, List.of()));
        }

        int function(BtfBuilder to, String name, int returnType, int... params) {
            int proto = to.add(new BtfType.FuncProto(returnType,
                    Arrays.stream(params).mapToObj(p -> new BtfType.Param("p", p)).toList()));
            return to.add(new BtfType.Func(name, proto, BtfType.Func.STATIC));
        }

        int congAvoid(BtfBuilder to) {
            return function(to, "tcp_reno_cong_avoid", 0, sockPtr, u32Id, u32Id);
        }

        int ssthresh(BtfBuilder to) {
            return function(to, "tcp_reno_ssthresh", u32Id, sockPtr);
        }

        int runqueues(BtfBuilder to, int typeId) {
            return to.add(new BtfType.Var("runqueues", typeId, BtfType.Var.GLOBAL));
        }

        Btf build() {
            return btf.build(ByteOrder.LITTLE_ENDIAN, "vmlinux");
        }
    }

    private static TestFacts facts(Btf vmlinux, Btf... modules) {
        return new TestFacts(SYMBOLS, CONFIG, vmlinux, modules);
    }

    private static TestFacts facts() {
        return facts(new Kernel().build());
    }

    private static String refusal(String fixture, KernelFacts facts) {
        return assertThrows(RelocationException.class,
                () -> ExternResolver.resolve(object(fixture), facts)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"extern_kconfig-el.o", "extern_kconfig-eb.o"})
    void placesOptionsInTheOrderOfTheObject(String fixture) {
        BpfObject object = object(fixture);
        TestFacts facts = facts();
        ResolvedExterns resolved = ExternResolver.resolve(object, facts);
        ByteBuffer image = ByteBuffer.wrap(resolved.kconfigImage()).order(object.order());
        assertEquals(0x06122c, image.getInt(option(resolved, "LINUX_KERNEL_VERSION").offsetBytes()));
        assertEquals(1, image.getInt(option(resolved, "CONFIG_BPF_SYSCALL").offsetBytes()));
        assertEquals(1, image.get(option(resolved, "CONFIG_BPF_JIT").offsetBytes()));
        assertEquals('y', image.get(option(resolved, "CONFIG_NET").offsetBytes()));
        assertEquals(250, image.getInt(option(resolved, "CONFIG_HZ").offsetBytes()));
        byte[] host = new byte[16];
        image.get(option(resolved, "CONFIG_DEFAULT_HOSTNAME").offsetBytes(), host);
        assertEquals("(none)", new String(host, StandardCharsets.UTF_8).trim());
        assertEquals(0, image.getLong(option(resolved, "CONFIG_NO_SUCH_NUMBER").offsetBytes()));
        assertFalse(option(resolved, "CONFIG_NO_SUCH_OPTION").present());
        assertTrue(option(resolved, "CONFIG_HZ").present());
        assertEquals(object.map(".kconfig").valueSize(), image.capacity());
        assertEquals(0, facts.symbolsOpened);
        assertEquals(0, facts.typesAsked);
        assertEquals(0, facts.featuresAsked);
    }

    private static ExternValue.Option option(ResolvedExterns resolved, String name) {
        return assertInstanceOf(ExternValue.Option.class, resolved.value(name));
    }

    @Test
    void aMissingStrongOptionIsRefusedWithNearNames() {
        assertEquals("extern 'CONFIG_NO_SUCH_OPTION': the kernel's configuration does not set it, and the "
                + "extern is not weak; near: CONFIG_NO_SUCH_OPTIONS", refusal("extern_kconfig_missing-el.o",
                new TestFacts(SYMBOLS, CONFIG + "CONFIG_NO_SUCH_OPTIONS=y\n", new Kernel().build())));
    }

    @Test
    void anUnreadableConfigurationNamesTheOption() {
        TestFacts facts = facts();
        KernelFacts unreadable = new ForwardingFacts(facts) {

            @Override
            public Kconfig kconfig() {
                throw new UncheckedIOException("no configuration", new IOException());
            }
        };
        assertEquals("extern 'CONFIG_NO_SUCH_OPTION': no configuration",
                refusal("extern_kconfig_missing-el.o", unreadable));
    }

    @ParameterizedTest
    @ValueSource(strings = {"extern_ksym_typeless-el.o", "extern_ksym_typeless-eb.o"})
    void findsAddressesInOnePassAndAsksForNothingElse(String fixture) {
        TestFacts facts = facts();
        ResolvedExterns resolved = ExternResolver.resolve(object(fixture), facts);
        assertEquals(new ExternValue.Address(0xffffffff81234560L), resolved.value("bpf_prog_put"));
        assertEquals(new ExternValue.Missing(), resolved.value("no_such_symbol"));
        assertEquals(1, facts.symbolsOpened);
        assertEquals(0, facts.configAsked);
        assertEquals(0, facts.typesAsked);
        assertEquals(0, resolved.kconfigImage().length);
    }

    @Test
    void aMissingStrongSymbolIsRefusedWithNearNamesOfTheKernelsTypes() {
        Kernel kernel = new Kernel();
        kernel.function(kernel.btf, "no_such_symbal", 0);
        TestFacts facts = facts(kernel.build());
        assertEquals("extern 'no_such_symbol': the kernel has no symbol of this name, and the extern is not weak; "
                + "near: no_such_symbal", refusal("extern_ksym_missing-el.o", facts));
        assertEquals(1, facts.symbolsOpened);
    }

    @Test
    void typesThatCannotBeReadOnlyCostTheHint() {
        KernelFacts unreadable = new ForwardingFacts(facts()) {

            @Override
            public KernelTypes types() {
                throw new UncheckedIOException("no BTF", new IOException());
            }
        };
        assertEquals("extern 'no_such_symbol': the kernel has no symbol of this name, and the extern is not weak",
                refusal("extern_ksym_missing-el.o", unreadable));
    }

    @ParameterizedTest
    @ValueSource(strings = {"extern_ksym_typed-el.o", "extern_ksym_typed-eb.o"})
    void findsATypedVariable(String fixture) {
        Kernel kernel = new Kernel();
        int id = kernel.runqueues(kernel.btf, kernel.rq);
        Btf vmlinux = kernel.build();
        TestFacts facts = facts(vmlinux);
        ResolvedExterns resolved = ExternResolver.resolve(object(fixture), facts);
        assertEquals(new ExternValue.TypedVariable(vmlinux, id), resolved.value("runqueues"));
        assertEquals(new ExternValue.Missing(), resolved.value("no_such_variable"));
        assertEquals(0, facts.symbolsOpened);
        assertEquals(0, facts.configAsked);
    }

    @Test
    void anIncompatibleVariableIsRefusedEvenIfWeak() {
        Kernel strong = new Kernel();
        strong.runqueues(strong.btf, strong.intId);
        assertEquals("extern 'runqueues': its type is not compatible with that of the variable in vmlinux",
                refusal("extern_ksym_typed-el.o", facts(strong.build())));

        Kernel weak = new Kernel();
        weak.runqueues(weak.btf, weak.rq);
        weak.btf.add(new BtfType.Var("no_such_variable", weak.rq, BtfType.Var.GLOBAL));
        assertEquals("extern 'no_such_variable': its type is not compatible with that of the variable in vmlinux",
                refusal("extern_ksym_typed-el.o", facts(weak.build())));
    }

    @Test
    void aMissingStrongVariableIsRefused() {
        assertEquals("extern 'runqueues': the kernel has no variable of this name in its BTF, "
                + "and the extern is not weak",
                refusal("extern_ksym_typed-el.o", facts()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"extern_kfunc-el.o", "extern_kfunc-eb.o"})
    void findsKfuncsInVmlinuxThenModules(String fixture) {
        Kernel kernel = new Kernel();
        int ssthresh = kernel.ssthresh(kernel.btf);
        Btf vmlinux = kernel.build();
        BtfBuilder first = BtfBuilder.onBase(vmlinux);
        kernel.ssthresh(first);
        BtfBuilder second = BtfBuilder.onBase(vmlinux);
        int congAvoid = kernel.congAvoid(second);
        Btf module = second.build(ByteOrder.LITTLE_ENDIAN, "second");
        TestFacts facts = facts(vmlinux, first.build(ByteOrder.LITTLE_ENDIAN, "first"), module);
        ResolvedExterns resolved = ExternResolver.resolve(object(fixture), facts);
        assertEquals(new ExternValue.Kfunc(vmlinux, ssthresh), resolved.value("tcp_reno_ssthresh"));
        ExternValue.Kfunc found = assertInstanceOf(ExternValue.Kfunc.class, resolved.value("tcp_reno_cong_avoid"));
        assertSame(module, found.btf());
        assertEquals(congAvoid, found.typeId());
        assertEquals(new ExternValue.Missing(), resolved.value("no_such_kfunc"));
        assertEquals(List.of(), resolved.adaptations());
        assertEquals(0, facts.symbolsOpened);
    }

    @Test
    void aKfuncWithAnotherPrototypeIsRefused() {
        Kernel kernel = new Kernel();
        kernel.ssthresh(kernel.btf);
        kernel.function(kernel.btf, "tcp_reno_cong_avoid", 0, kernel.sockPtr);
        assertEquals("extern 'tcp_reno_cong_avoid': its prototype is not compatible "
                + "with that of the function in vmlinux",
                refusal("extern_kfunc-el.o", facts(kernel.build())));
    }

    @Test
    void aWeakKfuncWithAnotherPrototypeIsLeftOutAndSaidSo() {
        Kernel kernel = new Kernel();
        kernel.ssthresh(kernel.btf);
        kernel.congAvoid(kernel.btf);
        kernel.function(kernel.btf, "no_such_kfunc", kernel.intId, kernel.intId);
        ResolvedExterns resolved = ExternResolver.resolve(object("extern_kfunc-el.o"), facts(kernel.build()));
        assertEquals(new ExternValue.Missing(), resolved.value("no_such_kfunc"));
        assertEquals(1, resolved.adaptations().size());
        assertTrue(resolved.adaptations().getFirst().startsWith("extern 'no_such_kfunc': left out: "));
    }

    @Test
    void aMissingStrongKfuncIsRefusedWithNearNames() {
        Kernel kernel = new Kernel();
        kernel.congAvoid(kernel.btf);
        kernel.function(kernel.btf, "tcp_reno_sstresh", 0);
        String message = refusal("extern_kfunc-el.o", facts(kernel.build()));
        assertTrue(message.startsWith("extern 'tcp_reno_ssthresh': the kernel has no function")
                && message.endsWith("near: tcp_reno_sstresh"), message);
    }

    @Test
    void anObjectWithoutExternsAsksForNothing() {
        TestFacts facts = facts();
        BpfObject object = object("maps-el.o");
        assertEquals(List.of(), object.externs().stream().map(Extern::name).toList());
        ResolvedExterns resolved = ExternResolver.resolve(object, facts);
        assertTrue(resolved.values().isEmpty());
        assertEquals(0, facts.typesAsked + facts.configAsked + facts.symbolsOpened + facts.featuresAsked);
        assertThrows(NoSuchElementException.class, () -> resolved.value("x"));
    }

    /** Facts of which a test replaces one. */
    private abstract static class ForwardingFacts implements KernelFacts {

        private final KernelFacts facts;

        ForwardingFacts(KernelFacts facts) {
            this.facts = facts;
        }

        @Override
        public KernelTypes types() {
            return facts.types();
        }

        @Override
        public Kallsyms kallsyms() {
            return facts.kallsyms();
        }

        @Override
        public Kconfig kconfig() {
            return facts.kconfig();
        }

        @Override
        public int versionCode() {
            return facts.versionCode();
        }

        @Override
        public boolean hasBpfCookie() {
            return facts.hasBpfCookie();
        }

        @Override
        public boolean hasSyscallWrapper() {
            return facts.hasSyscallWrapper();
        }
    }
}
