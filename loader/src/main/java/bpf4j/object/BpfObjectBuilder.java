package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.insn.AssemblyException;
import bpf4j.insn.Code;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Makes an object of assembled code, for tools that generate programs without a compiler. What the code refers to by
 * name has to be there when it is built: maps and subprograms of the object; kernel functions and symbols are looked up
 * when it is loaded. The verifier's refusals name instruction and function as with compiled objects, and the line of
 * source where {@link bpf4j.insn.Assembler#source(String)} gives one.
 *
 * {@snippet :
 * BpfObject object = BpfObject.builder("counter")
 *         .license("GPL")
 *         .map(MapSpec.of("packets", MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 1))
 *         .program("count", "socket", code)
 *         .build();
 * }
 *
 * <p>Not thread-safe.
 */
public final class BpfObjectBuilder {

    /** What a program's kernel name and a function's name in BTF may be. */
    static final String IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*";

    private final String name;
    private final List<FunctionLinker.Declared> functions = new ArrayList<>();
    private final List<MapSpec> maps = new ArrayList<>();
    private final List<SectionDefinition> sections = new ArrayList<>();
    private final BuiltVariables variables;
    private final Set<String> weak = new LinkedHashSet<>();
    private String license = "";
    private ByteOrder order = ByteOrder.nativeOrder();
    private Optional<Btf> types = Optional.empty();

    BpfObjectBuilder(String name) {
        this.name = Objects.requireNonNull(name);
        this.variables = new BuiltVariables(name);
    }

    /**
     * Sets the license, {@code "GPL"} for programs that call GPL-only helpers or any kernel function.
     *
     * @param text the license
     * @return this
     */
    public BpfObjectBuilder license(String text) {
        license = Objects.requireNonNull(text);
        return this;
    }

    /**
     * Sets the byte order of the machine that the object is for; without it, it is for this one.
     *
     * @param byteOrder the byte order
     * @return this
     */
    public BpfObjectBuilder order(ByteOrder byteOrder) {
        order = Objects.requireNonNull(byteOrder);
        return this;
    }

    /**
     * Adds types: of keys and values, of sections of variables, and of functions, which otherwise get a type of their
     * own.
     *
     * @param btf the types, of the object's byte order
     * @return this
     */
    public BpfObjectBuilder types(Btf btf) {
        types = Optional.of(btf);
        return this;
    }

    /**
     * Adds a map.
     *
     * @param map a map with a name that no other has
     * @return this
     * @throws IllegalArgumentException if there is one of that name
     */
    public BpfObjectBuilder map(MapSpec map) {
        addMap(map, maps);
        return this;
    }

    /**
     * Adds a global number, which is 0 unless {@link BpfObject#withVariable(String, long)} changes it.
     *
     * @param section the section of data that it stands in: {@code .bss} or {@code .data}, {@code .rodata} for a
     *     constant, or one of these with a dot and more, which has a map of its own
     * @param variableName its name, a C identifier that no other variable of the section has
     * @param type its type, for instance {@code new BtfType.Int("unsigned long long", 8, 0, 0, 64)}
     * @return this
     * @throws IllegalArgumentException if a name cannot be taken
     */
    public BpfObjectBuilder variable(String section, String variableName, BtfType.Int type) {
        variables.add(section, variableName, Objects.requireNonNull(type));
        return this;
    }

    /**
     * Adds a global variable, which is all zeros unless {@link BpfObject#withVariable(String, byte[])} changes it.
     *
     * @param section as for {@link #variable(String, String, BtfType.Int)}
     * @param variableName its name, a C identifier that no other variable of the section has
     * @param typeId its type, one with a size among the {@linkplain #types types}
     * @return this
     * @throws IllegalArgumentException if a name cannot be taken
     */
    public BpfObjectBuilder variable(String section, String variableName, int typeId) {
        variables.add(section, variableName, typeId);
        return this;
    }

    /**
     * Says that the kernel may lack a function, symbol or variable that the code refers to. Its address is 0 then, and
     * a call of it is refused unless the verifier finds that it is never reached.
     *
     * @param kernelName the name
     * @return this
     */
    public BpfObjectBuilder weak(String kernelName) {
        weak.add(Objects.requireNonNull(kernelName));
        return this;
    }

    /**
     * Adds a section name of the caller's own, for programs that are added later.
     *
     * @param definition what the section means; of several of one name the first counts
     * @return this
     */
    public BpfObjectBuilder section(SectionDefinition definition) {
        sections.add(Objects.requireNonNull(definition));
        return this;
    }

    /**
     * Adds a program that is what a section name says, for instance {@code xdp} or {@code tp/sched/sched_switch}.
     *
     * @param programName its name, a C identifier that no other function has
     * @param section one of {@link SectionDefinitions} or of the caller's {@linkplain #section own}, with its target
     * @param code its code; what the code calls by label becomes subprograms of these names
     * @return this
     * @throws IllegalArgumentException if the section name says no program type, or a name cannot be taken
     */
    public BpfObjectBuilder program(String programName, String section, Code code) {
        String known = section.startsWith("?") ? section.substring(1) : section;
        if (SectionDefinitions.find(known, sections).isEmpty()) {
            throw new IllegalArgumentException("%s: program '%s': section name '%s' says no program type"
                    .formatted(name, programName, section));
        }
        return add(programName, section, Optional.empty(), code);
    }

    /**
     * Adds a program of a type that has no section name, or needs none of what section names say. Its section is named
     * as the type.
     *
     * @param programName its name, a C identifier that no other function has
     * @param type the program type; {@link ProgramSpec#withType} adds an attach type
     * @param code its code; what the code calls by label becomes subprograms of these names
     * @return this
     * @throws IllegalArgumentException if a name cannot be taken
     */
    public BpfObjectBuilder program(String programName, ProgramType type, Code code) {
        return add(programName, type.name(), Optional.of(type), code);
    }

    /**
     * Adds a subprogram that programs and other subprograms call by name. The verifier checks it with each call.
     *
     * @param functionName its name, a C identifier that no other function has
     * @param code its code; what the code calls by label becomes subprograms of these names
     * @return this
     * @throws IllegalArgumentException if a name cannot be taken
     */
    public BpfObjectBuilder subprogram(String functionName, Code code) {
        return add(functionName, ObjectElf.TEXT, Optional.empty(), code);
    }

    /**
     * Resolves the names.
     *
     * @return the object
     * @throws AssemblyException if an instruction refers to a map, variable or function that is not there, or calls
     *     into the middle of a function
     * @throws IllegalArgumentException if the types are of another byte order, a variable has none of them, a map has
     *     the name of a section's map, or nothing refers to what is said to be weak
     */
    public BpfObject build() {
        if (types.isPresent() && types.get().order() != order) {
            throw new IllegalArgumentException("%s: the types are of byte order %s and the object is of %s"
                    .formatted(name, types.get().order(), order));
        }
        BtfBuilder described = types.map(BtfBuilder::copyOf).orElseGet(BtfBuilder::new);
        BuiltVariables.Placed placed = variables.place(described, types);
        List<MapSpec> allMaps = new ArrayList<>(maps);
        placed.maps().forEach(map -> addMap(map, allMaps));
        SymbolLinker symbols = new SymbolLinker(name, allMaps, placed.places(), List.of(), weak);
        List<BpfFunction> linked = new BuiltFunctions(described, types)
                .describe(new FunctionLinker(functions, symbols).link(), functions);
        List<String> externs = symbols.externs().stream().map(Extern::name).toList();
        weak.stream().filter(extern -> !externs.contains(extern)).findFirst().ifPresent(extern -> {
            throw new IllegalArgumentException("%s: '%s' is said to be weak, and nothing refers to it"
                    .formatted(name, extern));
        });
        boolean unchanged = described.nextId() == types.map(Btf::typeCount).orElse(1);
        return new BpfObject(name, order, license, OptionalInt.empty(),
                unchanged ? types : Optional.of(described.build(order, name + ": .BTF")), Optional.empty(), linked,
                programs(linked), allMaps, symbols.externs());
    }

    private List<ProgramSpec> programs(List<BpfFunction> linked) {
        List<ProgramSpec> programs = new ArrayList<>();
        for (int i = 0; i < linked.size(); i++) {
            BpfFunction function = linked.get(i);
            if (!function.isSubprogram()) {
                programs.add(functions.get(i).type()
                        .map(type -> new ProgramSpec(function, Optional.empty(), type, Optional.empty(),
                                Optional.empty(), true))
                        .orElseGet(() -> ObjectReader.program(function, sections)));
            }
        }
        return programs;
    }

    private void addMap(MapSpec map, List<MapSpec> all) {
        if (all.stream().anyMatch(m -> m.name().equals(map.name()))) {
            throw new IllegalArgumentException(name + ": there are two maps '" + map.name() + "'");
        }
        all.add(map);
    }

    private BpfObjectBuilder add(String functionName, String section, Optional<ProgramType> type, Code code) {
        List<FunctionLinker.Declared> added = new ArrayList<>();
        for (Code.Part part : code.parts()) {
            boolean entry = part.insnIndex() == 0;
            added.add(new FunctionLinker.Declared(entry ? functionName : part.label(), entry ? section : ObjectElf.TEXT,
                    entry ? type : Optional.empty(), functionName, code, part));
        }
        for (FunctionLinker.Declared function : added) {
            if (!function.name().matches(IDENTIFIER)) {
                throw new IllegalArgumentException("%s: function '%s': the name is no C identifier"
                        .formatted(name, function.name()));
            }
            if (functions.stream().anyMatch(f -> f.name().equals(function.name()))
                    || added.stream().anyMatch(f -> f != function && f.name().equals(function.name()))) {
                throw new IllegalArgumentException("%s: there are two functions '%s'".formatted(name, function.name()));
            }
        }
        functions.addAll(added);
        return this;
    }
}
