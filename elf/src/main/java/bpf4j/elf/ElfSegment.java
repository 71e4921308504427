package bpf4j.elf;

/**
 * One program header: a part of the file that the kernel or the dynamic linker looks at. Fields are those of {@code
 * Elf64_Phdr}.
 *
 * @param type {@code p_type}, for instance {@link Elf#PT_LOAD}
 * @param flags {@code p_flags}, a set of {@code PF_*} bits
 * @param offset {@code p_offset}, in bytes from the start of the file
 * @param address {@code p_vaddr}, the virtual address, which a position independent file counts from where it is loaded
 * @param fileSize {@code p_filesz}, how many bytes of it are in the file
 * @param memorySize {@code p_memsz}, how many bytes it has in memory; those that are not in the file are zero
 * @param alignment {@code p_align} in bytes
 */
public record ElfSegment(int type, int flags, long offset, long address, long fileSize, long memorySize,
        long alignment) {

    /** {@return whether the segment is loaded and may be executed} */
    public boolean isExecutable() {
        return type == Elf.PT_LOAD && (flags & Elf.PF_X) != 0;
    }

    /**
     * Tests an address.
     *
     * @param wanted a virtual address as the file has it
     * @return whether the segment is loaded and has the byte at this address in the file
     */
    public boolean holds(long wanted) {
        return type == Elf.PT_LOAD && Long.compareUnsigned(wanted - address, fileSize) < 0
                && Long.compareUnsigned(wanted, address) >= 0;
    }

    /**
     * Finds an address in the file.
     *
     * @param wanted a virtual address that the segment {@linkplain #holds holds}
     * @return where its byte is, in bytes from the start of the file
     */
    public long fileOffset(long wanted) {
        return wanted - address + offset;
    }
}
