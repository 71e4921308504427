package bpf4j.examples.sockmap;

import bpf4j.examples.host.Cgroup;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An {@link EchoServer} in a JVM of its own, inside a cgroup. */
final class EchoPeer implements Closeable {

    private static final List<String> ADDRESSES = List.of("127.0.0.1", "::1");

    private final Process process;
    private final List<InetSocketAddress> servers;

    private EchoPeer(Process process, List<InetSocketAddress> servers) {
        this.process = process;
        this.servers = servers;
    }

    static EchoPeer start(Cgroup cgroup) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        Module module = EchoServer.class.getModule();
        if (module.isNamed()) {
            command.addAll(List.of("-p", System.getProperty("jdk.module.path"), "-m",
                    module.getName() + "/" + EchoServer.class.getName()));
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), EchoServer.class.getName()));
        }
        command.add(cgroup.folder().toString());
        command.addAll(ADDRESSES);
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            return new EchoPeer(process, readPorts(process.inputReader()));
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static List<InetSocketAddress> readPorts(BufferedReader output) throws IOException {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String address : ADDRESSES) {
            String port = output.readLine();
            if (port == null) {
                throw new IOException("the echo server does not listen on " + address);
            }
            servers.add(new InetSocketAddress(InetAddress.getByName(address), Integer.parseInt(port)));
        }
        return List.copyOf(servers);
    }

    /** {@return an echo of that many messages by IPv4 and one by IPv6} */
    List<Echo> talk(int messages) throws IOException {
        List<Echo> echoes = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            echoes.add(Echo.with(server, messages));
        }
        return echoes;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        // Not interruptible: whoever is stopped here still has to wait for the process to leave the cgroup.
        process.onExit().join();
    }
}
