package bpf4j.elf;

/** Constants of {@code <elf.h>} that BPF objects, executables and libraries use, under their header names. */
public final class Elf {

    private Elf() {
    }

    /** {@code e_type}: relocatable file, the form that clang writes for BPF. */
    public static final int ET_REL = 1;
    /** {@code e_type}: executable, the form of a {@code vmlinux} image. */
    public static final int ET_EXEC = 2;
    /** {@code e_type}: shared object. */
    public static final int ET_DYN = 3;

    /** {@code e_machine}: none, written by old compilers for BPF. */
    public static final int EM_NONE = 0;
    /** {@code e_machine}: IBM Z. */
    public static final int EM_S390 = 22;
    /** {@code e_machine}: 64-bit x86. */
    public static final int EM_X86_64 = 62;
    /** {@code e_machine}: 64-bit Arm. */
    public static final int EM_AARCH64 = 183;
    /** {@code e_machine}: RISC-V. */
    public static final int EM_RISCV = 243;
    /** {@code e_machine}: BPF. */
    public static final int EM_BPF = 247;

    /** {@code sh_type}: inactive section header. */
    public static final int SHT_NULL = 0;
    /** {@code sh_type}: contents defined by the program. */
    public static final int SHT_PROGBITS = 1;
    /** {@code sh_type}: symbol table. */
    public static final int SHT_SYMTAB = 2;
    /** {@code sh_type}: string table. */
    public static final int SHT_STRTAB = 3;
    /** {@code sh_type}: relocations with addends. */
    public static final int SHT_RELA = 4;
    /** {@code sh_type}: notes, each with an owner, a type and a description. */
    public static final int SHT_NOTE = 7;
    /** {@code sh_type}: occupies no bytes in the file. */
    public static final int SHT_NOBITS = 8;
    /** {@code sh_type}: relocations without addends. */
    public static final int SHT_REL = 9;
    /** {@code sh_type}: dynamic linker symbol table. */
    public static final int SHT_DYNSYM = 11;
    /** {@code sh_type}: extended section indices of symbols. */
    public static final int SHT_SYMTAB_SHNDX = 18;

    /** {@code sh_type}: versions that the file defines. */
    public static final int SHT_GNU_VERDEF = 0x6ffffffd;
    /** {@code sh_type}: versions that the file needs of others. */
    public static final int SHT_GNU_VERNEED = 0x6ffffffe;
    /** {@code sh_type}: the version index of each symbol of {@link #SHT_DYNSYM}. */
    public static final int SHT_GNU_VERSYM = 0x6fffffff;

    /** {@code p_type}: to be loaded into memory. */
    public static final int PT_LOAD = 1;
    /** {@code p_flags}: executable. */
    public static final int PF_X = 1;
    /** {@code p_flags}: writable. */
    public static final int PF_W = 2;

    /** {@code sh_flags}: writable at run time. */
    public static final long SHF_WRITE = 1;
    /** {@code sh_flags}: occupies memory at run time. */
    public static final long SHF_ALLOC = 2;
    /** {@code sh_flags}: holds instructions. */
    public static final long SHF_EXECINSTR = 4;
    /** {@code sh_flags}: contents are compressed. */
    public static final long SHF_COMPRESSED = 0x800;

    /** {@code st_shndx}: undefined symbol. */
    public static final int SHN_UNDEF = 0;
    /** {@code st_shndx}: first of the reserved indices. */
    public static final int SHN_LORESERVE = 0xff00;
    /** {@code st_shndx}: absolute value. */
    public static final int SHN_ABS = 0xfff1;
    /** {@code st_shndx}: common block, not allocated yet. */
    public static final int SHN_COMMON = 0xfff2;
    /** {@code st_shndx}: the index stands in an {@link #SHT_SYMTAB_SHNDX} section. */
    public static final int SHN_XINDEX = 0xffff;

    /** Symbol binding: not visible outside the object. */
    public static final int STB_LOCAL = 0;
    /** Symbol binding: visible to all objects. */
    public static final int STB_GLOBAL = 1;
    /** Symbol binding: global with lower precedence; undefined is legal. */
    public static final int STB_WEAK = 2;

    /** Symbol type: unspecified. */
    public static final int STT_NOTYPE = 0;
    /** Symbol type: data object. */
    public static final int STT_OBJECT = 1;
    /** Symbol type: function. */
    public static final int STT_FUNC = 2;
    /** Symbol type: a section, for relocation. */
    public static final int STT_SECTION = 3;
    /** Symbol type: the source file's name. */
    public static final int STT_FILE = 4;

    /** Symbol type: a function that picks an implementation; the address is that of the one that picks. */
    public static final int STT_GNU_IFUNC = 10;

    /** Symbol visibility: as the binding says. */
    public static final int STV_DEFAULT = 0;
    /** Symbol visibility: processor specific hidden class. */
    public static final int STV_INTERNAL = 1;
    /** Symbol visibility: not visible to other objects. */
    public static final int STV_HIDDEN = 2;
    /** Symbol visibility: visible, not preemptable. */
    public static final int STV_PROTECTED = 3;

    /** BPF relocation: none. */
    public static final int R_BPF_NONE = 0;
    /** BPF relocation: 64-bit immediate of a two-slot load. */
    public static final int R_BPF_64_64 = 1;
    /** BPF relocation: 64-bit data, as in {@code .maps} and {@code .struct_ops}. */
    public static final int R_BPF_64_ABS64 = 2;
    /** BPF relocation: 32-bit data. */
    public static final int R_BPF_64_ABS32 = 3;
    /** BPF relocation: 32-bit data that is not to be applied, as in {@code .BTF} and {@code .BTF.ext}. */
    public static final int R_BPF_64_NODYLD32 = 4;
    /** BPF relocation: 32-bit immediate of a call. */
    public static final int R_BPF_64_32 = 10;
}
