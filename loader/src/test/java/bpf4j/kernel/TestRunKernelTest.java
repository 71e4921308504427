package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each type of program that the kernel runs for a test, with what it takes and gives back. */
@KernelTest
class TestRunKernelTest {

    private static final int XDP_TX = 3;
    private static final int TC_ACT_SHOT = 2;
    /** Where {@code mark} is in {@code struct __sk_buff}. */
    private static final int MARK_OFFSET = 8;
    private static final int AF_INET = 2;
    private static final int ETHER_TYPE_OFFSET = 12;

    private LoadedObject loaded;

    @BeforeEach
    void load() throws IOException {
        loaded = BpfObject.read(Fixtures.nativeObject("test_run")).load();
    }

    @AfterEach
    void unload() {
        loaded.close();
    }

    @Test
    void givesBackTheChangedPacket() {
        byte[] packet = packet(60);
        TestRunResult result = loaded.program("grow").testRun(TestRunOptions.ofData(packet));
        byte[] expected = Arrays.copyOf(packet, 68);
        expected[0]++;
        assertEquals(XDP_TX, result.returnValue());
        assertArrayEquals(expected, result.data());
        assertEquals(68, result.dataSizeBytes());
        assertFalse(result.isCut());
        assertEquals(0, result.context().length);
    }

    @Test
    void cutsAPacketThatHasNoRoomAndSaysHowLargeItIs() {
        TestRunResult result = loaded.program("grow").testRun(
                TestRunOptions.ofData(packet(60)).withDataOutBytes(20));
        assertEquals(XDP_TX, result.returnValue());
        assertEquals(20, result.data().length);
        assertEquals(1, result.data()[0]);
        assertEquals(68, result.dataSizeBytes());
        assertTrue(result.isCut());
    }

    @Test
    void takesNothingBackWhereNothingIsWanted() {
        TestRunResult result = loaded.program("grow").testRun(TestRunOptions.ofData(packet(60)).withDataOutBytes(0));
        assertEquals(XDP_TX, result.returnValue());
        assertEquals(0, result.data().length);
        assertFalse(result.isCut());
    }

    @Test
    void repeatsAndTakesTheTime() {
        TestRunResult result = loaded.program("length").testRun(TestRunOptions.ofData(packet(100)).withRepeat(1000));
        assertEquals(100 - 14, result.returnValue(), "socket filters see what is behind the Ethernet header");
        assertTrue(result.durationNanos() < 1_000_000, result::toString);
        loaded.program("grow").testRun(TestRunOptions.ofData(packet(14)).withRepeat(3));
        // Each run starts from the packet that went in.
        assertEquals(3, count().getInt(0));
    }

    @Test
    void changesTheContextOfAPacket() {
        byte[] context = new byte[192];
        ByteBuffer.wrap(context).order(ByteOrder.nativeOrder()).putInt(MARK_OFFSET, 37);
        TestRunResult result = loaded.program("add_mark").testRun(
                TestRunOptions.ofData(packet(64)).withContext(context));
        assertEquals(TC_ACT_SHOT, result.returnValue());
        assertTrue(result.context().length >= 192, () -> "context of " + result.context().length);
        assertEquals(42, ByteBuffer.wrap(result.context()).order(ByteOrder.nativeOrder()).getInt(MARK_OFFSET));
    }

    @Test
    void runsProgramsOfCgroups() {
        LoadedProgram program = loaded.program("short_only");
        assertEquals(1, program.testRun(TestRunOptions.ofData(packet(64))).returnValue());
        assertEquals(0, program.testRun(TestRunOptions.ofData(packet(640))).returnValue());
    }

    @Test
    void givesRawTracepointsTheirArguments() {
        byte[] arguments = new byte[16];
        ByteBuffer.wrap(arguments).order(ByteOrder.nativeOrder()).putLong(40).putLong(2);
        LoadedProgram program = loaded.program("add_arguments");
        assertEquals(42, program.testRun(TestRunOptions.ofContext(arguments)).returnValue());
        assertEquals(42, program.testRun(TestRunOptions.ofContext(arguments).withCpu(0)).returnValue());
    }

    @Test
    void letsSyscallProgramsChangeTheirContext() {
        byte[] context = new byte[16];
        ByteBuffer.wrap(context).order(ByteOrder.nativeOrder()).putLong(21);
        TestRunResult result = loaded.program("double_up").testRun(TestRunOptions.ofContext(context));
        ByteBuffer changed = ByteBuffer.wrap(result.context()).order(ByteOrder.nativeOrder());
        assertEquals(7, result.returnValue());
        assertEquals(21, changed.getLong());
        assertEquals(42, changed.getLong());
    }

    @Test
    void looksSocketsUp() {
        assertEquals(1, loaded.program("web_only").testRun(TestRunOptions.ofContext(lookup(80))).returnValue());
        assertEquals(0, loaded.program("web_only").testRun(TestRunOptions.ofContext(lookup(81))).returnValue());
    }

    @Test
    void givesBackTheKeysOfAFlow() {
        TestRunResult result = loaded.program("dissect").testRun(TestRunOptions.ofData(packet(64)));
        assertEquals(0, result.returnValue());
        assertEquals(34, ByteBuffer.wrap(result.data()).order(ByteOrder.nativeOrder()).getShort(2));
    }

    /** Netfilter programs take a context and keep it. */
    @Test
    void givesBackNoContextThatStaysInTheKernel() throws IOException {
        KernelVersion.assumeAtLeast(6, 4, "netfilter programs");
        try (LoadedObject netfilter = BpfObject.read(Fixtures.nativeObject("attach_netfilter")).load()) {
            LoadedProgram program = netfilter.programs().iterator().next();
            byte[] packet = packet(64);
            packet[ETHER_TYPE_OFFSET] = 0x08;
            // struct nf_hook_state: the hook, and the protocol family that has to be the packet's.
            byte[] context = {0, AF_INET};
            TestRunResult result = program.testRun(TestRunOptions.ofData(packet).withContext(context));
            assertEquals(0, result.context().length, result::toString);
            KernelException nothing = assertThrows(KernelException.class,
                    () -> program.testRun(TestRunOptions.ofData(packet(64)).withContext(context)));
            assertTrue(nothing.getMessage().contains("0x86dd"), nothing::getMessage);
        }
    }

    @Test
    void saysWhatAProgramTakes() {
        KernelException shortPacket = assertThrows(KernelException.class,
                () -> loaded.program("length").testRun(TestRunOptions.ofData(new byte[4])));
        KernelException noContext = assertThrows(KernelException.class,
                () -> loaded.program("add_arguments").testRun(TestRunOptions.none()));
        KernelException data = assertThrows(KernelException.class,
                () -> loaded.program("web_only").testRun(TestRunOptions.ofData(packet(64))));
        KernelException cpu = assertThrows(KernelException.class, () -> loaded.program("add_arguments").testRun(
                TestRunOptions.ofContext(new byte[16]).withCpu(1 << 20)));
        assertAll(
                () -> assertEquals(Errno.EINVAL.number(), shortPacket.errno()),
                () -> assertTrue(shortPacket.getMessage().contains("14 bytes at least"), shortPacket::getMessage),
                () -> assertTrue(noContext.getMessage().contains("8 bytes for each argument"), noContext::getMessage),
                () -> assertTrue(data.getMessage().contains("no data"), data::getMessage),
                () -> assertTrue(cpu.getMessage().contains("no such CPU"), cpu::getMessage),
                () -> assertEquals(Step.TEST_RUN, cpu.step()));
    }

    @Test
    void saysThatATypeHasNoTestRun() throws IOException {
        try (LoadedObject kprobes = BpfObject.read(Fixtures.nativeObject("sections_loadable")).load()) {
            KernelException refused = assertThrows(KernelException.class,
                    () -> kprobes.program("in_sk_msg").testRun(TestRunOptions.ofData(packet(64))));
            assertEquals(Errno.ENOTSUPP.number(), refused.errno());
            assertTrue(refused.getMessage().contains("no test run for programs of this type"), refused::getMessage);
        }
    }

    @Test
    void countsRunsWhileStatisticsAreOn() {
        LoadedProgram program = loaded.program("length");
        try (RunStatistics _ = RunStatistics.enable()) {
            program.testRun(TestRunOptions.ofData(packet(100)).withRepeat(10));
        }
        ProgramInfo info = program.info();
        program.testRun(TestRunOptions.ofData(packet(100)));
        assertTrue(info.runCount() >= 10, info::toString);
        assertTrue(info.runTimeNanos() > 0, info::toString);
        assertEquals(info.runCount(), program.info().runCount());
    }

    @Test
    void refusesNegativeNumbers() {
        assertThrows(IllegalArgumentException.class, () -> TestRunOptions.none().withRepeat(-1));
        assertThrows(IllegalArgumentException.class, () -> TestRunOptions.none().withCpu(-1));
    }

    private ByteBuffer count() {
        return ByteBuffer.wrap(loaded.map("counted").lookup(new byte[4]).orElseThrow()).order(ByteOrder.nativeOrder());
    }

    private static byte[] packet(int sizeBytes) {
        return new byte[sizeBytes];
    }

    /** {@code struct bpf_sk_lookup} of IPv4, with one local port. */
    private static byte[] lookup(int localPort) {
        byte[] context = new byte[72];
        ByteBuffer.wrap(context).order(ByteOrder.nativeOrder()).putInt(8, AF_INET).putInt(12, 6).putInt(60, localPort);
        return context;
    }
}
