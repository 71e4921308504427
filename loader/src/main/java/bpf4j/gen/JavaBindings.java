package bpf4j.gen;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.object.Variable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Java bindings of an object: the source of one class, whose members are the object's programs, maps, variables and
 * struct_ops, and whose nested classes are the C types of keys, values, variables and events. Those have the offsets
 * and sizes of the object's BTF and check them against the object when they are initialized. What {@code bpftool gen
 * skeleton} does for C. Immutable.
 *
 * <p>A type is bound if a map, a variable or a {@link #withType named type} is of it, or has it inside; also if a
 * global variable is a pointer to a const struct of it, which is how a source keeps the type of its events in the BTF:
 * {@code const struct event *unused;}.
 */
public final class JavaBindings {

    private static final Pattern PACKAGE = Pattern.compile("[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)*");
    private static final Pattern CLASS = Pattern.compile("[A-Za-z_$][\\w$]*");

    /** Of types that share a name the first is meant. */
    private static final List<BtfKind> KINDS = List.of(BtfKind.BTF_KIND_STRUCT, BtfKind.BTF_KIND_TYPEDEF,
            BtfKind.BTF_KIND_UNION, BtfKind.BTF_KIND_ENUM, BtfKind.BTF_KIND_ENUM64);

    private final BpfObject object;
    private final String fileName;
    private final String packageName;
    private final String className;
    private final List<String> typeNames;

    private JavaBindings(BpfObject object, String fileName, String packageName, String className,
            List<String> typeNames) {
        this.object = object;
        this.fileName = fileName;
        this.packageName = packageName;
        this.className = className;
        this.typeNames = typeNames;
    }

    /**
     * Begins bindings of an object.
     *
     * @param object the object
     * @param fileName the name of the object's file, by which the generated class finds it as a resource beside itself;
     *     it also gives the class its name, as a skeleton's: {@code flow_count.bpf.o} becomes {@code FlowCountBpf}
     * @param packageName the Java package
     * @return the bindings
     * @throws IllegalArgumentException if that is no name of a package
     */
    public static JavaBindings of(BpfObject object, String fileName, String packageName) {
        if (!PACKAGE.matcher(packageName).matches()) {
            throw new IllegalArgumentException("'%s' is no name of a Java package".formatted(packageName));
        }
        String stem = fileName.endsWith(".o") ? fileName.substring(0, fileName.length() - 2) : fileName;
        return new JavaBindings(object, fileName, packageName, new JavaNames(ObjectWriter.takenNames()).type(stem),
                List.of());
    }

    /**
     * Changes the name of the class.
     *
     * @param name its simple name
     * @return a copy
     * @throws IllegalArgumentException if that is no name of a class
     */
    public JavaBindings withClassName(String name) {
        if (!CLASS.matcher(name).matches()) {
            throw new IllegalArgumentException("'%s' is no name of a Java class".formatted(name));
        }
        return new JavaBindings(object, fileName, packageName, name, typeNames);
    }

    /**
     * Adds a type that no map and no variable is of, as the records of a ring buffer.
     *
     * @param name a struct, union, typedef or enumeration of the object's BTF; {@code struct} may stand before it
     * @return a copy
     * @throws NoSuchElementException if the object has no type of this name
     */
    public JavaBindings withType(String name) {
        named(name);
        return new JavaBindings(object, fileName, packageName, className,
                Stream.concat(typeNames.stream(), Stream.of(name)).toList());
    }

    /**
     * Tells whether {@link #withType} would find a type.
     *
     * @param name the type's name
     * @return whether the object's BTF has it
     */
    public boolean hasType(String name) {
        return find(name).isPresent();
    }

    /** {@return where the source belongs, below a root of sources} */
    public Path sourcePath() {
        return Path.of(packageName.replace('.', '/'), className + ".java");
    }

    /** {@return where the object's file belongs, below a root of resources} */
    public Path resourcePath() {
        return Path.of(packageName.replace('.', '/'), fileName);
    }

    /**
     * Writes the source.
     *
     * @return the text of a Java file, for Java 22 or newer
     */
    public String source() {
        List<Variable> variables = variables();
        JavaNames names = new JavaNames(ObjectWriter.takenNames());
        names.verbatim(className);
        Btf btf = object.btf().orElse(null);
        BoundTypes types = btf == null ? null : new BoundTypes(btf, names);
        if (types != null) {
            for (MapSpec map : maps()) {
                if (map.keyTypeId() != 0) {
                    types.add(map.keyTypeId(), "key " + map.name(), map.name() + "_key");
                }
                if (map.valueTypeId() != 0) {
                    types.add(map.valueTypeId(), "value " + map.name(), map.name() + "_value");
                }
            }
            variables.forEach(v -> types.add(eventType(btf, v.typeId()), "variable " + v.name(), v.name() + "_type"));
            typeNames.forEach(name -> types.add(named(name), "struct " + name, name));
        }
        return new ObjectWriter(object, fileName, packageName, className, types, maps(), variables).write();
    }

    /** Of a pointer to a const struct that struct, of others the type itself. */
    private static int eventType(Btf btf, int typeId) {
        return btf.stripped(typeId) instanceof BtfType.Ptr pointer
                && btf.type(pointer.typeId()) instanceof BtfType.Const target
                && btf.stripped(target.typeId()) instanceof BtfType.Composite ? target.typeId() : typeId;
    }

    /** The maps that the source declares: not those of sections of variables, nor struct_ops. */
    private List<MapSpec> maps() {
        Set<String> sections = new HashSet<>();
        object.variables().forEach(variable -> sections.add(variable.map()));
        object.structOps().forEach(map -> sections.add(map.name()));
        return object.maps().stream().filter(map -> !sections.contains(map.name()) && !map.name().startsWith("."))
                .toList();
    }

    /** Those with a name of their own. */
    private List<Variable> variables() {
        List<Variable> all = new ArrayList<>(object.variables());
        Predicate<Variable> alone = v -> all.stream().filter(other -> other.name().equals(v.name())).count() == 1;
        Set<String> structOps = new HashSet<>();
        object.structOps().forEach(map -> structOps.add(map.name()));
        return all.stream().filter(v -> !structOps.contains(v.name())).filter(alone).toList();
    }

    private int named(String name) {
        return find(name).orElseThrow(() -> new NoSuchElementException(
                "%s: has no type '%s'; one that nothing refers to is not in its BTF".formatted(object.name(), name)));
    }

    private OptionalInt find(String name) {
        String plain = name.replaceFirst("^(struct|union|enum) ", "");
        return object.btf().isEmpty() ? OptionalInt.empty() : KINDS.stream()
                .map(kind -> object.btf().get().find(plain, kind)).filter(OptionalInt::isPresent).findFirst()
                .orElse(OptionalInt.empty());
    }
}
