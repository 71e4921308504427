package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.kernel.LoadedObject;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Commands whose JSON is held against bpftool's, while an object is loaded. */
abstract class BpftoolComparison {

    LoadedObject loaded;

    @BeforeEach
    void load() throws Exception {
        Bpftool.assumeInstalled();
        loaded = load("test_run");
    }

    @AfterEach
    void unload() {
        if (loaded != null) {
            loaded.close();
        }
    }

    static LoadedObject load(String name) throws Exception {
        return BpfObject.read(Fixtures.nativeObject(name)).load();
    }

    static void same(String... words) throws Exception {
        assertEquals(Bpftool.json(words), ours(words), () -> String.join(" ", words));
    }

    static Object ours(String... words) {
        String[] all = new String[words.length + 1];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "--json";
        CommandLineRun run = CommandLineRun.of(all);
        assertEquals("", run.err());
        return Json.value(run.out());
    }
}
