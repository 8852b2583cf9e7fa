package io.geminid.runtime.cluster;

import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.service.ShuffleServer;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A shuffle service as a process of its own, to be killed by a test. */
final class ShuffleServiceProcess implements AutoCloseable {

    private final Process process;

    private ShuffleServiceProcess(final Process process) {
        this.process = process;
    }

    /** Starts it, and waits until it serves. */
    static ShuffleServiceProcess start(final Path directory) throws IOException {
        final Process process =
                new ProcessBuilder(
                                ProcessOptions.ofThisProcess().java().toString(),
                                "-ea",
                                "-Xmx64m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ShuffleServiceProcess.class.getName(),
                                directory.toString())
                        .redirectError(new File("/dev/null"))
                        .start();
        final BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.startsWith("serves")) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("the service has ended");
        }
        return new ShuffleServiceProcess(process);
    }

    /** Serves until standard input ends. */
    public static void main(final String[] args) throws Exception {
        final Path directory = Path.of(args[0]);
        final GeminidProperties properties =
                TestProperties.small(
                        Map.of(SortMergeOptions.SERVICE_DIRECTORY.name(), directory.toString()));
        final ShuffleServer server =
                ShuffleServer.start(
                        ShuffleServices.load(ShuffleServiceProcess.class.getClassLoader())
                                .forJob(properties),
                        properties,
                        new ShuffleServer.Terms(Duration.ofHours(1), WriteOptions.UNLIMITED));
        assert server.address() != null;
        System.out.println("serves");
        while (System.in.read() >= 0) {
            // Until whoever started it has gone.
        }
        Runtime.getRuntime().halt(0);
    }

    /** With -9. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
