package bpf4j.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: this build's version, and the Java and kernel that bug reports need. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "bpf4j " + ofThisBuild().orElse("(not packaged)"),
            "Java " + Runtime.version() + " (" + System.getProperty("java.home") + ")",
            System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                    + System.getProperty("os.arch"),
        };
    }

    /** From the manifest on the class path, from the descriptor on the module path. */
    private static Optional<String> ofThisBuild() {
        return Optional.ofNullable(Version.class.getModule().getDescriptor())
                .flatMap(descriptor -> descriptor.rawVersion())
                .or(() -> Optional.ofNullable(Version.class.getPackage().getImplementationVersion()));
    }
}
