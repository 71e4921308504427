package bpf4j.reloc;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/** A kernel made of texts, which counts how often each of its facts is asked for. */
final class TestFacts implements KernelFacts {

    private final Btf vmlinux;
    private final Btf[] modules;
    private final String symbols;
    private final String config;
    int typesAsked;
    int configAsked;
    int symbolsOpened;
    int featuresAsked;

    TestFacts(String symbols, String config, Btf vmlinux, Btf... modules) {
        this.symbols = symbols;
        this.config = config;
        this.vmlinux = vmlinux;
        this.modules = modules;
    }

    @Override
    public KernelTypes types() {
        typesAsked++;
        return KernelTypes.of(vmlinux, modules);
    }

    @Override
    public Kallsyms kallsyms() {
        return new Kallsyms("symbols", () -> {
            symbolsOpened++;
            return new ByteArrayInputStream(symbols.getBytes(StandardCharsets.UTF_8));
        });
    }

    @Override
    public Kconfig kconfig() {
        configAsked++;
        return Kconfig.parse(config, "config");
    }

    @Override
    public int versionCode() {
        return 6 << 16 | 18 << 8 | 44;
    }

    @Override
    public boolean hasBpfCookie() {
        featuresAsked++;
        return true;
    }

    @Override
    public boolean hasSyscallWrapper() {
        featuresAsked++;
        return false;
    }
}
