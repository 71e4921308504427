package bpf4j.cli;

import bpf4j.gen.JavaBindings;
import bpf4j.object.BpfObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gen java}: Java bindings of objects. */
@Command(name = "java", header = "Write Java bindings of objects.", description = {
    "A class for each object: its programs, maps, variables and struct_ops are members, the C types of keys, values "
        + "and variables nested classes. The object itself is copied beside it, as a resource. What is up to date "
        + "stays untouched."},
        footer = {
            "",
            "Example:",
            "  bpf4j gen java flows.bpf.o --package org.example.flows -o src/main/java"})
final class GenJavaCommand implements Callable<Integer> {

    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "OBJ", arity = "1..*", description = "BPF object files.")
    private List<Path> files;

    @Option(names = {"-p", "--package"}, required = true, paramLabel = "NAME", description = "The classes' package.")
    private String packageName;

    @Option(names = {"-o", "--output"}, required = true, paramLabel = "DIR",
            description = "Root folder of Java sources; it is made if it is missing.")
    private Path sources;

    @Option(names = "--resources", paramLabel = "DIR",
            description = "Root folder of resources, for the objects; that of the sources unless told.")
    private Path resources;

    @Option(names = "--class", paramLabel = "NAME", description = {
        "The class's name, of a single object. Otherwise it comes from the file's name: flow_count.bpf.o makes "
            + "FlowCountBpf."})
    private String className;

    @Option(names = "--type", paramLabel = "[OBJ:]TYPE", description = {
        "A C type that no map or variable is of, as that of a ring buffer's records: of all objects that have it, or "
            + "of the one that is called OBJ (up to the first dot)."})
    private List<String> types = List.of();

    GenJavaCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (className != null && files.size() > 1) {
            throw new ParameterException(spec.commandLine(),
                    "--class is the name of one class, and these are %d objects.".formatted(files.size()));
        }
        Map<Path, Path> writers = new LinkedHashMap<>();
        for (Path file : files) {
            JavaBindings bindings = bindings(file, InputFile.object(file));
            Path source = sources.resolve(bindings.sourcePath());
            Path before = writers.putIfAbsent(source, file);
            if (before != null) {
                throw new FailureException(file, Failure.of(new IOException(
                        "its class is %s, as that of %s; give them different packages".formatted(source, before)),
                        Optional.empty()));
            }
            Path object = (resources == null ? sources : resources).resolve(bindings.resourcePath());
            try {
                write(source, bindings.source().getBytes(StandardCharsets.UTF_8));
                write(object, Files.readAllBytes(file));
            } catch (IOException e) {
                throw new FailureException(source, Failure.of(e, Optional.empty()));
            }
            console.out().println(source);
        }
        return ExitStatus.DONE;
    }

    private JavaBindings bindings(Path file, BpfObject object) {
        try {
            JavaBindings bindings = JavaBindings.of(object, file.getFileName().toString(), packageName);
            bindings = className == null ? bindings : bindings.withClassName(className);
            for (String type : types) {
                int colon = type.indexOf(':');
                if (colon < 0 ? files.size() == 1 || bindings.hasType(type)
                        : type.substring(0, colon).equals(stem(file))) {
                    bindings = bindings.withType(type.substring(colon + 1));
                }
            }
            return bindings;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
    }

    private static String stem(Path file) {
        return file.getFileName().toString().split("\\.", 2)[0];
    }

    /** A file that is the same keeps its time: builds need not compile it again. */
    private static void write(Path file, byte[] content) throws IOException {
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, content);
        }
    }
}
