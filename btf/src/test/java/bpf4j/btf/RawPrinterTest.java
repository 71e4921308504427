package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.testdata.Fixtures;
import bpf4j.testdata.Golden;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dumps of compiled objects agree with committed ones and, where it is installed, with bpftool. */
class RawPrinterTest {

    private static final String TOOL = "bpftool";

    @ParameterizedTest
    @ValueSource(strings = {
            "btf_kinds-el", "btf_kinds-eb", "core_bitfield-el", "core_bitfield-eb", "core_synthetic-el",
            "core_target_b-el", "data_sections-el", "maps-el", "struct_ops_order-el"})
    void agreesWithGoldenAndBpftool(String name) throws IOException {
        Path object = Fixtures.object(name + ".o");
        String printed = RawPrinter.print(Btf.read(object));
        Golden.check("golden/btf/" + name + ".txt", printed);
        assertEquals(bpftool(object), printed);
    }

    @Test
    void everyKindReadsAsInBpftool(@TempDir Path folder) throws IOException {
        BtfBuilder builder = new BtfBuilder();
        builder.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        builder.add(new BtfType.Int("char", 1, BtfType.Int.CHAR, 0, 8));
        builder.add(new BtfType.Int("bool", 1, BtfType.Int.BOOL, 0, 8));
        builder.add(new BtfType.Int("odd", 4, 0, 3, 5));
        builder.add(new BtfType.Struct("s", 8, true, List.of(new BtfType.Member("a", 1, 0, 3),
                new BtfType.Member("b", 1, 32, 0), new BtfType.Member("", 6, 32, 0))));
        builder.add(new BtfType.Union("", 4, false, List.of(new BtfType.Member("a", 1, 0, 0))));
        builder.add(new BtfType.Enum("e", 4, true, List.of(new BtfType.EnumValue("MINUS", -1))));
        builder.add(new BtfType.Enum("f", 4, false, List.of(new BtfType.EnumValue("ALL", 0xffff_ffffL))));
        builder.add(new BtfType.Enum64("g", 8, true, List.of(new BtfType.EnumValue("LEAST", Long.MIN_VALUE))));
        builder.add(new BtfType.Enum64("h", 8, false, List.of(new BtfType.EnumValue("MOST", -1))));
        builder.add(new BtfType.Fwd("fs", false));
        builder.add(new BtfType.Fwd("fu", true));
        builder.add(new BtfType.Typedef("t", 1));
        builder.add(new BtfType.Volatile(1));
        builder.add(new BtfType.Const(0));
        builder.add(new BtfType.Restrict(17));
        builder.add(new BtfType.Ptr(1));
        builder.add(new BtfType.Array(1, 1, 0xffff_ffffL));
        int proto = builder.add(new BtfType.FuncProto(1, List.of(new BtfType.Param("p", 1), new BtfType.Param("", 0))));
        builder.add(new BtfType.Func("fn", proto, BtfType.Func.GLOBAL));
        int extern = builder.add(new BtfType.Func("ext", proto, BtfType.Func.EXTERN));
        int var = builder.add(new BtfType.Var("v", 1, BtfType.Var.STATIC));
        builder.add(new BtfType.DataSec(".data", 8, List.of(new BtfType.SectionVar(var, 4, 4),
                new BtfType.SectionVar(extern, 0, 0))));
        builder.add(new BtfType.Float("double", 8));
        builder.add(new BtfType.DeclTag("tag", 5, -1, false));
        builder.add(new BtfType.DeclTag("tag", 5, 2, false));
        builder.add(new BtfType.TypeTag("rcu", 1, false));
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            Btf btf = builder.build(order, "test");
            Path file = Files.write(folder.resolve("btf"), builder.toBytes(order));
            assertEquals(bpftool(file), RawPrinter.print(btf));
        }
    }

    @Test
    void printsOnlyItsOwnTypesOfASplitBtf() {
        BtfBuilder base = new BtfBuilder();
        base.add(new BtfType.Fwd("a", false));
        BtfBuilder split = BtfBuilder.onBase(base.build(ByteOrder.LITTLE_ENDIAN, "base"));
        split.add(new BtfType.Ptr(1));
        assertEquals("[2] PTR '(anon)' type_id=1\n", RawPrinter.print(split.build(ByteOrder.LITTLE_ENDIAN, "split")));
    }

    private static String bpftool(Path file) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(TOOL, "btf", "dump", "file", file.toString(), "format", "raw")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            return Assumptions.abort(TOOL + " cannot be run: " + e.getMessage());
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(!output.isEmpty(), TOOL + " printed nothing");
        return output;
    }
}
