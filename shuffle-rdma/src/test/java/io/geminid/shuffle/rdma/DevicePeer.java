package io.geminid.shuffle.rdma;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A process of its own with an end over RDMA, which sends to whoever connects and takes what comes,
 * until it is killed.
 */
final class DevicePeer implements AutoCloseable {

    private static final int INDEX = 1;

    private final Process process;

    /** Where it listens. */
    final InetSocketAddress address;

    DevicePeer() throws IOException {
        process = RemoteProcess.javaProcess(DevicePeer.class).start();
        final BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        // Whatever else it prints comes before.
        String line = said.readLine();
        while (line != null && !line.startsWith("port=")) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("the peer's process has ended: " + process);
        }
        final int port = Integer.parseInt(line.substring("port=".length()));
        address = new InetSocketAddress(DeviceHarness.address(INDEX), port);
    }

    /** As {@code kill -9} does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    /** The process. */
    public static void main(final String[] args) throws IOException {
        final DeviceEnd end =
                DeviceEnd.rdma(INDEX, DeviceHarness.context(DeviceHarness.address(INDEX)));
        System.out.println("port=" + end.address.getPort());
        DeviceSessions.await("a connection", () -> end.handler != null);
        end.handler.send(DeviceSessions.frames(0, DeviceFaultTest.MANY));
        DeviceSessions.await("a signal", () -> false);
    }

    @Override
    public String toString() {
        return List.of(process, address).toString();
    }
}
