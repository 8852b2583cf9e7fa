package io.geminid.state.gemini.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.crash.CrashSteps;
import io.geminid.state.checkpoint.s3.S3Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Processes that die one after the other, with nothing in common but a bucket: each goes on from
 * the last checkpoint of the one before.
 */
@Tag("long")
@Timeout(1_800)
final class StoreOnS3Test {
    private static final int PROCESSES = 3;
    private static final int CHECKPOINTS = 4;

    @Test
    void eachProcessGoesOnWhereTheLastOneWasKilled() throws Exception {
        final S3Server.Bucket bucket = S3Server.newBucket();
        long notified = 0;
        for (int i = 0; i < PROCESSES; i++) {
            final long next = runAndKill(bucket, 1 + i);
            assertThat(next).isGreaterThan(notified);
            notified = next;
            final StoreJob job = new StoreJob(bucket.store(), 100 + i, StoreJob.KEYS);
            job.verify(job.open(10 * i + 15).latest().orElseThrow(), 2);
        }
        new StoreJob(bucket.store(), 99, StoreJob.KEYS).check(100, notified);
    }

    /** Kills it with -9 in the middle of what follows its last word. */
    private static long runAndKill(final S3Server.Bucket bucket, final int attempt)
            throws Exception {
        final Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Worker.class.getName(),
                                Integer.toString(bucket.port()),
                                bucket.name(),
                                Integer.toString(10 * attempt))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        long notified = 0;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < CHECKPOINTS; i++) {
                final String line = lines.readLine();
                assertThat(line).startsWith(CrashSteps.NOTIFIED);
                notified = Long.parseLong(line.substring(CrashSteps.NOTIFIED.length()));
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return notified;
    }

    /** Takes checkpoints until somebody kills it. */
    static final class Worker {
        private Worker() {}

        public static void main(final String[] args) throws IOException {
            final S3Server.Bucket bucket = new S3Server.Bucket(Integer.parseInt(args[0]), args[1]);
            new StoreJob(bucket.store(), Long.parseLong(args[2]), StoreJob.KEYS)
                    .run(Integer.parseInt(args[2]), Integer.MAX_VALUE, CrashSteps::notified);
        }
    }
}
