package bpf4j.btf.dump;

import static bpf4j.btf.dump.ByteText.ascii;

/** What stands around the types: guards, attributes and the macros that programs know from other {@code vmlinux.h}. */
final class CFrame {

    static final byte[] START = ascii("""
            #ifndef __VMLINUX_H__
            #define __VMLINUX_H__

            #ifndef __has_attribute
            #define __has_attribute(x) 0
            #endif

            #ifndef __ksym
            #define __ksym __attribute__((section(".ksyms")))
            #endif

            #ifndef __weak
            #define __weak __attribute__((weak))
            #endif

            #ifndef __bpf_fastcall
            #if __has_attribute(bpf_fastcall)
            #define __bpf_fastcall __attribute__((bpf_fastcall))
            #else
            #define __bpf_fastcall
            #endif
            #endif

            #ifndef __btf_type_tag
            #if __has_attribute(btf_type_tag)
            #define __btf_type_tag(x) __attribute__((btf_type_tag(x)))
            #else
            #define __btf_type_tag(x)
            #endif
            #endif

            #ifndef __btf_decl_tag
            #if __has_attribute(btf_decl_tag)
            #define __btf_decl_tag(x) __attribute__((btf_decl_tag(x)))
            #else
            #define __btf_decl_tag(x)
            #endif
            #endif

            """);

    /** Clang complains where there is no struct that it could apply to. */
    static final byte[] PUSH = ascii("""
            #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
            #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
            #endif

            """);

    static final byte[] FUNCTIONS = ascii("#ifndef BPF_NO_KFUNC_PROTOTYPES\n");
    static final byte[] KSYM = ascii(" __weak __ksym;\n");
    static final byte[] FAST_KSYM = ascii(" __weak __ksym __bpf_fastcall;\n");

    /** C has these words of its own since C23, and C++ does. */
    static final byte[] BEFORE_C23 = ascii("#if !defined(__cplusplus) && __STDC_VERSION__ + 0 < 202311L\n");
    static final byte[] ENDIF = ascii("#endif\n\n");

    static final byte[] POP = ascii("""
            #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
            #pragma clang attribute pop
            #endif

            """);

    static final byte[] END = ascii("#endif /* __VMLINUX_H__ */\n");

    private CFrame() {
    }
}
