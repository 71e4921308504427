package bpf4j.btf.structops;

import static bpf4j.btf.structops.Types.m;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelStructOpsTest {

    private final Types vmlinux = Types.create();
    private final LocalStructOps local = local();

    private static LocalStructOps local() {
        Types object = Types.create();
        return object.variable("mine", object.struct("ops", m("init", object.callback)), Types.zero(8));
    }

    private void refuses(StructOpsRule rule, KernelTypes kernel) {
        StructOpsException e = assertThrows(StructOpsException.class, () -> KernelStructOps.find(local, kernel));
        assertEquals(rule, e.rule());
        assertEquals("", e.member());
        assertEquals("struct ops", e.localType());
        assertTrue(e.getMessage().startsWith("struct_ops 'mine': struct: "), e.getMessage());
    }

    @Test
    void takesBothTypesFromTheKernelProper() {
        int opsId = vmlinux.ops("ops", m("init", vmlinux.callback));
        Btf base = vmlinux.build("vmlinux");
        KernelStructOps found = KernelStructOps.find(local, new KernelTypes() {

            @Override
            public Btf vmlinux() {
                return base;
            }

            @Override
            public List<Btf> modules() {
                throw new AssertionError("modules are asked only when the kernel proper lacks the value type");
            }
        });
        assertSame(base, found.btf());
        assertEquals(Optional.empty(), found.module());
        assertEquals(opsId, found.opsTypeId());
    }

    @Test
    void takesBothTypesFromAModule() {
        Btf base = vmlinux.build("vmlinux");
        Btf other = Types.on(base).build("other");
        Types module = Types.on(base);
        int opsId = module.ops("ops", m("init", module.callback));
        Btf split = module.build("module");
        KernelStructOps found = KernelStructOps.find(local, KernelTypes.of(base, other, split));
        assertSame(split, found.module().orElseThrow());
        assertEquals(opsId, found.opsTypeId());
        assertTrue(opsId >= split.firstOwnId());
    }

    @Test
    void takesTheValueTypeFromAModuleAndTheOpsTypeFromItsBase() {
        int opsId = vmlinux.struct("ops", m("init", vmlinux.callback));
        Btf base = vmlinux.build("vmlinux");
        Types module = Types.on(base);
        module.structAt("bpf_struct_ops_ops", 16, new BtfType.Member("state", module.u32, 0, 0),
                new BtfType.Member("data", opsId, 64, 0));
        Btf split = module.build("module");
        KernelStructOps found = KernelStructOps.find(local, KernelTypes.of(base, split));
        assertSame(split, found.module().orElseThrow());
        assertEquals(opsId, found.opsTypeId());
        assertEquals(8, found.opsOffsetBytes());
    }

    @Test
    void refusesAnOpsTypeThatOnlyAModuleHas() {
        vmlinux.structAt("bpf_struct_ops_ops", 16);
        Btf base = vmlinux.build("vmlinux");
        Types module = Types.on(base);
        module.struct("ops", m("init", module.callback));
        refuses(StructOpsRule.OPS_TYPE_EXISTS, KernelTypes.of(base, module.build("module")));
    }

    @Test
    void takesTheFirstModuleThatHasTheValueType() {
        Btf base = vmlinux.build("vmlinux");
        Types first = Types.on(base);
        first.ops("ops", m("init", first.callback));
        Types second = Types.on(base);
        second.ops("ops", m("init", second.callback));
        KernelTypes kernel = KernelTypes.of(base, first.build("first"), second.build("second"));
        assertEquals("first", KernelStructOps.find(local, kernel).btf().name());
    }

    @Test
    void refusesAStructThatIsNotOffered() {
        vmlinux.struct("ops", m("init", vmlinux.callback));
        refuses(StructOpsRule.VALUE_TYPE_EXISTS, KernelTypes.of(vmlinux.build("vmlinux")));
    }

    @Test
    void refusesAValueTypeWithoutItsOpsType() {
        vmlinux.structAt("bpf_struct_ops_ops", 16);
        refuses(StructOpsRule.OPS_TYPE_EXISTS, KernelTypes.of(vmlinux.build("vmlinux")));
    }

    @Test
    void doesNotLookThroughATypedefInTheValueType() {
        int opsId = vmlinux.struct("ops", m("init", vmlinux.callback));
        int typedef = vmlinux.builder.add(new BtfType.Typedef("ops_t", opsId));
        vmlinux.structAt("bpf_struct_ops_ops", 16, new BtfType.Member("data", typedef, 64, 0));
        refuses(StructOpsRule.VALUE_TYPE_HOLDS_OPS_TYPE, KernelTypes.of(vmlinux.build("vmlinux")));
    }

    @Test
    void refusesValuesThatNoKernelCouldHold() {
        int opsId = vmlinux.struct("ops", m("init", vmlinux.callback));
        vmlinux.structAt("bpf_struct_ops_ops", 0xffff_ffffL, new BtfType.Member("data", opsId, 64, 0));
        KernelTypes kernel = KernelTypes.of(vmlinux.build("vmlinux"));
        assertThrows(BtfFormatException.class, () -> KernelStructOps.find(local, kernel));
    }

    @Test
    void refusesAnOpsTypeThatRunsPastTheValueType() {
        int opsId = vmlinux.struct("ops", m("init", vmlinux.callback));
        vmlinux.structAt("bpf_struct_ops_ops", 12, new BtfType.Member("data", opsId, 64, 0));
        KernelTypes kernel = KernelTypes.of(vmlinux.build("vmlinux"));
        assertThrows(BtfFormatException.class, () -> KernelStructOps.find(local, kernel));
    }

    @Test
    void refusesAMemberThatRunsPastTheOpsType() {
        int opsId = vmlinux.structAt("ops", 8, new BtfType.Member("init", vmlinux.callback, 32, 0));
        vmlinux.value("ops", opsId);
        KernelTypes kernel = KernelTypes.of(vmlinux.build("vmlinux"));
        assertThrows(BtfFormatException.class, () -> StructOpsMatcher.match(local, kernel));
    }
}
