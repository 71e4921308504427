package bpf4j.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Resource;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;

/**
 * Writes Java bindings of BPF objects, as {@code bpf4j gen java} does, and adds them to the project's sources and the
 * objects to its resources. The generator runs in a JVM of its own, since Maven's may be older than it needs: in that
 * of the JDK toolchain, which has to be of Java 25 or newer, and without a toolchain in Maven's.
 */
@Mojo(name = "gen", defaultPhase = LifecyclePhase.GENERATE_SOURCES, threadSafe = true)
public final class JavaBindingsMojo extends AbstractMojo {

    private static final int LEAST_JAVA = 25;

    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    private MavenProject project;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    private MavenSession session;

    @Parameter(defaultValue = "${plugin.artifacts}", readonly = true, required = true)
    private List<Artifact> pluginArtifacts;

    private final ToolchainManager toolchains;

    /** The folder with the objects, or with their C sources if {@link #clang} is given. */
    @Parameter(defaultValue = "${project.basedir}/src/main/bpf")
    private File directory;

    /** File names of objects in the folder, with {@code *} for any characters; all {@code *.o} unless told. */
    @Parameter
    private List<String> includes = List.of("*.o");

    /** The package of the classes. */
    @Parameter(required = true)
    private String packageName;

    /**
     * C types that no map and no variable is of, as those of a ring buffer's records: {@code TYPE} of all objects that
     * have it, {@code OBJECT:TYPE} of one.
     */
    @Parameter
    private List<String> types = List.of();

    /**
     * The command that compiles {@code *.bpf.c} of the folder, for instance {@code clang}; unless it is given, objects
     * that are there already are taken, and no C compiler is needed.
     */
    @Parameter(property = "bpf4j.clang")
    private String clang;

    /** What the C compiler is told beside {@code -target bpf -g -O2}; paths are those of the project. */
    @Parameter
    private List<String> clangOptions = List.of();

    /** Whether the classes belong to the tests and not to what is published. */
    @Parameter(defaultValue = "false")
    private boolean forTests;

    /** Where the sources are written. */
    @Parameter(defaultValue = "${project.build.directory}")
    private File output;

    /**
     * Maven makes it and sets its parameters.
     *
     * @param toolchains where the build's JDK is found
     */
    @Inject
    public JavaBindingsMojo(ToolchainManager toolchains) {
        this.toolchains = toolchains;
    }

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        String kind = forTests ? "test-" : "";
        Path sources = output.toPath().resolve("generated-" + kind + "sources/bpf4j");
        Path resources = output.toPath().resolve("generated-" + kind + "resources/bpf4j");
        try {
            Files.createDirectories(sources);
            Files.createDirectories(resources);
            List<Path> objects = clang == null ? filesLike(includes) : compiled();
            if (objects.isEmpty()) {
                throw new MojoFailureException("%s: no object to make bindings of (%s)".formatted(directory,
                        String.join(", ", includes)));
            }
            List<String> command = new ArrayList<>(List.of(java(), "-cp", classPath(), "bpf4j.cli.Main", "gen", "java",
                    "--package", packageName, "-o", sources.toString(), "--resources", resources.toString()));
            types.forEach(type -> command.addAll(List.of("--type", type)));
            objects.forEach(object -> command.add(object.toString()));
            run(command, "the bindings could not be made");
        } catch (IOException e) {
            throw new MojoExecutionException(e.toString(), e);
        }
        Resource resource = new Resource();
        resource.setDirectory(resources.toString());
        if (forTests) {
            project.addTestCompileSourceRoot(sources.toString());
            project.addTestResource(resource);
        } else {
            project.addCompileSourceRoot(sources.toString());
            project.addResource(resource);
        }
    }

    private List<Path> filesLike(List<String> patterns) throws IOException {
        Set<Path> found = new TreeSet<>();
        for (String pattern : patterns) {
            try (var files = Files.newDirectoryStream(directory.toPath(), pattern)) {
                files.forEach(found::add);
            }
        }
        return List.copyOf(found);
    }

    /** Compiles what has changed. What a source includes is not looked at: {@code clean} is for that. */
    private List<Path> compiled() throws IOException, MojoExecutionException, MojoFailureException {
        Path folder = Files.createDirectories(output.toPath().resolve("bpf4j-objects"));
        List<Path> objects = new ArrayList<>();
        for (Path source : filesLike(List.of("*.bpf.c"))) {
            String name = source.getFileName().toString();
            Path object = folder.resolve(name.substring(0, name.length() - 1) + "o");
            if (!Files.exists(object)
                    || Files.getLastModifiedTime(object).compareTo(Files.getLastModifiedTime(source)) < 0) {
                List<String> command = new ArrayList<>(List.of(clang, "-target", "bpf", "-g", "-O2"));
                command.addAll(clangOptions);
                command.addAll(List.of("-c", source.toString(), "-o", object.toString()));
                run(command, name + " could not be compiled");
            }
            objects.add(object);
        }
        return objects;
    }

    private String java() throws MojoFailureException {
        Toolchain toolchain = toolchains.getToolchainFromBuildContext("jdk", session);
        String tool = toolchain == null ? null : toolchain.findTool("java");
        if (tool == null && Runtime.version().feature() < LEAST_JAVA) {
            throw new MojoFailureException(("bpf4j needs Java %d or newer, and Maven runs in %s: select a JDK by"
                    + " maven-toolchains-plugin, or start Maven with a newer one").formatted(LEAST_JAVA,
                    Runtime.version()));
        }
        return tool == null ? Path.of(System.getProperty("java.home"), "bin", "java").toString() : tool;
    }

    private String classPath() {
        return String.join(File.pathSeparator, pluginArtifacts.stream().map(Artifact::getFile).filter(f -> f != null)
                .map(File::toString).toList());
    }

    private void run(List<String> command, String failure) throws MojoExecutionException, MojoFailureException {
        getLog().debug(String.join(" ", command));
        try {
            Process process = new ProcessBuilder(command).directory(project.getBasedir()).redirectErrorStream(true)
                    .start();
            List<String> lines;
            try (Stream<String> output = process.inputReader().lines()) {
                lines = output.toList();
            }
            boolean failed = process.waitFor() != 0;
            lines.forEach(failed ? getLog()::error : getLog()::info);
            if (failed) {
                throw new MojoFailureException(failure);
            }
        } catch (IOException e) {
            throw new MojoExecutionException("%s: %s".formatted(failure, e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MojoExecutionException(failure + ": interrupted", e);
        }
    }
}
