package bpf4j.btf.core;

import static bpf4j.btf.CoreKind.BPF_CORE_ENUMVAL_EXISTS;
import static bpf4j.btf.CoreKind.BPF_CORE_ENUMVAL_VALUE;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_BYTE_OFFSET;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_BYTE_SIZE;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_EXISTS;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_LSHIFT_U64;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_RSHIFT_U64;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_SIGNED;
import static bpf4j.btf.CoreKind.BPF_CORE_TYPE_EXISTS;
import static bpf4j.btf.CoreKind.BPF_CORE_TYPE_ID_LOCAL;
import static bpf4j.btf.CoreKind.BPF_CORE_TYPE_ID_TARGET;
import static bpf4j.btf.CoreKind.BPF_CORE_TYPE_MATCHES;
import static bpf4j.btf.CoreKind.BPF_CORE_TYPE_SIZE;
import static bpf4j.btf.core.Types.INT;
import static bpf4j.btf.core.Types.LONG;
import static bpf4j.btf.core.Types.U8;
import static bpf4j.btf.core.Types.UINT;
import static bpf4j.btf.core.Types.ULONG;
import static bpf4j.btf.core.Types.VOID_PTR;
import static bpf4j.btf.core.Types.ask;
import static bpf4j.btf.core.Types.bits;
import static bpf4j.btf.core.Types.m;
import static bpf4j.btf.core.Types.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.CoreKind;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.KernelTypes;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CoreResolverTest {

    private final Types local = Types.create();
    private final Types target = Types.create();
    private final int mine = local.struct("s___mine", 24, m("a", UINT, 0), bits("b", UINT, 37, 3),
            m("c", local.array(UINT, 4), 8));

    private CoreFixup resolve(CoreKind kind, int typeId, String access) {
        return new CoreResolver(local.build("object"), target.build("vmlinux")).resolve(ask(kind, typeId, access));
    }

    private CoreFixup.Patch patch(CoreKind kind, int typeId, String access) {
        return assertInstanceOf(CoreFixup.Patch.class, resolve(kind, typeId, access));
    }

    private void patches(CoreKind kind, int typeId, String access, long localValue, long targetValue,
            boolean validate) {
        CoreFixup.Patch patch = patch(kind, typeId, access);
        assertEquals(localValue, patch.localValue());
        assertEquals(targetValue, patch.targetValue());
        assertEquals(validate, patch.validate());
        assertEquals(ask(kind, typeId, access), patch.relocation());
    }

    private CoreException fails(CoreKind kind, int typeId, String access) {
        CoreException e = assertThrows(CoreException.class, () -> resolve(kind, typeId, access));
        assertEquals("CO-RE: " + e.path() + ": " + e.problem(), e.getMessage());
        assertEquals(ask(kind, typeId, access), e.relocation());
        return e;
    }

    @Test
    void answersEveryFieldKind() {
        target.struct("s", 40, m("c", target.array(ULONG, 4), 16), bits("b", INT, 72, 9), m("a", U8, 3));
        patches(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:0", 0, 3, true);
        patches(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:2:3", 20, 40, true);
        patches(BPF_CORE_FIELD_BYTE_SIZE, mine, "0:2", 16, 32, true);
        patches(BPF_CORE_FIELD_BYTE_SIZE, mine, "0:2:1", 4, 8, true);
        patches(BPF_CORE_FIELD_EXISTS, mine, "0:1", 1, 1, true);
        patches(BPF_CORE_FIELD_SIGNED, mine, "0:1", 0, 1, true);
        patches(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:1", 4, 8, false);
        patches(BPF_CORE_FIELD_BYTE_SIZE, mine, "0:1", 4, 4, false);
        patches(BPF_CORE_FIELD_LSHIFT_U64, mine, "0:1", 56, 47, false);
        patches(BPF_CORE_FIELD_RSHIFT_U64, mine, "0:1", 61, 55, true);
        patches(BPF_CORE_FIELD_LSHIFT_U64, mine, "0:0", 32, 56, true);
    }

    @Test
    void shiftsAsTheObjectsByteOrderAsks() {
        target.struct("s", 40, bits("b", INT, 72, 9));
        CoreResolver resolver = new CoreResolver(local.build(ByteOrder.BIG_ENDIAN, "object"),
                target.build(ByteOrder.BIG_ENDIAN, "vmlinux"));
        CoreFixup.Patch patch = (CoreFixup.Patch) resolver.resolve(ask(BPF_CORE_FIELD_LSHIFT_U64, mine, "0:1"));
        assertEquals(32 + 5, patch.localValue());
        assertEquals(32 + 8, patch.targetValue());
    }

    @Test
    void tellsTheWidthsOfAFieldAtAnOffsetOnly() {
        target.struct("s", 40, m("c", target.array(ULONG, 4), 16), bits("b", INT, 72, 9), m("a", INT, 3));
        assertEquals(new MemoryAccess(4, 4, true), patch(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:0").access());
        assertEquals(new MemoryAccess(4, 8, true), patch(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:2").access());
        assertEquals(new MemoryAccess(4, 8, true), patch(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:2:1").access());
        assertEquals(MemoryAccess.NONE, patch(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:1").access());
        assertEquals(MemoryAccess.NONE, patch(BPF_CORE_FIELD_BYTE_SIZE, mine, "0:2").access());
        assertEquals(MemoryAccess.NONE, patch(BPF_CORE_FIELD_EXISTS, mine, "0:2").access());
    }

    @Test
    void answersEveryTypeKind() {
        target.struct("s", 99);
        int theirs = target.nextId() - 1;
        patches(BPF_CORE_TYPE_EXISTS, mine, "0", 1, 1, true);
        patches(BPF_CORE_TYPE_SIZE, mine, "0", 24, 99, true);
        patches(BPF_CORE_TYPE_ID_TARGET, mine, "0", mine, theirs, false);
        patches(BPF_CORE_TYPE_ID_LOCAL, mine, "0", mine, mine, false);
        patches(BPF_CORE_TYPE_MATCHES, mine, "0", 1, 0, true);
        patches(BPF_CORE_TYPE_MATCHES, local.struct("s", 0), "0", 1, 1, true);
    }

    @Test
    void signExtendsThirtyTwoBitEnumeratorsOnly() {
        int narrow = local.enum32("e", v("A", 1), v("B___old", 0xffff_fffeL));
        int wide = local.enum64("w", v("X", 0xffff_fffeL), v("Y", Long.MIN_VALUE));
        target.add(new BtfType.Enum("e", 4, false, List.of(v("B", 0xffff_ffffL), v("A___new", 7))));
        target.enum64("w", v("Y", Long.MIN_VALUE + 1), v("X", 0xffff_ffffL));
        patches(BPF_CORE_ENUMVAL_VALUE, narrow, "0", 1, 7, true);
        patches(BPF_CORE_ENUMVAL_VALUE, narrow, "1", -2, -1, true);
        patches(BPF_CORE_ENUMVAL_VALUE, wide, "0", 0xffff_fffeL, 0xffff_ffffL, true);
        patches(BPF_CORE_ENUMVAL_VALUE, wide, "1", Long.MIN_VALUE, Long.MIN_VALUE + 1, true);
        patches(BPF_CORE_ENUMVAL_EXISTS, wide, "1", 1, 1, true);
    }

    @Test
    void findsEnumeratorsBehindATypedef() {
        int mineAgain = local.typedef("e_t", local.enum32("", v("A", 1)));
        target.typedef("e_t", target.enum64("", v("A", 5)));
        patches(BPF_CORE_ENUMVAL_VALUE, mineAgain, "0", 1, 5, true);
        target.typedef("n_t", INT);
        patches(BPF_CORE_ENUMVAL_EXISTS, local.typedef("n_t", mineAgain), "0", 1, 0, true);
    }

    @Test
    void neverTouchesTheTargetForALocalId() {
        CoreResolver resolver = new CoreResolver(local.build(), new KernelTypes() {

            @Override
            public Btf vmlinux() {
                throw new AssertionError("kernel BTF was asked for");
            }

            @Override
            public List<Btf> modules() {
                throw new AssertionError("module BTF was asked for");
            }
        });
        int nameless = VOID_PTR;
        CoreFixup.Patch patch = (CoreFixup.Patch) resolver.resolve(ask(BPF_CORE_TYPE_ID_LOCAL, nameless, "0"));
        assertEquals(nameless, patch.targetValue());
        assertEquals(List.of(), patch.candidates());
    }

    @ParameterizedTest
    @EnumSource(CoreKind.class)
    void answersForAnAbsentTypeWithZeroOrPoison(CoreKind kind) {
        int absentEnum = local.enum32("absent", v("A", 1));
        boolean answer = switch (kind) {
            case BPF_CORE_FIELD_EXISTS, BPF_CORE_TYPE_EXISTS, BPF_CORE_TYPE_MATCHES, BPF_CORE_TYPE_SIZE,
                    BPF_CORE_TYPE_ID_TARGET, BPF_CORE_ENUMVAL_EXISTS -> true;
            case BPF_CORE_FIELD_BYTE_OFFSET, BPF_CORE_FIELD_BYTE_SIZE, BPF_CORE_FIELD_SIGNED, BPF_CORE_FIELD_LSHIFT_U64,
                    BPF_CORE_FIELD_RSHIFT_U64, BPF_CORE_ENUMVAL_VALUE, BPF_CORE_TYPE_ID_LOCAL -> false;
        };
        int typeId = kind.isEnumValue() ? absentEnum : mine;
        CoreFixup fixup = resolve(kind, typeId, kind.isField() ? "0:0" : "0");
        if (kind == BPF_CORE_TYPE_ID_LOCAL) {
            assertEquals(mine, assertInstanceOf(CoreFixup.Patch.class, fixup).targetValue());
        } else if (answer) {
            CoreFixup.Patch patch = assertInstanceOf(CoreFixup.Patch.class, fixup);
            assertEquals(0, patch.targetValue());
            assertEquals(kind != BPF_CORE_TYPE_ID_TARGET, patch.validate());
        } else {
            String type = kind.isEnumValue() ? "enum absent" : "struct s___mine";
            assertEquals("the target has no '" + type + "'", assertInstanceOf(CoreFixup.Poison.class, fixup).reason());
        }
    }

    @Test
    void saysWhichCandidatesWereTriedAndWhyTheyDoNotMatch() {
        int first = target.struct("s", 24, m("x", INT, 0));
        int second = target.struct("s___2", 24, m("a", VOID_PTR, 0));
        CoreFixup.Poison poison = assertInstanceOf(CoreFixup.Poison.class,
                resolve(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:0"));
        assertEquals("struct s___mine.a", poison.path());
        assertEquals(List.of(new CoreTrace.Tried("vmlinux", first, "struct s", "there is no member 'a'"),
                new CoreTrace.Tried("vmlinux", second, "struct s___2",
                        "member 'a' is 'void *' and not 'unsigned int'")),
                poison.candidates());
        assertEquals("none of 2 candidates matches, the first: vmlinux [" + first
                + "] struct s: there is no member 'a'", poison.reason());
    }

    @Test
    void saysWhichCandidateMatched() {
        int theirs = target.struct("s", 24, m("a", INT, 0));
        CoreFixup.Patch patch = patch(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:0");
        assertEquals("vmlinux [" + theirs + "] struct s: matches", patch.candidates().getFirst().toString());
        CoreFixup.Patch match = patch(BPF_CORE_TYPE_MATCHES, mine, "0");
        assertEquals("it does not have all that the local type declares", match.candidates().getFirst().mismatch());
        int alias = local.typedef("alias", INT);
        target.typedef("alias", VOID_PTR);
        assertEquals("it is built of other kinds of types than the local type",
                patch(BPF_CORE_TYPE_EXISTS, alias, "0").candidates().getFirst().mismatch());
    }

    @Test
    void acceptsCandidatesThatAgree() {
        target.struct("s", 24, m("a", INT, 8));
        target.struct("s___2", 99, m("x", INT, 0), m("a", INT, 8));
        patches(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:0", 0, 8, true);
        patches(BPF_CORE_TYPE_EXISTS, mine, "0", 1, 1, true);
    }

    @Test
    void refusesCandidatesThatDisagree() {
        int first = target.struct("s", 24, m("a", INT, 8));
        int second = target.struct("s", 24, m("a", INT, 12));
        CoreException e = fails(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:0");
        assertEquals("struct s___mine.a", e.path());
        assertEquals("the candidates disagree: vmlinux [%d] says 8 (bit offset 64), "
                .formatted(first) + "vmlinux [%d] says 12 (bit offset 96)".formatted(second), e.problem());
        fails(BPF_CORE_TYPE_ID_TARGET, mine, "0");
        patches(BPF_CORE_TYPE_SIZE, mine, "0", 24, 24, true);
    }

    @Test
    void refusesCandidatesThatAgreeOnTheValueButNotOnThePlace() {
        target.struct("s", 24, m("a", INT, 8));
        target.struct("s", 24, m("a", INT, 12));
        fails(BPF_CORE_FIELD_EXISTS, mine, "0:0");
        fails(BPF_CORE_FIELD_BYTE_SIZE, mine, "0:0");
    }

    @Test
    void narrowsTheCandidatesForLaterRelocations() {
        target.struct("s", 24, m("a", INT, 8), m("only_here", INT, 20));
        target.struct("s", 24, m("a", INT, 12));
        int twoFields = local.struct("s", 24, m("a", INT, 0), m("only_here", INT, 4), m("nowhere", INT, 8));
        Btf object = local.build();
        Btf vmlinux = target.build();
        CoreRelocation ambiguous = ask(BPF_CORE_FIELD_BYTE_OFFSET, twoFields, "0:0");
        assertThrows(CoreException.class, () -> new CoreResolver(object, vmlinux).resolve(ambiguous));
        CoreResolver resolver = new CoreResolver(object, vmlinux);
        resolver.resolve(ask(BPF_CORE_FIELD_EXISTS, twoFields, "0:2"));
        assertThrows(CoreException.class, () -> resolver.resolve(ambiguous), "what matches nothing narrows nothing");
        resolver.resolve(ask(BPF_CORE_FIELD_EXISTS, twoFields, "0:1"));
        assertEquals(8, ((CoreFixup.Patch) resolver.resolve(ambiguous)).targetValue());
    }

    @Test
    void findsTypesThatOnlyAModuleHas() {
        Btf vmlinux = target.build("vmlinux");
        Types module = Types.on(vmlinux);
        int theirs = module.struct("s", 24, m("a", INT, 16));
        CoreResolver resolver = new CoreResolver(local.build(), KernelTypes.of(vmlinux, module.build("nf_conntrack")));
        CoreFixup.Patch offset = (CoreFixup.Patch) resolver.resolve(ask(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:0"));
        assertEquals(16, offset.targetValue());
        assertEquals("nf_conntrack", offset.candidates().getFirst().btfName());
        CoreFixup.Patch id = (CoreFixup.Patch) resolver.resolve(ask(BPF_CORE_TYPE_ID_TARGET, mine, "0"));
        assertEquals(theirs, id.targetValue());
    }

    @Test
    void refusesANamelessType() {
        int nameless = local.struct("", 4, m("a", INT, 0));
        CoreException e = fails(BPF_CORE_FIELD_EXISTS, nameless, "0:0");
        assertEquals("a type without a name cannot be found in the target", e.problem());
        fails(BPF_CORE_TYPE_EXISTS, VOID_PTR, "0");
    }

    @Test
    void refusesABitfieldThatNoLoadCovers() {
        target.struct("s", 24, bits("b", LONG, 60, 8));
        assertEquals("the bitfield of 8 bits at bit offset 60 in vmlinux cannot be read with one load",
                fails(BPF_CORE_FIELD_BYTE_SIZE, mine, "0:1").problem());
        patches(BPF_CORE_FIELD_EXISTS, mine, "0:1", 1, 1, true);
    }

    @Test
    void abortsWhereALimitIsExceeded() {
        int minePointer = VOID_PTR;
        int theirPointer = VOID_PTR;
        for (int i = 0; i < 40; i++) {
            minePointer = local.ptr(minePointer);
            theirPointer = target.ptr(theirPointer);
        }
        int alias = local.typedef("deep", minePointer);
        target.typedef("deep", theirPointer);
        assertEquals("types nest deeper than 32", fails(BPF_CORE_TYPE_EXISTS, alias, "0").problem());
        assertEquals("types nest deeper than 32", fails(BPF_CORE_TYPE_MATCHES, alias, "0").problem());
    }

    @Test
    void boundsTheWorkForOneObject() {
        target.struct("s", 24, m("a", INT, 8));
        CoreResolver resolver = new CoreResolver(local.build(), KernelTypes.of(target.build()), new Effort(1000));
        CoreException e = assertThrows(CoreException.class, () -> {
            for (int i = 0; i < 1000; i++) {
                resolver.resolve(ask(BPF_CORE_FIELD_BYTE_OFFSET, mine, "0:0"));
            }
        });
        assertTrue(e.problem().contains("steps"), e.problem());
    }

    @Test
    void namesTheRecordWhereTheLocalTypeIsMalformed() {
        int incomplete = local.fwd("opaque", false);
        BtfFormatException e = assertThrows(BtfFormatException.class,
                () -> resolve(BPF_CORE_TYPE_SIZE, incomplete, "0"));
        assertTrue(e.getMessage().startsWith(".BTF.ext: CO-RE record for the instruction at 0x18 (BPF_CORE_TYPE_SIZE"),
                e.getMessage());
        assertTrue(e.getMessage().endsWith("forward declaration 'opaque' has no size"), e.getMessage());
    }
}
