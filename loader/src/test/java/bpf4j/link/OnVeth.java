package bpf4j.link;

import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests of an object's programs on a pair of interfaces: each test has its own pair and its own counts. */
abstract class OnVeth {

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private final String object;
    TestNetwork network;
    LoadedObject loaded;
    PacketCounts counts;

    OnVeth(String object) {
        this.object = object;
    }

    @BeforeEach
    void open() throws Exception {
        network = TestNetwork.ofVeth();
        loaded = BpfObject.read(Fixtures.object(object)).load();
        counts = PacketCounts.of(loaded);
    }

    @AfterEach
    void close() {
        loaded.close();
        network.close();
    }

    /** {@return the left one of the pair, for a thread in its namespace} */
    static NetInterface here() {
        return NetInterface.named(TestNetwork.HERE);
    }
}
