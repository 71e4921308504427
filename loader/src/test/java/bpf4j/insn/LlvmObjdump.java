package bpf4j.insn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** LLVM's disassembler, as a second opinion. */
final class LlvmObjdump {

    private static final Pattern LINE = Pattern.compile("^\\s*(\\d+):\\s+(.*)$");
    private static final int HEADER_BYTES = 64;

    private LlvmObjdump() {
    }

    /** Disassembles an ELF file: text by section name and slot. Skips the test where LLVM is not installed. */
    static SortedMap<String, SortedMap<Integer, String>> sections(Path object)
            throws IOException, InterruptedException {
        Path program = Stream.of("/usr/bin", "/usr/local/bin", "/usr/lib/llvm-19/bin")
                .flatMap(dir -> Stream.of("llvm-objdump-19", "llvm-objdump").map(name -> Path.of(dir, name)))
                .filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(program != null, "llvm-objdump-19 is not installed");
        Path output = Files.createTempFile("bpf4j", ".txt");
        try {
            Process process = new ProcessBuilder(program.toString(), "-d", "-z", "--no-show-raw-insn", "--mcpu=v4",
                    object.toString()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            assertEquals(0, process.waitFor(), () -> "llvm-objdump of " + object);
            SortedMap<String, SortedMap<Integer, String>> sections = new TreeMap<>();
            SortedMap<Integer, String> section = null;
            for (String line : Files.readAllLines(output)) {
                Matcher matcher = LINE.matcher(line);
                if (line.startsWith("Disassembly of section ")) {
                    section = new TreeMap<>();
                    sections.put(line.substring("Disassembly of section ".length(), line.length() - 1), section);
                } else if (section != null && matcher.matches()) {
                    section.put(Integer.valueOf(matcher.group(1)), matcher.group(2).strip());
                }
            }
            return sections;
        } finally {
            Files.delete(output);
        }
    }

    /** Disassembles a program. */
    static SortedMap<Integer, String> program(long[] slots, ByteOrder order) throws IOException, InterruptedException {
        Path object = Files.createTempFile("bpf4j", ".o");
        try {
            Files.write(object, elf(Insn.encode(slots, order), order));
            return sections(object).get(".text");
        } finally {
            Files.delete(object);
        }
    }

    /** The smallest file that holds code: header, code, section names, and three section headers. */
    private static byte[] elf(byte[] code, ByteOrder order) {
        byte[] names = "\0.text\0.shstrtab\0".getBytes();
        int namesAt = HEADER_BYTES + code.length;
        int headersAt = (namesAt + names.length + 7) / 8 * 8;
        ByteBuffer file = ByteBuffer.allocate(headersAt + 3 * 64).order(order);
        byte data = (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, data, 1}).position(16);
        file.putShort((short) 1).putShort((short) 247).putInt(1).putLong(0).putLong(0).putLong(headersAt).putInt(0)
                .putShort((short) HEADER_BYTES).putShort((short) 0).putShort((short) 0).putShort((short) 64)
                .putShort((short) 3).putShort((short) 2);
        file.put(HEADER_BYTES, code).put(namesAt, names);
        file.position(headersAt + 64);
        section(file, 1, 1, 6, HEADER_BYTES, code.length);
        section(file, 7, 3, 0, namesAt, names.length);
        return file.array();
    }

    private static void section(ByteBuffer file, int name, int type, long flags, long offset, long size) {
        file.putInt(name).putInt(type).putLong(flags).putLong(0).putLong(offset).putLong(size).putInt(0).putInt(0)
                .putLong(8).putLong(0);
    }
}
