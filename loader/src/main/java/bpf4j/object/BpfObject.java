package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfExt;
import bpf4j.btf.BtfFormatException;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.insn.AssemblyException;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadOptions;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.Loader;
import bpf4j.reloc.RelocationException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What a BPF object file declares, or {@linkplain #builder a builder} was given: programs, subprograms, maps, externs
 * and types. Reading is deterministic and asks no kernel. Immutable and thread-safe; the {@code with} methods make
 * changed copies that share everything else.
 */
public final class BpfObject {

    private final String name;
    private final ByteOrder order;
    private final String license;
    private final OptionalInt kernelVersion;
    private final Optional<Btf> btf;
    private final Optional<BtfExt> btfExt;
    private final List<BpfFunction> functions;
    private final List<ProgramSpec> programs;
    private final List<MapSpec> maps;
    private final List<Extern> externs;

    BpfObject(String name, ByteOrder order, String license, OptionalInt kernelVersion, Optional<Btf> btf,
            Optional<BtfExt> btfExt, List<BpfFunction> functions, List<ProgramSpec> programs, List<MapSpec> maps,
            List<Extern> externs) {
        this.name = name;
        this.order = order;
        this.license = license;
        this.kernelVersion = kernelVersion;
        this.btf = btf;
        this.btfExt = btfExt;
        this.functions = List.copyOf(functions);
        this.programs = List.copyOf(programs);
        this.maps = List.copyOf(maps);
        this.externs = List.copyOf(externs);
    }

    /**
     * Reads an object file.
     *
     * @param path the file
     * @return the spec
     * @throws IOException if the file cannot be read
     * @throws ElfFormatException if it is no ELF file for BPF
     * @throws BtfFormatException if its BTF is malformed
     * @throws ObjectFormatException if it declares something that makes no sense
     */
    public static BpfObject read(Path path) throws IOException {
        return read(path, List.of());
    }

    /**
     * Reads an object file, with section names of the caller's own.
     *
     * @param path the file
     * @param sections what sections mean, before and besides {@link SectionDefinitions}
     * @return the spec
     * @throws IOException if the file cannot be read
     * @throws ElfFormatException if it is no ELF file for BPF
     * @throws BtfFormatException if its BTF is malformed
     * @throws ObjectFormatException if it declares something that makes no sense
     */
    public static BpfObject read(Path path, List<SectionDefinition> sections) throws IOException {
        return parse(ElfFile.read(path), sections);
    }

    /**
     * Reads an object in memory.
     *
     * @param elf the file; its name up to the first dot becomes the object's name
     * @return the spec
     * @throws ElfFormatException if it is no ELF file for BPF
     * @throws BtfFormatException if its BTF is malformed
     * @throws ObjectFormatException if it declares something that makes no sense
     */
    public static BpfObject parse(ElfFile elf) {
        return parse(elf, List.of());
    }

    /**
     * Reads an object in memory, with section names of the caller's own.
     *
     * @param elf the file; its name up to the first dot becomes the object's name
     * @param sections what sections mean, before and besides {@link SectionDefinitions}: a program whose section one of
     *     them names has it as its {@link ProgramSpec#definition()}, by which the caller finds and attaches it
     * @return the spec
     * @throws ElfFormatException if it is no ELF file for BPF
     * @throws BtfFormatException if its BTF is malformed
     * @throws ObjectFormatException if it declares something that makes no sense
     */
    public static BpfObject parse(ElfFile elf, List<SectionDefinition> sections) {
        return ObjectReader.read(elf, sections);
    }

    /**
     * Starts an object that is made in code and not read from a file.
     *
     * @param name the object's name, for messages
     * @return a builder without programs and maps
     */
    public static BpfObjectBuilder builder(String name) {
        return new BpfObjectBuilder(name);
    }

    /**
     * {@return the object's name: its file name up to the first dot, at most 15 characters; or what its builder got}
     */
    public String name() {
        return name;
    }

    /** {@return the byte order that the object was compiled for} */
    public ByteOrder order() {
        return order;
    }

    /** {@return the license, empty where the object names none; GPL-only helpers depend on it} */
    public String license() {
        return license;
    }

    /** {@return the kernel version of the section {@code version}, which only kernels before 5.0 look at} */
    public OptionalInt kernelVersion() {
        return kernelVersion;
    }

    /** {@return the object's types, completed with what the ELF file says of sections and visibility} */
    public Optional<Btf> btf() {
        return btf;
    }

    /** {@return the object's {@code .BTF.ext} records} */
    public Optional<BtfExt> btfExt() {
        return btfExt;
    }

    /** {@return all functions, programs' entries included, by section and offset} */
    public List<BpfFunction> functions() {
        return functions;
    }

    /** {@return the programs, by section and offset} */
    public List<ProgramSpec> programs() {
        return programs;
    }

    /**
     * {@return the maps: legacy ones, those of {@code .maps}, data sections, {@code .kconfig}, struct_ops variables}
     */
    public List<MapSpec> maps() {
        return maps;
    }

    /** {@return the undefined symbols that loading has to resolve} */
    public List<Extern> externs() {
        return externs;
    }

    /**
     * Finds a program.
     *
     * @param programName its name
     * @return the program
     * @throws NoSuchElementException if there is none of that name
     */
    public ProgramSpec program(String programName) {
        return programs.stream().filter(p -> p.name().equals(programName)).findFirst().orElseThrow(
                () -> new NoSuchElementException(name + ": no program '" + programName + "', only "
                        + programs.stream().map(ProgramSpec::name).toList()));
    }

    /**
     * Finds a map by its name, or a data section's map by the section's name.
     *
     * @param mapName a map's name, or a section's such as {@code .bss}
     * @return the map
     * @throws NoSuchElementException if there is none of that name
     */
    public MapSpec map(String mapName) {
        return maps.stream().filter(m -> isCalled(m, mapName)).findFirst().orElseThrow(
                () -> new NoSuchElementException(name + ": no map '" + mapName + "', only "
                        + maps.stream().map(MapSpec::name).toList()));
    }

    /**
     * Changes a map before it is created. A data section of another size keeps its type where its last variable is an
     * array, which then gets the length that fits.
     *
     * @param mapName as for {@link #map(String)}
     * @param change makes the changed copy; the name has to stay
     * @return an object with the changed map
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalArgumentException if the copy has another name
     */
    public BpfObject withMap(String mapName, UnaryOperator<MapSpec> change) {
        MapSpec old = map(mapName);
        MapSpec changed = Objects.requireNonNull(change.apply(old));
        if (!changed.name().equals(old.name())) {
            throw new IllegalArgumentException("map '" + old.name() + "' cannot be renamed");
        }
        boolean resized = changed.contents() instanceof MapContents.Data && changed.valueSize() != old.valueSize()
                && old.valueTypeId() != 0 && changed.valueTypeId() == 0;
        Optional<Btf> fitting = !resized ? Optional.empty()
                : btf.flatMap(types -> DataSectionResize.resize(types, old.valueTypeId(), changed.valueSize()));
        MapSpec result = fitting.isPresent() ? changed.withValueType(old.valueTypeId()) : changed;
        return new BpfObject(name, order, license, kernelVersion, fitting.or(() -> btf), btfExt, functions, programs,
                maps.stream().map(m -> m == old ? result : m).toList(), externs);
    }

    /**
     * Changes what a program is before it is loaded; {@link #withInstructions} changes what it does.
     *
     * @param programName its name
     * @param change makes the changed copy; the function has to stay
     * @return an object with the changed program
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalArgumentException if the copy is of another function
     */
    public BpfObject withProgram(String programName, UnaryOperator<ProgramSpec> change) {
        ProgramSpec old = program(programName);
        ProgramSpec changed = Objects.requireNonNull(change.apply(old));
        if (changed.function() != old.function()) {
            throw new IllegalArgumentException("program '" + old.name() + "' cannot get another function");
        }
        return new BpfObject(name, order, license, kernelVersion, btf, btfExt, functions,
                programs.stream().map(p -> p == old ? changed : p).toList(), maps, externs);
    }

    /**
     * Changes the instructions of a program or subprogram before it is loaded.
     *
     * @param functionName its name; of static functions of one name in an object that was linked, the first's
     * @param change says what to change
     * @return an object with the changed function, in every program that calls it
     * @throws NoSuchElementException if there is none of that name
     * @throws AssemblyException if new code refers to something that the object does not have, or a jump over new code
     *     becomes too long
     * @throws IllegalArgumentException if two changes contradict each other
     */
    public BpfObject withInstructions(String functionName, Consumer<InstructionEdit> change) {
        BpfFunction old = functions.stream().filter(f -> f.name().equals(functionName)).findFirst().orElseThrow(
                () -> new NoSuchElementException(name + ": no function '" + functionName + "', only "
                        + functions.stream().map(BpfFunction::name).toList()));
        InstructionEdit edit = new InstructionEdit(old);
        change.accept(edit);
        SymbolLinker symbols = new SymbolLinker(name, maps, VariablePlaces.of(this), externs, Set.of());
        for (int i = 0; i < functions.size(); i++) {
            symbols.addFunction(functions.get(i).name(), i, functions.get(i).isSubprogram());
        }
        Optional<BtfBuilder> strings = edit.hasSources() ? btf.map(BtfBuilder::copyOf) : Optional.empty();
        BpfFunction changed = edit.apply(symbols, strings);
        return new BpfObject(name, order, license, kernelVersion,
                strings.map(builder -> builder.build(order, btf.orElseThrow().name())).or(() -> btf), btfExt,
                functions.stream().map(f -> f == old ? changed : f).toList(),
                programs.stream().map(p -> p.function() == old ? p.withFunction(changed) : p).toList(), maps,
                symbols.externs());
    }

    /**
     * Lists the global variables of the sections of data, of an arena, and of {@code .kconfig}.
     *
     * @return all that the object's types describe, section by section and ascending; none in objects without types
     */
    public List<Variable> variables() {
        return new Variables(this).all();
    }

    /**
     * Finds a global variable.
     *
     * @param variableName its name, or section and name as {@code .rodata:limit} where several sections have one
     * @return the variable
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalArgumentException if there are several
     */
    public Variable variable(String variableName) {
        return Variables.find(name, variables(), variableName);
    }

    /**
     * Reads what a global variable is before anything runs, for {@link Variable#readLong} and its relatives.
     *
     * @param variableName as for {@link #variable(String)}
     * @return a copy of its bytes, read-only, in the object's byte order
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalArgumentException if there are several, it is of the kernel's configuration, or has 2 GiB or more
     */
    public MemorySegment initialValue(String variableName) {
        return new Variables(this).initial(variable(variableName));
    }

    /**
     * Changes what a global variable is before anything runs. Of a constant the verifier knows the value then, and
     * leaves out what cannot be reached with it.
     *
     * @param variableName as for {@link #variable(String)}
     * @param value the number, which has to fit; of unsigned variables of 8 bytes all bits
     * @return an object with the changed variable
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalArgumentException if there are several, it is no number, or the value does not fit
     */
    public BpfObject withVariable(String variableName, long value) {
        return change(variableName, (variable, place) -> variable.write(place, value));
    }

    /**
     * Changes what a global variable is before anything runs.
     *
     * @param variableName as for {@link #variable(String)}
     * @param value 1 for true, 0 for false
     * @return an object with the changed variable
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalArgumentException if there are several, or it is no number
     */
    public BpfObject withVariable(String variableName, boolean value) {
        return change(variableName, (variable, place) -> variable.write(place, value));
    }

    /**
     * Changes what a global array of characters is before anything runs.
     *
     * @param variableName as for {@link #variable(String)}
     * @param value the text, which has to fit with one NUL behind it
     * @return an object with the changed variable
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalArgumentException if there are several, it is no array of characters, or the text does not fit
     */
    public BpfObject withVariable(String variableName, String value) {
        return change(variableName, (variable, place) -> variable.write(place, value));
    }

    /**
     * Changes what a global variable of any type is before anything runs.
     *
     * @param variableName as for {@link #variable(String)}
     * @param value as many bytes as the variable has, in the object's byte order
     * @return an object with the changed variable
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalArgumentException if there are several, or it has another size
     */
    public BpfObject withVariable(String variableName, byte[] value) {
        return withVariable(variableName, MemorySegment.ofArray(value));
    }

    /**
     * Changes what a global variable of any type is before anything runs.
     *
     * @param variableName as for {@link #variable(String)}
     * @param value as many bytes as the variable has, in the object's byte order
     * @return an object with the changed variable
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalArgumentException if there are several, or it has another size
     */
    public BpfObject withVariable(String variableName, MemorySegment value) {
        return change(variableName, (variable, place) -> variable.write(place, value));
    }

    private BpfObject change(String variableName, BiConsumer<Variable, MemorySegment> write) {
        Variable variable = variable(variableName);
        MapContents contents = new Variables(this).changed(variable, place -> write.accept(variable, place));
        return withMap(variable.map(), map -> map.withContents(contents));
    }

    /** {@return the struct_ops maps} */
    public Stream<MapSpec> structOps() {
        return maps.stream().filter(m -> m.contents() instanceof MapContents.StructOps);
    }

    /**
     * Loads the object into the running kernel. The one place where this package looks up to the loader.
     *
     * @return the loaded object, the caller's to close
     * @throws RelocationException if the object does not fit the kernel's types
     * @throws KernelException if the kernel refuses something
     */
    public LoadedObject load() {
        return Loader.load(this, LoadOptions.defaults());
    }

    /**
     * Loads the object into the running kernel.
     *
     * @param options how
     * @return the loaded object, the caller's to close
     * @throws RelocationException if the object does not fit the kernel's types
     * @throws KernelException if the kernel refuses something
     */
    public LoadedObject load(LoadOptions options) {
        return Loader.load(this, options);
    }

    static boolean isCalled(MapSpec map, String name) {
        return map.name().equals(name) || switch (map.contents()) {
            case MapContents.Data data -> data.section().equals(name);
            case MapContents.ArenaData data -> data.section().equals(name);
            case MapContents.Kconfig _ -> name.equals(ObjectTypes.KCONFIG);
            case MapContents.Empty _, MapContents.Slots _, MapContents.StructOps _ -> false;
        };
    }

    @Override
    public String toString() {
        return "%s: %d programs, %d maps".formatted(name, programs.size(), maps.size());
    }
}
