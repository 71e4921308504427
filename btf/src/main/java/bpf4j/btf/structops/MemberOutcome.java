package bpf4j.btf.structops;

import java.util.Optional;

/** What becomes of one member of the object's struct. Offsets are in bytes from the start of the value type. */
public sealed interface MemberOutcome {

    /** {@return the member's name in the object's struct, empty for an anonymous struct or union} */
    String member();

    /**
     * Bytes that are copied as they are; nested structs, unions and arrays are not looked into.
     *
     * @param member the member's name
     * @param kernelMemberIndex the member in the kernel's struct
     * @param localOffsetBytes where the bytes start in the object's struct
     * @param valueOffsetBytes where they go in the value
     * @param sizeBytes how many
     */
    record Copy(String member, int kernelMemberIndex, long localOffsetBytes, long valueOffsetBytes, long sizeBytes)
            implements MemberOutcome {
    }

    /**
     * A slot that gets a program's file descriptor, as an unsigned long, once the program is loaded.
     *
     * @param member the member's name
     * @param program the program's name
     * @param kernelMemberIndex the member in the kernel's struct, which is the program's expected attach type
     * @param valueOffsetBytes where the 8 bytes go in the value
     */
    record ProgramSlot(String member, String program, int kernelMemberIndex, long valueOffsetBytes)
            implements MemberOutcome {
    }

    /**
     * A pointer, to a function or to data, that stays null.
     *
     * @param member the member's name
     * @param kernelMemberIndex the member in the kernel's struct
     * @param valueOffsetBytes where the 8 bytes are in the value
     */
    record NullPointer(String member, int kernelMemberIndex, long valueOffsetBytes) implements MemberOutcome {
    }

    /**
     * A member without a value that the kernel lacks.
     *
     * @param member the member's name
     * @param displacedProgram the program that the object put there, if it was taken out
     * @param reason why it can be left out
     */
    record Skipped(String member, Optional<String> displacedProgram, String reason) implements MemberOutcome {
    }

    /**
     * A member that does not fit, which keeps the variable from being loaded.
     *
     * @param member the member's name
     * @param localType the object's declaration as C
     * @param kernelType the kernel's declaration as C, empty if the kernel lacks the member
     * @param rule the rule that is broken
     * @param reason what is wrong
     */
    record Refused(String member, String localType, String kernelType, StructOpsRule rule, String reason)
            implements MemberOutcome {
    }
}
