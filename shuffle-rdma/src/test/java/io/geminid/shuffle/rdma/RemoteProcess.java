package io.geminid.shuffle.rdma;

import io.geminid.shuffle.rdma.RemoteWire.Call;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

/** A {@link RemotePeer}, which ends with this process, and the transport that it runs now. */
final class RemoteProcess {

    private static final String LOGGING = "logback.configurationFile";

    private final RemoteWire wire;
    private volatile RemoteTransport transport;

    private RemoteProcess(final RemoteWire wire) {
        this.wire = wire;
    }

    /**
     * Starts one.
     *
     * @param address of the device that it uses
     */
    static RemoteProcess start(final String address) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            javaProcess(RemotePeer.class, String.valueOf(server.getLocalPort()), address)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            final RemoteProcess process = new RemoteProcess(new RemoteWire(server.accept()));
            final Thread reader = new Thread(process::read, "remote");
            reader.setDaemon(true);
            reader.start();
            return process;
        }
    }

    /** A Java process of this one's class path. */
    static ProcessBuilder javaProcess(final Class<?> main, final String... args) {
        final ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-ea",
                                // As the suites' own: the second compiler costs more than it gains.
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-D" + LOGGING + "=" + System.getProperty(LOGGING, ""),
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.command().addAll(List.of(args));
        return builder;
    }

    private void read() {
        final Call[] calls = Call.values();
        try (DataInputStream from = wire.in()) {
            while (true) {
                final DataInputStream in = RemoteWire.next(from);
                transport.on(calls[in.readByte()], in);
            }
        } catch (final EOFException e) {
            System.out.println("the other process has ended");
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The transport that is made next; the one before has been closed. */
    RemoteTransport transport() {
        transport = new RemoteTransport(wire);
        return transport;
    }
}
