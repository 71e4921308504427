package bpf4j.object;

import java.util.Objects;
import java.util.Optional;

/**
 * A program as an object declares it: an entry function and what its section name says. Immutable; the {@code with}
 * methods make changed copies.
 *
 * @param function the entry function, whose name is the program's
 * @param definition what the section name says, empty where libbpf does not know the name either
 * @param type the program type, {@link ProgramType#BPF_PROG_TYPE_UNSPEC} where it is not known
 * @param attachType the expected attach type
 * @param attachTarget what stands behind the slash of the section name, without it empty
 * @param autoload whether the loader loads it
 */
public record ProgramSpec(BpfFunction function, Optional<SectionDefinition> definition, ProgramType type,
        Optional<AttachType> attachType, Optional<String> attachTarget, boolean autoload) {

    /** Checks that nothing is null. */
    public ProgramSpec {
        Objects.requireNonNull(function);
        Objects.requireNonNull(definition);
        Objects.requireNonNull(type);
        Objects.requireNonNull(attachType);
        Objects.requireNonNull(attachTarget);
    }

    /** {@return the program's name} */
    public String name() {
        return function.name();
    }

    /** {@return the section's name, as it stands in the file} */
    public String section() {
        return function.section();
    }

    /**
     * Tests what the section name says.
     *
     * @param flag a property
     * @return whether the section name carries it
     */
    public boolean has(SectionDefinition.Flag flag) {
        return definition.isPresent() && definition.get().has(flag);
    }

    /**
     * Changes whether the program is loaded.
     *
     * @param newAutoload false to leave it out
     * @return the changed copy
     */
    public ProgramSpec withAutoload(boolean newAutoload) {
        return new ProgramSpec(function, definition, type, attachType, attachTarget, newAutoload);
    }

    /**
     * Changes the program type.
     *
     * @param newType the new type
     * @param newAttachType the expected attach type to go with it
     * @return the changed copy
     */
    public ProgramSpec withType(ProgramType newType, Optional<AttachType> newAttachType) {
        return new ProgramSpec(function, definition, newType, newAttachType, attachTarget, autoload);
    }

    /**
     * Changes the attach target.
     *
     * @param target what would stand behind the slash of the section name
     * @return the changed copy
     */
    public ProgramSpec withAttachTarget(String target) {
        return new ProgramSpec(function, definition, type, attachType, Optional.of(target), autoload);
    }

    ProgramSpec withFunction(BpfFunction newFunction) {
        return new ProgramSpec(newFunction, definition, type, attachType, attachTarget, autoload);
    }
}
