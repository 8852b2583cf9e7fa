package io.geminid.state.checkpoint.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An object store in a process of its own: its libraries are not ours. One for all tests. */
public final class S3Server {
    /** Where the {@code long} profile puts it. */
    private static final Path JAR = Path.of("target", "s3mock", "s3mock-exec.jar");

    private static final long START_SECONDS_MAX = 180;

    private static S3Client client;
    private static int port;

    private S3Server() {}

    /** Where other processes find a bucket. */
    public record Bucket(int port, String name) {
        /** The store in it. */
        public S3BlobStore store() {
            return new S3BlobStore(client(port), name, "checkpoints/");
        }
    }

    static S3BlobStore newStore() {
        return newBucket().store();
    }

    /** A new, empty bucket. Skips the test where there is no server. */
    public static synchronized Bucket newBucket() {
        Assumptions.assumeTrue(
                Files.isRegularFile(JAR), () -> "no S3 server at " + JAR + ": run with -P long");
        if (client == null) {
            client = start();
        }
        final String bucket = "geminid-" + UUID.randomUUID();
        client.createBucket(r -> r.bucket(bucket));
        return new Bucket(port, bucket);
    }

    private static S3Client start() {
        try {
            port = freePort();
            final Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx256m",
                                    "-XX:TieredStopAtLevel=1",
                                    "-jar",
                                    JAR.toString(),
                                    "--http.port=" + port,
                                    "--server.port=" + freePort())
                            .redirectErrorStream(true)
                            .redirectOutput(JAR.resolveSibling("s3mock.log").toFile())
                            .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return awaitStarted(client(port), process);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static S3Client client(final int port) {
        return S3Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .httpClient(UrlConnectionHttpClient.create())
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create("test", "test")))
                .build();
    }

    /** The server says nothing when it is ready; asking it is the only way to know. */
    private static S3Client awaitStarted(final S3Client client, final Process process) {
        final long start = System.nanoTime();
        while (true) {
            try {
                client.listBuckets();
                return client;
            } catch (final SdkException e) {
                if (!process.isAlive()
                        || System.nanoTime() - start
                                > TimeUnit.SECONDS.toNanos(START_SECONDS_MAX)) {
                    throw new IllegalStateException(
                            "the S3 server did not start: see target/s3mock/s3mock.log", e);
                }
            }
        }
    }
}
