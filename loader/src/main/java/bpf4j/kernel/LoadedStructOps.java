package bpf4j.kernel;

import bpf4j.btf.structops.MemberOutcome;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.link.Link;
import bpf4j.link.StructOpsLink;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * A struct_ops map with its programs, ready to be registered with the kernel's subsystem. Belongs to the {@link
 * LoadedObject} that loaded it. Safe for use by several threads.
 */
public final class LoadedStructOps {

    private final LoadedMap map;
    private final StructOpsPlan plan;
    private final Map<String, LoadedProgram> programs;
    private final boolean link;

    LoadedStructOps(LoadedMap map, StructOpsPlan plan, Map<String, LoadedProgram> programs, boolean link) {
        this.map = map;
        this.plan = plan;
        this.programs = programs;
        this.link = link;
    }

    /** {@return the variable's name, which is the map's} */
    public String name() {
        return map.name();
    }

    /** {@return the map, which is closed with the object} */
    public LoadedMap map() {
        return map;
    }

    /** {@return what became of each member} */
    public StructOpsPlan plan() {
        return plan;
    }

    /**
     * {@return whether the variable stood in {@code .struct_ops.link}, and so is attached by a link that can be
     * replaced}
     */
    public boolean isLink() {
        return link;
    }

    /**
     * Registers the struct with its subsystem.
     *
     * @return the registration, the caller's to close, which ends it
     * @throws KernelException if the kernel refuses, for instance since the name is taken
     * @throws IllegalStateException if the object is closed
     */
    public Link attach() {
        return StructOpsLink.attach(this);
    }

    /**
     * Makes the map's value: data as planned, and each slot's program by its descriptor.
     *
     * @return a new array, as the kernel takes it
     * @throws IllegalStateException if the object is closed
     */
    public byte[] value() {
        byte[] image = plan.image();
        MemorySegment value = MemorySegment.ofArray(image);
        for (MemberOutcome.ProgramSlot slot : plan.programSlots()) {
            value.set(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.nativeOrder()), slot.valueOffsetBytes(),
                    programs.get(slot.program()).fd());
        }
        return image;
    }

    @Override
    public String toString() {
        return "struct_ops '" + name() + "'";
    }
}
