package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import bpf4j.insn.Insn;
import bpf4j.object.BpfObject;
import bpf4j.object.Extern;
import bpf4j.reloc.ExternResolver;
import bpf4j.reloc.Kallsyms;
import bpf4j.reloc.Kconfig;
import bpf4j.reloc.KernelFacts;
import bpf4j.testdata.Fixtures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What instructions hold once externs are resolved: kernel functions, of modules too, symbols, and what is missing. */
class ExternLinkerTest {

    private static final int LOAD = 0x18;
    private static final int CALL = 0x85;
    private static final int PSEUDO_KFUNC_CALL = 2;
    private static final int PSEUDO_BTF_ID = 3;
    private static final long SYMBOL = 0xffffffff_81234560L;

    private final List<String> opened = new ArrayList<>();

    /** A kernel with the functions that the fixture calls, each in a BTF of its own. */
    private static final class Facts implements KernelFacts {

        private final KernelTypes types;
        private final int congAvoid;
        private final int ssthresh;

        Facts(boolean modules) {
            BtfBuilder base = new BtfBuilder();
            int u32 = base.add(new BtfType.Int("unsigned int", 4, 0, 0, 32));
            int sock = base.add(new BtfType.Ptr(base.add(new BtfType.Struct("sock", 8, false, List.of()))));
            if (modules) {
                Btf vmlinux = base.build(ByteOrder.nativeOrder(), "vmlinux");
                BtfBuilder first = BtfBuilder.onBase(vmlinux);
                congAvoid = function(first, "tcp_reno_cong_avoid", 0, sock, u32, u32);
                BtfBuilder second = BtfBuilder.onBase(vmlinux);
                ssthresh = function(second, "tcp_reno_ssthresh", u32, sock);
                types = KernelTypes.of(vmlinux, first.build(ByteOrder.nativeOrder(), "first"),
                        second.build(ByteOrder.nativeOrder(), "second"));
            } else {
                congAvoid = function(base, "tcp_reno_cong_avoid", 0, sock, u32, u32);
                ssthresh = function(base, "tcp_reno_ssthresh", u32, sock);
                types = KernelTypes.of(base.build(ByteOrder.nativeOrder(), "vmlinux"));
            }
        }

        private static int function(BtfBuilder to, String name, int result, int... params) {
            return to.add(new BtfType.Func(name, to.add(new BtfType.FuncProto(result,
                    Arrays.stream(params).mapToObj(p -> new BtfType.Param("p", p)).toList())), BtfType.Func.STATIC));
        }

        @Override
        public KernelTypes types() {
            return types;
        }

        @Override
        public Kallsyms kallsyms() {
            return new Kallsyms("symbols",
                    () -> new ByteArrayInputStream("%x T bpf_prog_put\n".formatted(SYMBOL).getBytes()));
        }

        @Override
        public Kconfig kconfig() {
            return fail("no option is asked for");
        }

        @Override
        public int versionCode() {
            return fail("no version is asked for");
        }

        @Override
        public boolean hasBpfCookie() {
            return fail("no cookie is asked for");
        }

        @Override
        public boolean hasSyscallWrapper() {
            return fail("no system call is asked for");
        }
    }

    private static BpfObject object(String name) {
        try {
            return BpfObject.read(Fixtures.nativeObject(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(BpfObject object) {
        return object.externs().stream().map(Extern::name).toList();
    }

    private ExternLinker linker(String name, Facts facts) {
        BpfObject object = object(name);
        return new ExternLinker(names(object), ExternResolver.resolve(object, facts), module -> {
            opened.add(module);
            return module.equals("first") ? 71 : 72;
        });
    }

    private static long[] link(ExternLinker linker, String extern, long... slots) {
        linker.link(slots, 0, extern);
        return slots;
    }

    private static long call() {
        return Insn.of(CALL, 0, 1, 0, -1);
    }

    /** A two-slot load as compilers leave it, or with numbers of an earlier try in it. */
    private static long[] load(int junk) {
        return new long[] {Insn.of(LOAD, 3, 0, 0, junk), Insn.of(0, 0, 0, 0, junk)};
    }

    @Test
    void functionOfTheKernelHasIndexZero() {
        Facts facts = new Facts(false);
        ExternLinker linker = linker("extern_kfunc", facts);
        assertArrayEquals(new long[] {Insn.of(CALL, 0, PSEUDO_KFUNC_CALL, 0, facts.congAvoid)},
                link(linker, "tcp_reno_cong_avoid", call()));
        assertEquals(0, linker.fdArray().length);
        assertEquals(List.of(), opened);
    }

    /** The kernel takes index 0 for itself, whatever stands there in the array. */
    @Test
    void modulesAreNumberedFromOneInTheOrderOfTheirUse() {
        Facts facts = new Facts(true);
        ExternLinker linker = linker("extern_kfunc", facts);
        assertArrayEquals(new long[] {Insn.of(CALL, 0, PSEUDO_KFUNC_CALL, 1, facts.ssthresh)},
                link(linker, "tcp_reno_ssthresh", call()));
        for (int again = 0; again < 2; again++) {
            assertArrayEquals(new long[] {Insn.of(CALL, 0, PSEUDO_KFUNC_CALL, 2, facts.congAvoid)},
                    link(linker, "tcp_reno_cong_avoid", call()));
        }
        assertArrayEquals(new int[] {0, 72, 71}, linker.fdArray());
    }

    @Test
    void addressOfAFunctionIsItsIdAndTheModulesDescriptor() {
        Facts facts = new Facts(true);
        assertArrayEquals(new long[] {Insn.of(LOAD, 3, PSEUDO_BTF_ID, 0, facts.congAvoid), Insn.of(0, 0, 0, 0, 71)},
                link(linker("extern_kfunc", facts), "tcp_reno_cong_avoid", load(-1)));
        Facts kernel = new Facts(false);
        assertArrayEquals(new long[] {Insn.of(LOAD, 3, PSEUDO_BTF_ID, 0, kernel.congAvoid), Insn.of(0, 0, 0, 0, 0)},
                link(linker("extern_kfunc", kernel), "tcp_reno_cong_avoid", load(-1)));
    }

    @Test
    void callOfAMissingFunctionIsAPoisonThatNamesIt() {
        int index = names(object("extern_kfunc")).indexOf("no_such_kfunc");
        assertArrayEquals(new long[] {Insn.of(CALL, 0, 0, 0, ExternLinker.KFUNC_POISON + index)},
                link(linker("extern_kfunc", new Facts(true)), "no_such_kfunc", call()));
    }

    @Test
    void addressOfWhatIsMissingIsZeroEveryTime() {
        ExternLinker functions = linker("extern_kfunc", new Facts(true));
        ExternLinker symbols = linker("extern_ksym_typeless", new Facts(true));
        for (int junk : new int[] {0, -1, 7}) {
            long[] zero = {Insn.of(LOAD, 3, 0, 0, 0), Insn.of(0, 0, 0, 0, 0)};
            assertArrayEquals(zero, link(functions, "no_such_kfunc", load(junk)));
            assertArrayEquals(zero, link(symbols, "no_such_symbol", load(junk)));
        }
    }

    @Test
    void addressFillsBothHalves() {
        long[] slots = link(linker("extern_ksym_typeless", new Facts(true)), "bpf_prog_put", load(-1));
        assertEquals(SYMBOL, Insn.imm64(slots[0], slots[1]));
        assertEquals(0, Insn.src(slots[0]));
    }
}
