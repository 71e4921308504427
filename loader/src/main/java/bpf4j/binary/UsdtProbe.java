package bpf4j.binary;

import bpf4j.elf.ElfFormatException;
import java.util.List;
import java.util.OptionalLong;

/**
 * One place of a USDT probe, as a note of a file describes it. A probe that was inlined has several.
 *
 * @param provider the provider's name
 * @param name the probe's name
 * @param address the virtual address of the probe's instruction, as the file has it
 * @param fileOffset where the instruction is, in bytes from the start of the file on disk, which may be an archive
 * @param semaphoreOffset where the counter of the probe's users is, in bytes from the start of the file on disk;
 *     programs skip the probe while it is 0. Empty if the probe has none
 * @param argumentText where the arguments are, in the assembler's words: {@code -4@%eax 8@-8(%rbp)}
 * @param machine the machine, {@code e_machine} of the file
 */
public record UsdtProbe(String provider, String name, long address, long fileOffset, OptionalLong semaphoreOffset,
        String argumentText, int machine) {

    /**
     * Parses the arguments.
     *
     * @return the arguments in order
     * @throws ElfFormatException if one is of a form that is not known for the machine, such as a floating-point
     *     register or the address of a variable
     */
    public List<UsdtArgument> arguments() {
        return UsdtArguments.parse(this);
    }

    @Override
    public String toString() {
        return "%s:%s at 0x%x".formatted(provider, name, fileOffset);
    }
}
