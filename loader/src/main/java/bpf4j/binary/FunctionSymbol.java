package bpf4j.binary;

import bpf4j.elf.ElfSymbolVersions.Version;
import java.util.Optional;

/**
 * A function that a file defines.
 *
 * @param name its name, without a version
 * @param version its version; only exported functions have one
 * @param address its virtual address, as the file has it
 * @param fileOffset where its first instruction is, in bytes from the start of the file on disk, which may be an
 *     archive
 * @param sizeBytes how long it is, 0 where the file does not say
 */
public record FunctionSymbol(String name, Optional<Version> version, long address, long fileOffset, long sizeBytes) {

    /** {@return the name with its version: {@code memcpy@@GLIBC_2.14}} */
    public String fullName() {
        return name + version.map(Version::toString).orElse("");
    }

    @Override
    public String toString() {
        return "%s at 0x%x".formatted(fullName(), fileOffset);
    }
}
