package bpf4j;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.ClassReferences.MethodReference;
import bpf4j.btf.Btf;
import bpf4j.elf.ElfFile;
import bpf4j.object.BpfObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which package may know which, checked on the class files of all modules. */
class ArchitectureTest {

    private static final Set<String> ELF = Set.of("bpf4j.elf");
    private static final Set<String> BTF = union(ELF, "bpf4j.btf");
    private static final Set<String> FORMATS = union(BTF, "bpf4j.btf.core", "bpf4j.btf.rewrite",
            "bpf4j.btf.structops");
    private static final Set<String> BELOW_KERNEL = union(FORMATS, "bpf4j.image", "bpf4j.insn", "bpf4j.object",
            "bpf4j.reloc");
    private static final Set<String> UP_TO_KERNEL = union(BELOW_KERNEL, "bpf4j.kernel", "bpf4j.sys");

    /**
     * A package.
     *
     * @param mayUse the packages of this project that it may refer to
     * @param fewestClasses what is to be found, lest this test looks at nothing
     */
    private record Layer(Set<String> mayUse, int fewestClasses) {
    }

    private static final Map<String, Layer> LAYERS = Map.ofEntries(
            Map.entry("bpf4j.elf", new Layer(Set.of(), 6)),
            Map.entry("bpf4j.binary", new Layer(union(ELF, "bpf4j.sys"), 12)),
            Map.entry("bpf4j.btf", new Layer(ELF, 20)),
            Map.entry("bpf4j.btf.core", new Layer(BTF, 12)),
            Map.entry("bpf4j.btf.diff", new Layer(BTF, 3)),
            Map.entry("bpf4j.btf.dump", new Layer(BTF, 10)),
            Map.entry("bpf4j.btf.rewrite", new Layer(BTF, 5)),
            Map.entry("bpf4j.btf.structops", new Layer(BTF, 8)),
            Map.entry("bpf4j.image", new Layer(BTF, 15)),
            Map.entry("bpf4j.insn", new Layer(FORMATS, 2)),
            Map.entry("bpf4j.object", new Layer(union(FORMATS, "bpf4j.insn"), 15)),
            Map.entry("bpf4j.reloc", new Layer(union(FORMATS, "bpf4j.insn", "bpf4j.object"), 12)),
            Map.entry("bpf4j.sys", new Layer(Set.of(), 15)),
            Map.entry("bpf4j.kernel", new Layer(union(BELOW_KERNEL, "bpf4j.sys"), 15)),
            Map.entry("bpf4j.check", new Layer(union(BELOW_KERNEL, "bpf4j.kernel"), 15)),
            Map.entry("bpf4j.map", new Layer(UP_TO_KERNEL, 25)),
            Map.entry("bpf4j.link", new Layer(union(UP_TO_KERNEL, "bpf4j.binary"), 4)),
            Map.entry("bpf4j.event", new Layer(UP_TO_KERNEL, 15)),
            Map.entry("bpf4j.gen", new Layer(union(FORMATS, "bpf4j.insn", "bpf4j.object"), 8)),
            Map.entry("bpf4j.cli", new Layer(union(UP_TO_KERNEL, "bpf4j.btf.diff", "bpf4j.btf.dump", "bpf4j.check",
                    "bpf4j.gen", "bpf4j.map", "bpf4j.link", "bpf4j.event"), 2)));

    /** {@code from} is a class or a package, {@code to} a package above it, {@code reason} what a user gains. */
    private record UpwardEdge(String from, String to, String reason) {

        boolean allows(ClassReferences user, String usedPackage) {
            return to.equals(usedPackage) && (from.equals(user.topLevelName()) || from.equals(user.packageName()));
        }
    }

    private static final List<UpwardEdge> UPWARD_EDGES = List.of(
            new UpwardEdge("bpf4j.object.BpfObject", "bpf4j.kernel", "object.load()"),
            new UpwardEdge("bpf4j.kernel", "bpf4j.link", "attach methods on what is loaded"),
            new UpwardEdge("bpf4j.kernel", "bpf4j.map", "typed access to a loaded map"));

    private static final Pattern VAGUE_NAME = Pattern.compile(".*(Impl|Utils?|Helpers?|Managers?)");

    private static List<ClassReferences> classes;

    @BeforeAll
    static void readAllModules() throws IOException {
        classes = new ArrayList<>();
        for (Class<?> anchor : List.of(ElfFile.class, Btf.class, BpfObject.class)) {
            classes.addAll(ClassReferences.besides(anchor));
        }
    }

    @Test
    void looksAtEveryPackage() {
        Map<String, Long> found = classes.stream()
                .collect(Collectors.groupingBy(ClassReferences::packageName, TreeMap::new, Collectors.counting()));
        assertAll(found.keySet().stream().map(name -> () -> assertTrue(
                LAYERS.containsKey(name), () -> "the layers do not say where %s belongs".formatted(name))));
        assertAll(LAYERS.entrySet().stream().map(layer -> () -> assertTrue(
                found.getOrDefault(layer.getKey(), 0L) >= layer.getValue().fewestClasses(),
                () -> "too few classes found in %s: %s".formatted(layer.getKey(), found))));
    }

    @Test
    void packagesKnowOnlyWhatIsBelowThem() {
        Set<String> violations = new TreeSet<>();
        int edges = 0;
        for (ClassReferences user : classes) {
            Set<String> mayUse = LAYERS.get(user.packageName()).mayUse();
            for (String used : user.projectClasses()) {
                String usedPackage = ClassReferences.packageOf(used);
                if (usedPackage.equals(user.packageName())) {
                    continue;
                }
                edges++;
                if (!mayUse.contains(usedPackage)
                        && UPWARD_EDGES.stream().noneMatch(edge -> edge.allows(user, usedPackage))) {
                    violations.add(user.name() + " -> " + used);
                }
            }
        }
        assertEquals(Set.of(), violations);
        assertTrue(edges > 100, "only " + edges + " references between packages were seen");
    }

    @Test
    void onlySysCallsRestrictedMethods() throws IOException {
        Set<MethodReference> restricted = ClassReferences.restrictedMethodsOfTheJdk();
        Set<String> restrictedNames = restricted.stream().map(MethodReference::name).collect(Collectors.toSet());
        assertTrue(restrictedNames.containsAll(Set.of("reinterpret", "downcallHandle", "upcallStub", "libraryLookup",
                "withTargetLayout", "load", "loadLibrary")), restrictedNames::toString);

        Set<String> violations = new TreeSet<>();
        Set<String> usedBySys = new HashSet<>();
        for (ClassReferences user : classes) {
            for (MethodReference method : user.methods()) {
                if (restricted.contains(method)) {
                    if (user.packageName().equals("bpf4j.sys")) {
                        usedBySys.add(method.name());
                    } else {
                        violations.add(user.name() + " calls " + method.owner() + "." + method.name());
                    }
                }
            }
        }
        assertEquals(Set.of(), violations);
        assertTrue(usedBySys.contains("downcallHandle"), usedBySys::toString);
    }

    @Test
    void onlyTheCommandLineAndRecordCodecsReflect() {
        Set<String> violations = new TreeSet<>();
        for (ClassReferences user : classes) {
            boolean may = user.packageName().equals("bpf4j.cli") || user.topLevelName().equals("bpf4j.map.RecordClass");
            if (!may && user.reflects()) {
                violations.add(user.name());
            }
        }
        assertEquals(Set.of(), violations);
    }

    @Test
    void namesSayWhatAClassIs() {
        assertEquals(List.of(), classes.stream()
                .map(ClassReferences::name)
                .filter(name -> Stream.of(name.substring(name.lastIndexOf('.') + 1).split("\\$"))
                        .anyMatch(simpleName -> VAGUE_NAME.matcher(simpleName).matches()))
                .toList());
    }

    private static Set<String> union(Set<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }
}
