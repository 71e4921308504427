package bpf4j.gen;

import static bpf4j.object.MapType.*;

import bpf4j.btf.Btf;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.object.ProgramSpec;
import bpf4j.object.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes the class of an object. */
final class ObjectWriter {

    private static final String[] IMPORTS = {"bpf4j.elf.ElfFile", "bpf4j.kernel.GlobalVariable",
        "bpf4j.kernel.LoadOptions", "bpf4j.kernel.LoadedMap", "bpf4j.kernel.LoadedObject",
        "bpf4j.kernel.LoadedProgram", "bpf4j.kernel.LoadedStructOps", "bpf4j.link.Links", "bpf4j.map.BloomFilter",
        "bpf4j.map.BpfMap", "bpf4j.map.BpfQueue", "bpf4j.map.CgroupArray", "bpf4j.map.Codec",
        "bpf4j.map.IntegerPlace", "bpf4j.map.LocalStorage", "bpf4j.map.MapOfMaps", "bpf4j.map.PerCpuMap",
        "bpf4j.map.ProgramArray", "bpf4j.map.SocketMap", "bpf4j.object.BpfObject", "bpf4j.object.LayoutCheck",
        "java.io.IOException", "java.io.InputStream", "java.io.UncheckedIOException",
        "java.lang.foreign.MemorySegment", "java.lang.foreign.ValueLayout", "java.util.Arrays", "java.util.List",
        "java.util.Objects"};

    /** {@return the simple names that a source may import, or knows without it: no class of its own can have them} */
    static String[] takenNames() {
        return Stream.concat(Arrays.stream(IMPORTS).map(each -> each.substring(each.lastIndexOf('.') + 1)),
                Stream.of("AutoCloseable", "Boolean", "Bundled", "Byte", "Double", "Error", "Float", "Form",
                        "IllegalStateException", "Integer", "Long", "Object", "Override", "RuntimeException", "Short",
                        "String", "Unloaded")).toArray(String[]::new);
    }

    /** A member of the class: what it is called, its Java type and how it is made when the object is loaded. */
    private record Member(String javaName, String cName, String type, String maker, String doc) {
    }

    private final BpfObject object;
    private final String fileName;
    private final String packageName;
    private final String className;
    private final BoundTypes types;
    private final List<MapSpec> maps;
    private final Map<Variable, String> variables = new LinkedHashMap<>();
    private final JavaNames names = new JavaNames("open", "load", "close", "object", "attachAll", "bundled", "check",
            "loaded");
    private final JavaText out = new JavaText();

    /** {@code types} is null if the object has no BTF. */
    ObjectWriter(BpfObject object, String fileName, String packageName, String className, BoundTypes types,
            List<MapSpec> maps, List<Variable> variables) {
        this.object = object;
        this.fileName = fileName;
        this.packageName = packageName;
        this.className = className;
        this.types = types;
        this.maps = maps;
        variables.forEach(variable -> this.variables.put(variable, names.member(variable.name())));
    }

    String write() {
        List<Member> members = new ArrayList<>();
        for (ProgramSpec program : object.programs()) {
            members.add(new Member(names.member(program.name()), program.name(), "LoadedProgram",
                    "loaded.program(%s)", "the program %s of section %s".formatted(JavaText.code(program.name()),
                    JavaText.code(program.section()))));
        }
        maps.forEach(map -> members.add(map(map)));
        object.structOps().forEach(map -> members.add(new Member(names.member(map.name()), map.name(),
                "LoadedStructOps", "loaded.structOps(%s)", "the struct_ops map " + JavaText.code(map.name()))));
        head();
        fields(members);
        reading();
        loading();
        members.forEach(this::accessor);
        variables.forEach(this::variable);
        out.blank().doc("Removes what was loaded, unless it is pinned or attached by a link that stays.");
        out.line("@Override").line("public void close() {").line("loaded.close();").line("}");
        unloaded();
        if (types != null) {
            for (BoundTypes.Composite type : types.composites()) {
                out.blank();
                new CompositeWriter(out, types, type, className).write();
            }
            for (BoundTypes.Enumeration type : types.enumerations()) {
                out.blank();
                EnumerationWriter.write(out, type);
            }
        }
        out.line("}");
        return imports() + out;
    }

    /** Only what is used is imported. */
    private String imports() {
        JavaText text = new JavaText();
        text.line("// Generated from %s by bpf4j. Changes belong into its source.", fileName);
        text.line("package %s;", packageName).blank();
        String code = out.toString();
        for (String each : IMPORTS) {
            if (code.matches("(?s).*\\b" + each.substring(each.lastIndexOf('.') + 1) + "\\b.*")) {
                text.line("import %s;", each);
            }
        }
        return text.blank().toString();
    }

    private void head() {
        out.doc("The object %s, loaded: its programs, maps and variables. Close it to unload. For one thread, but for"
                .formatted(JavaText.code(fileName)) + " what the classes of its members say.");
        out.line("public final class %s implements AutoCloseable {", className);
    }

    private void fields(List<Member> members) {
        out.blank().line("private final LoadedObject loaded;");
        members.forEach(member -> out.line("private final %s %s;", member.type(), member.javaName()));
        variables.forEach((_, name) -> out.line("private final GlobalVariable %s;", name));
        out.blank().line("private %s(LoadedObject loaded) {", className).line("this.loaded = loaded;");
        members.forEach(member -> out.line("this.%s = %s;", member.javaName(),
                member.maker().formatted(JavaText.quote(member.cName()))));
        variables.forEach((variable, name) -> out.line("this.%s = loaded.variable(%s);", name,
                JavaText.quote(variable.name())));
        out.line("}");
    }

    private void reading() {
        out.blank().line("private static final class Bundled {");
        out.blank().line("private static final BpfObject OBJECT = read();").blank();
        out.line("private static BpfObject read() {");
        out.line("try (InputStream in = %s.class.getResourceAsStream(%s)) {", className, JavaText.quote(fileName));
        out.line("if (in == null) {");
        out.line("throw new IllegalStateException(%s);",
                JavaText.quote(fileName + " is not beside " + className + ".class"));
        out.line("}");
        out.line("return BpfObject.parse(ElfFile.parse(MemorySegment.ofArray(in.readAllBytes()), %s));",
                JavaText.quote(fileName));
        out.line("} catch (IOException e) {").line("throw new UncheckedIOException(e);").line("}").line("}").line("}");
        out.blank().doc("{@return the object as it was compiled, from the resource beside this class}");
        out.line("public static BpfObject bundled() {").line("return Bundled.OBJECT;").line("}");
    }

    private void loading() {
        out.blank().doc("{@return the object before it is loaded: its variables can be given other first values}");
        out.line("public static Unloaded open() {").line("return new Unloaded(bundled());").line("}");
        out.blank().doc("Takes another build of the object, or one with changed maps or programs.",
                "@param object the object", "@return the object before it is loaded",
                "@throws bpf4j.object.ObjectFormatException if a C type is not as this class was made for");
        out.line("public static Unloaded open(BpfObject object) {");
        if (types != null) {
            types.composites().forEach(type -> out.line("%s.check(object);", type.javaName()));
        }
        out.line("return new Unloaded(object);").line("}");
        out.blank().doc("{@return the object, loaded as it was compiled}",
                "@throws bpf4j.kernel.KernelException if the kernel refuses it");
        out.line("public static %s load() {", className).line("return open().load();").line("}");
        out.blank().doc("{@return what this class gives names to}");
        out.line("public LoadedObject object() {").line("return loaded;").line("}");
        out.blank().doc("Attaches the programs whose sections say where to, and registers struct_ops.",
                "@return the links, to be closed by the caller",
                "@throws bpf4j.kernel.KernelException if one cannot be attached; then none is");
        out.line("public Links attachAll() {").line("return loaded.attachAll();").line("}");
    }

    private void accessor(Member member) {
        out.blank().doc("{@return %s}".formatted(member.doc()));
        out.line("public %s %s() {", member.type(), member.javaName()).line("return %s;", member.javaName()).line("}");
    }

    private Member map(MapSpec map) {
        String name = names.member(map.name());
        MapType type = MapType.of(map.type()).orElse(BPF_MAP_TYPE_UNSPEC);
        String key = codec(map.keyTypeId(), map.keySize());
        String value = codec(map.valueTypeId(), map.valueSize());
        String keyJava = boxed(map.keyTypeId(), map.keySize());
        String valueJava = boxed(map.valueTypeId(), map.valueSize());
        String own = switch (type) {
            case BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_LPM_TRIE,
                    BPF_MAP_TYPE_STACK_TRACE, BPF_MAP_TYPE_DEVMAP, BPF_MAP_TYPE_DEVMAP_HASH, BPF_MAP_TYPE_CPUMAP ->
                "BpfMap<%3$s, %4$s>|BpfMap.of(%%s, %1$s, %2$s)";
            case BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_PERCPU_ARRAY, BPF_MAP_TYPE_LRU_PERCPU_HASH ->
                "PerCpuMap<%3$s, %4$s>|PerCpuMap.of(%%s, %1$s, %2$s)";
            case BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK -> "BpfQueue<%4$s>|BpfQueue.of(%%s, %2$s)";
            case BPF_MAP_TYPE_BLOOM_FILTER -> "BloomFilter<%4$s>|BloomFilter.of(%%s, %2$s)";
            case BPF_MAP_TYPE_ARRAY_OF_MAPS, BPF_MAP_TYPE_HASH_OF_MAPS -> "MapOfMaps<%3$s>|MapOfMaps.of(%%s, %1$s)";
            case BPF_MAP_TYPE_PROG_ARRAY -> "ProgramArray|ProgramArray.of(%%s)";
            case BPF_MAP_TYPE_SOCKMAP, BPF_MAP_TYPE_SOCKHASH, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, BPF_MAP_TYPE_XSKMAP ->
                "SocketMap<%3$s>|SocketMap.of(%%s, %1$s)";
            case BPF_MAP_TYPE_CGROUP_ARRAY -> "CgroupArray|CgroupArray.of(%%s)";
            case BPF_MAP_TYPE_SK_STORAGE, BPF_MAP_TYPE_TASK_STORAGE, BPF_MAP_TYPE_INODE_STORAGE,
                    BPF_MAP_TYPE_CGRP_STORAGE -> "LocalStorage<%4$s>|LocalStorage.of(%%s, %2$s)";
            default -> "LoadedMap|%%s";
        };
        String[] parts = own.formatted(key, value, keyJava, valueJava).split("\\|");
        boolean creatable = map.create();
        return new Member(name, map.name(), creatable ? parts[0] : "LoadedMap",
                (creatable ? parts[1] : "%s").formatted("loaded.map(%s)"),
                "the map %s, a %s".formatted(JavaText.code(map.name()), JavaText.code(MapType.nameOf(map.type()))));
    }

    /** A type that is no value in Java, or none at all, is so many bytes. */
    private boolean hasValue(int typeId, int sizeBytes) {
        if (typeId == 0 || types == null) {
            return false;
        }
        Shape shape = shape(typeId);
        return shape.sizeBytes() == sizeBytes && types.hasValue(shape)
                && !(shape instanceof Shape.Scalar scalar && scalar.kind().codec.isEmpty());
    }

    private Shape shape(int typeId) {
        Btf btf = object.btf().orElseThrow();
        return Shape.of(btf, typeId);
    }

    private String codec(int typeId, int sizeBytes) {
        return hasValue(typeId, sizeBytes) ? CompositeWriter.codec(shape(typeId), types)
                : "Codec.bytes(%d)".formatted(sizeBytes);
    }

    private String boxed(int typeId, int sizeBytes) {
        return hasValue(typeId, sizeBytes) ? CompositeWriter.boxed(shape(typeId), types) : "byte[]";
    }

    private void variable(Variable variable, String name) {
        String declaration = JavaText.code(variable.declaration());
        Shape shape = shape(variable.typeId());
        String java = javaOf(variable, shape);
        if (java == null) {
            out.blank().doc("{@return the memory of the variable %s, while this is open}".formatted(declaration));
            out.line("public MemorySegment %s() {", name).line("return %s.memory();", name).line("}");
            return;
        }
        out.blank().doc("{@return the variable %s}".formatted(declaration));
        out.line("public %s %s() {", java, name).line("return %s;", switch (java) {
            case "boolean" -> name + ".getBoolean()";
            case "String" -> name + ".getString()";
            case "long" -> name + ".getLong()";
            case "int" -> "(int) " + name + ".getLong()";
            default -> "(%s) %s.getLong()".formatted(java, name);
        }).line("}");
        if (!variable.readOnly()) {
            out.blank().doc("Changes the variable %s.".formatted(declaration), "@param value the new value");
            out.line("public void %s(%s value) {", name, java)
                    .line("this.%s.set(%s);", name, argument(variable, java)).line("}");
        }
    }

    /** {@return the Java type of a variable that has one, or null} */
    private static String javaOf(Variable variable, Shape shape) {
        if (shape instanceof Shape.Text) {
            return "String";
        }
        return shape instanceof Shape.Scalar scalar && variable.isNumber() ? scalar.kind().java : null;
    }

    private static String argument(Variable variable, String java) {
        return java.equals("int") && variable.sizeBytes() == Integer.BYTES && !variable.isSigned()
                ? "Integer.toUnsignedLong(value)" : "value";
    }

    private void unloaded() {
        out.blank().doc("The object before it is loaded. Immutable.");
        out.line("public static final class Unloaded {");
        out.blank().line("private final BpfObject object;");
        out.blank().line("private Unloaded(BpfObject object) {").line("this.object = object;").line("}");
        variables.forEach((variable, name) -> {
            String java = javaOf(variable, shape(variable.typeId()));
            if (!variable.section().startsWith(".arena")) {
                out.blank().doc("Changes the first value of %s.".formatted(JavaText.code(variable.declaration())),
                        "@param value " + (java == null ? "the bytes of the value" : "the value"), "@return a copy");
                out.line("public Unloaded %s(%s value) {", name, java == null ? "MemorySegment" : java);
                out.line("return new Unloaded(object.withVariable(%s, %s));", JavaText.quote(variable.name()),
                        java == null ? "value" : argument(variable, java)).line("}");
            }
        });
        out.blank().doc("{@return the object}").line("public BpfObject object() {").line("return object;").line("}");
        out.blank().doc("Loads it into the running kernel.", "@return the loaded object, to be closed by the caller",
                "@throws bpf4j.kernel.KernelException if the kernel refuses it");
        out.line("public %s load() {", className).line("return named(object.load());").line("}");
        out.blank().doc("Loads it into the running kernel.", "@param options how",
                "@return the loaded object, to be closed by the caller",
                "@throws bpf4j.kernel.KernelException if the kernel refuses it");
        out.line("public %s load(LoadOptions options) {", className).line("return named(object.load(options));")
                .line("}");
        out.blank().line("private static %s named(LoadedObject loaded) {", className).line("try {");
        out.line("return new %s(loaded);", className);
        out.line("} catch (RuntimeException | Error e) {").line("loaded.close();").line("throw e;").line("}").line("}");
        out.line("}");
    }
}
