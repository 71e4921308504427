package bpf4j.kernel;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the verifier's messages mean, and what to do about them. The first row that has its pattern in a message
 * counts, so the rows for messages that say more stand first. Source: the messages of {@code kernel/bpf/verifier.c},
 * Linux 4.14 to 6.18.
 */
enum VerifierAdvice {
    /** Helper that no kernel has: other messages of the loader's own explain poisoned instructions. */
    UNKNOWN_HELPER("invalid func |unknown func unknown#",
            "the kernel has no helper of this number",
            "use a kernel that has the helper, or ask with bpf_core_enum_value_exists before it is called"),
    /** The helper is for programs of other types. */
    HELPER_NOT_ALLOWED("program of this type cannot use helper|unknown func bpf_",
            "programs of this type may not call this helper, or this kernel does not have it",
            "use another program type, or another helper; some need CAP_PERFMON as well"),
    /** GPL-only helper or kernel function. */
    GPL_ONLY("from non-GPL|GPL-restricted|GPL-only|non-GPL compatible",
            "the helper is for programs under the GPL only",
            "give the object a license that counts as GPL, such as \"GPL\" or \"Dual MIT/GPL\", in section 'license'"),
    /** Kernel function that programs of this type may not call. */
    KFUNC_NOT_ALLOWED("calling kernel function .* is not allowed|kernel btf_id \\d+ does not refer"
            + "|invalid kernel function call",
            "programs of this type may not call this kernel function",
            "use a program type that the function is registered for, or a helper"),
    /** Sleeping where it is forbidden. */
    SLEEPS_IN_ATOMIC("sleepable (?:helper|kernel func|func).* in |might sleep|must be sleepable"
            + "|is sleepable within|(?:helper|global func\\w*) call may sleep|sleep called in ",
            "it may sleep, and the program may not do so here",
            "make the program sleepable (section with .s), or call it outside of RCU sections, locks and callbacks"),
    /** Lock or section that is not ended. */
    LOCK_HELD("-ed region|bpf_\\w+ is missing|function calls are not allowed while "
            + "holding a lock|unlock.* without",
            "a lock, or an RCU or similar section, is not ended on every path, or is held where it must not be",
            "end it before each return, and call nothing in between that is forbidden there"),
    /** Resource that is not given back. */
    UNRELEASED_REFERENCE("Unreleased reference|would lead to reference leak|reference has not been acquired before",
            "something that was acquired (a socket, ring buffer space, an object) is not given back on every path",
            "call its release function (bpf_sk_release, bpf_ringbuf_submit, bpf_obj_drop...) before each return"),
    /** The pointer is not checked against null. */
    NULL_ARITHMETIC("null-check it first|pointer arithmetic on \\w*or_null",
            "the address is changed before it is known not to be null",
            "compare it with NULL first, and add to it behind that"),
    /** The pointer is not checked against null. */
    UNCHECKED_NULL("invalid mem access '\\w*or_null\\w*'|[Pp]ossibly NULL pointer|expected non-NULL",
            "the pointer may be null here",
            "compare the result of the call that returned it with NULL before using it"),
    /** A number used as an address. */
    NO_POINTER("invalid mem access '(?:scalar|inv)'",
            "this is a number to the verifier and no address that it knows",
            "keep pointers in variables of pointer type, and read kernel memory with bpf_probe_read_kernel"),
    /** Any other access by a pointer that is not for it. */
    WRONG_POINTER("invalid mem access '",
            "memory of this kind cannot be accessed directly",
            "use the helper that reads or writes it"),
    /** Register that was never written. */
    UNINITIALIZED_REGISTER("!read_ok",
            "the value was never set on this path; calls also spoil r1 to r5, and r0 where they return nothing",
            "set the variable on every path, and the result before each return"),
    /** Stack that was never written. */
    UNINITIALIZED_STACK("invalid (?:indirect )?read from stack (?:R\\d+ )?(?:var_)?off [-+(\\d]|uninitialized stack"
            + "|invalid read from stack R\\d+ off=-(?:\\d{1,2}|[1-4]\\d\\d|50\\d|51[0-2]) ",
            "bytes of the stack are read that were never written, perhaps padding of a struct",
            "set the whole variable first, with = {} or __builtin_memset"),
    /** Outside of the frame. */
    STACK_ACCESS_OUT_OF_BOUNDS("invalid (?:\\w+ )*(?:to|from|access to) stack|invalid stack (?:off|type)"
            + "|invalid (?:variable-offset|unbounded variable-offset)",
            "the access is outside of the variable on the stack; a frame has 512 bytes",
            "check the index against the array's length, and put large data into a map"),
    /** Too much stack. */
    STACK_TOO_LARGE("stack size .*(?:too large|Too large)|combined stack size|stack depth \\d+ exceeds",
            "the functions that call each other need more than 512 bytes of stack together",
            "move large variables into a per-CPU array map, or inline fewer functions"),
    /** Nested too deeply. */
    TOO_MANY_FRAMES("call stack of \\d+ frames is too deep",
            "more than 8 functions call each other",
            "inline some of them, or flatten the calls"),
    /** Never ends. */
    INFINITE_LOOP("infinite loop detected|back-edge from insn",
            "the verifier sees no end of this loop",
            "loop to a constant, or use bpf_loop or bpf_for; before Linux 5.3 loops have to be unrolled"),
    /** Takes too long to verify. */
    TOO_MANY_INSTRUCTIONS("BPF program is too large|jumps is too complex|(?:program|loop) (?:is )?too (?:large|complex)"
            + "|too many (?:jumps|states|instructions)",
            "the verifier gave up: a loop runs too often, or too many paths are possible",
            "use bpf_loop or bpf_for, take branches out of loops, or move code into global functions or tail calls"),
    /** Packet not checked against its end. */
    PACKET_ACCESS("invalid access to packet|offset is outside of the packet",
            "the packet may be shorter than this",
            "compare the end of the access with data_end on this path, again after helpers that change the packet"),
    /** The index may be below zero. */
    NEGATIVE_INDEX("unbounded min value|min value is negative",
            "the number may be negative",
            "make it unsigned, or check that it is not below zero"),
    /** The size given to a helper is not known. */
    ARGUMENT_SIZE("unbounded memory access, use '|invalid zero-sized read|invalid size of|zero-sized (?:read|write)",
            "the size that is given to the helper may be zero or too large",
            "bound it just before the call with & or if, in an unsigned variable"),
    /** Nothing bounds the index. */
    UNBOUNDED_ACCESS("unbounded memory access|max value is outside|unbounded max value"
            + "|value -?\\d+ makes .* pointer be out of bounds",
            "nothing bounds the index or offset",
            "check it against the length just before the access, in the same variable"),
    /** Outside of other memory. */
    MEMORY_OUT_OF_BOUNDS("invalid access to memory|access beyond |invalid (?:read|write) access to"
            + "|access out of bounds",
            "the access is outside of the memory that the pointer is good for",
            "check the offset against the size that was asked for, or the type of the pointer"),
    /** Outside of a map's value. */
    MAP_VALUE_OUT_OF_BOUNDS("invalid access to map (?:value|key)|min value is outside",
            "the access is outside of the map's value",
            "compare the offset with the value's size; the program's type for it may be a larger one"),
    /** Memory that programs cannot write. */
    READ_ONLY_MEMORY("write into map forbidden|cannot write into|read from map forbidden"
            + "|write to rdonly|rdonly_\\w+ .*write",
            "this memory is read-only for programs",
            "write to another variable: const ones and maps with BPF_F_RDONLY_PROG cannot be written"),
    /** Structure of the kernel whose fields the subsystem protects. */
    KERNEL_MEMORY_WRITTEN("no write support to|only read is supported|writes? .*not (?:allowed|supported)",
            "programs may not write this field of the kernel's structure",
            "use the helper or kernel function that changes it; subsystems let few fields be written"),
    /** Field of the context that is not there. */
    CONTEXT_ACCESS("invalid bpf_context access",
            "the context of this program type has no such field, or it is read-only, or of another width",
            "use the fields of the context's struct in linux/bpf.h; some need a newer kernel or another attach type"),
    /** Context by a changed pointer. */
    CONTEXT_MODIFIED("dereference of modified|variable ctx access|variable \\w+ access var_off",
            "the context is read by an address that was changed before",
            "read the field from the context's start; volatile keeps compilers from merging branches"),
    /** Not aligned. */
    MISALIGNED_ACCESS("misaligned ",
            "the address is no multiple of the size of the access",
            "align the struct or variable, or copy it bytewise with __builtin_memcpy"),
    /** Arithmetic that no pointer stands. */
    POINTER_ARITHMETIC("pointer arithmetic|bitwise operator|pointer \\+= pointer|pointer -= |on pointer prohibited"
            + "|math between|tried to add from different|pointer comparison prohibited",
            "this arithmetic is not allowed with this pointer",
            "add only bounded numbers to pointers, in 64 bits; keep flags and sizes in variables of their own"),
    /** Map of the wrong type. */
    MAP_TYPE("cannot pass map_type|expected prog array map|map_type \\d+ .*not|map type .* is not supported",
            "the helper does not work on maps of this type",
            "give it a map of a type that it is for, or declare the map with that type"),
    /** Argument of the wrong kind. */
    ARGUMENT_TYPE("type=\\S* expected|expected pointer to|must be referenced|must be a known|must be a rcu pointer"
            + "|is not a pointer to|has no valid kptr|arg#\\d+ .*(?:expected|must)",
            "the argument is of another kind than the function takes",
            "pass what it expects, as the message lists it: a stack or map address, a map, a trusted pointer..."),
    /** Result out of range. */
    RETURN_VALUE("should have been in|At program exit the register R0|At async callback the register R0",
            "the program may return a value that its type does not allow",
            "return constants of the allowed range on every path"),
    /** Dead code. */
    UNREACHABLE_INSTRUCTION("unreachable insn",
            "there is code that is never reached",
            "remove it; inline assembly and objects that were edited are the usual origin"),
    /** Jump to nowhere. */
    JUMP_OUT_OF_RANGE("jump out of range|jump into the middle",
            "a jump leads out of the function",
            "let it end inside of the same function; code that was not compiled by clang or gcc is the usual origin"),
    /** No end. */
    NO_EXIT("last insn is not an exit",
            "the code runs past its end",
            "return at the end of the function; clang cuts them off at undefined behaviour, so check for warnings"),
    /** r10. */
    FRAME_POINTER_WRITTEN("frame pointer is read only",
            "the program writes to register 10, which holds the frame's address",
            "use another register"),
    /** What the program is for. */
    ATTACH_TARGET("is not modifiable|attach_btf_id|address of function .* cannot be found|cannot (?:be )?attach"
            + "|is not sleepable|unsupported member|not found in|doesn't (?:match|have)|Tracing"
            + "|Can.t (?:attach|trace|replace)|is not in.*set",
            "programs of this kind cannot be attached to this target",
            "attach to a function that the kernel allows: some are traced only, some inlined, some on a deny list"),
    /** An instruction of a newer set. */
    UNKNOWN_INSTRUCTION("unknown opcode|invalid BPF_|BPF_\\w+ uses reserved fields"
            + "|unrecognized|reserved (?:field|mode)",
            "the kernel does not know this instruction",
            "compile for an older instruction set, for instance with -mcpu=v3 or -mcpu=v2"),
    /** A pointer that gets out. */
    POINTER_LEAK("leaks addr|leaking|leaks? pointer",
            "an address of the kernel would become visible to user space",
            "do not return or store pointers; loading with CAP_PERFMON lifts this");

    private final Pattern pattern;
    private final String cause;
    private final String advice;

    VerifierAdvice(String pattern, String cause, String advice) {
        this.pattern = Pattern.compile(pattern);
        this.cause = cause;
        this.advice = advice;
    }

    /** {@return one sentence about why the verifier refuses, without a full stop} */
    String cause() {
        return cause;
    }

    /** {@return one sentence about what to do, without a full stop} */
    String advice() {
        return advice;
    }

    /**
     * {@return whether the verifier writes the message when it has looked at all instructions, so that the last one
     * is innocent}
     */
    boolean isAboutWholeProgram() {
        return this == STACK_TOO_LARGE;
    }

    /**
     * Finds the row for a refusal.
     *
     * @param messages what the verifier wrote about it, as {@link VerifierLog#messages()} gives it
     * @return the row, empty for messages that are rarer than those of the table
     */
    static Optional<VerifierAdvice> of(List<String> messages) {
        String all = String.join("\n", messages);
        for (VerifierAdvice row : values()) {
            if (row.pattern.matcher(all).find()) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }
}
