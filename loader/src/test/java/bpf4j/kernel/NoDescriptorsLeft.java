package bpf4j.kernel;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Asserts of each test of a class that it leaves no BPF descriptor behind, its own set-up and clean-up included. */
public final class NoDescriptorsLeft implements BeforeEachCallback, AfterEachCallback {

    private Descriptors descriptors;

    @Override
    public void beforeEach(ExtensionContext context) {
        descriptors = new Descriptors();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        descriptors.close();
    }
}
