package bpf4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.RuntimeInvisibleAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What one class file refers to, from its constant pool: code, descriptors, generic signatures and annotations alike.
 *
 * @param name binary name
 * @param projectClasses binary names of the classes of this project
 * @param methods methods that are called, or named by a method reference
 * @param reflects whether it mentions {@code java.lang.reflect} or calls {@code Class.forName}
 */
record ClassReferences(String name, Set<String> projectClasses, Set<MethodReference> methods, boolean reflects) {

    /** A method, its owner by internal name. */
    record MethodReference(String owner, String name, String descriptor) {
    }

    private static final Pattern PROJECT_CLASS = Pattern.compile("bpf4j/(?:[a-z]+/)*[A-Z][\\w$]*");
    private static final String RESTRICTED = "Ljdk/internal/javac/Restricted;";

    static String packageOf(String className) {
        return className.substring(0, className.lastIndexOf('.'));
    }

    String packageName() {
        return packageOf(name);
    }

    String topLevelName() {
        int dollar = name.indexOf('$');
        return dollar < 0 ? name : name.substring(0, dollar);
    }

    /** The classes in the folder or jar that {@code anchor} was loaded from, without module-info and package-info. */
    static List<ClassReferences> besides(Class<?> anchor) throws IOException {
        Path location;
        try {
            location = Path.of(anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
        if (Files.isDirectory(location)) {
            return below(location);
        }
        try (FileSystem jar = FileSystems.newFileSystem(location)) {
            return below(jar.getPath("/"));
        }
    }

    /** What the JDK marks as needing native access in {@code java.lang} and {@code java.lang.foreign}. */
    static Set<MethodReference> restrictedMethodsOfTheJdk() throws IOException {
        Set<MethodReference> restricted = new HashSet<>();
        for (String folder : List.of("java/lang", "java/lang/foreign")) {
            Path path = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules/java.base", folder);
            try (Stream<Path> files = Files.list(path)) {
                files.filter(file -> file.toString().endsWith(".class")).map(ClassReferences::parse).forEach(
                        model -> model.methods().stream().filter(ClassReferences::isRestricted).forEach(
                                method -> restricted.add(new MethodReference(model.thisClass().asInternalName(),
                                        method.methodName().stringValue(), method.methodType().stringValue()))));
            }
        }
        return restricted;
    }

    private static boolean isRestricted(MethodModel method) {
        return annotations(method).anyMatch(annotation -> annotation.className().equalsString(RESTRICTED));
    }

    private static Stream<Annotation> annotations(AttributedElement element) {
        return Stream.concat(
                element.findAttribute(Attributes.runtimeVisibleAnnotations())
                        .map(RuntimeVisibleAnnotationsAttribute::annotations).orElse(List.of()).stream(),
                element.findAttribute(Attributes.runtimeInvisibleAnnotations())
                        .map(RuntimeInvisibleAnnotationsAttribute::annotations).orElse(List.of()).stream());
    }

    private static List<ClassReferences> below(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.toString().endsWith("-info.class"))
                    .map(file -> of(parse(file)))
                    .toList();
        }
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassReferences of(ClassModel model) {
        Set<String> projectClasses = new TreeSet<>();
        Set<MethodReference> methods = new HashSet<>();
        boolean reflects = false;
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof Utf8Entry text) {
                Matcher matcher = PROJECT_CLASS.matcher(text.stringValue());
                while (matcher.find()) {
                    projectClasses.add(matcher.group().replace('/', '.'));
                }
                reflects |= text.stringValue().contains("java/lang/reflect/");
            } else if (entry instanceof MemberRefEntry member) {
                MethodReference method = new MethodReference(member.owner().asInternalName(),
                        member.name().stringValue(), member.type().stringValue());
                methods.add(method);
                reflects |= method.owner().equals("java/lang/Class") && method.name().equals("forName");
            }
        }
        String name = model.thisClass().asInternalName().replace('/', '.');
        return new ClassReferences(name, projectClasses, methods, reflects);
    }
}
