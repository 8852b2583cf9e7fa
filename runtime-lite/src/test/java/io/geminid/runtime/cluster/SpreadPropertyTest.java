package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.SampleResult;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.state.provider.StateStores;
import io.geminid.testing.Seed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** However a job is spread, and with as few segments as it can run with, its result is the same. */
class SpreadPropertyTest {

    private static final Pattern NEEDED = Pattern.compile("segments needed=(\\d+)");
    private static final int SEGMENT_BYTES = 4096;
    private static final int WIDEST = 5;

    @RegisterExtension final Seed seed = new Seed();

    @TempDir Path output;

    @RepeatedTest(8)
    void theResultIsThatOfASingleLoop() throws ClusterException {
        final Random random = seed.random();
        final int workers = 1 + random.nextInt(4);
        final int widest = 1 + random.nextInt(WIDEST);
        final SampleOptions options =
                SampleOptions.of(output, widest)
                        .withRecords(random.nextInt(5_000))
                        .withSeed(random.nextLong())
                        .withPayloadBytesMax(random.nextInt(random.nextBoolean() ? 100 : 20_000))
                        .withChaining(random.nextBoolean())
                        .withParallelism(
                                Stream.generate(() -> 1 + random.nextInt(widest))
                                        .limit(4)
                                        .toList());
        final int exclusive = random.nextInt(3);
        final int segments = segmentsNeeded(options, workers, exclusive);

        try (Cluster cluster = start(workers, exclusive, segments)) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.failure()).isEmpty();
            assertThat(SampleResult.read(options)).isEqualTo(SampleResult.expected(options));
            assertThat(result.segmentsTaken()).isPositive().isEqualTo(result.segmentsReturned());
        }
    }

    /** Asks the cluster itself, which says how many there should be when there is one only. */
    private static int segmentsNeeded(
            final SampleOptions options, final int workers, final int exclusive)
            throws ClusterException {
        int segments = 1;
        while (true) {
            try (Cluster cluster = start(workers, exclusive, segments)) {
                final JobResult result =
                        cluster.run(options.withRecords(0).request(), ProgressListener.NONE);
                final Matcher matcher =
                        NEEDED.matcher(result.failure().map(f -> f.message()).orElse(""));
                if (!matcher.find()) {
                    assertThat(result.failure()).isEmpty();
                    return segments;
                }
                segments = Integer.parseInt(matcher.group(1));
            }
        }
    }

    private static Cluster start(final int workers, final int exclusive, final int segments)
            throws ClusterException {
        final long maxBytes = (long) segments * SEGMENT_BYTES;
        final GeminidProperties properties =
                TestProperties.small(
                        Map.of(
                                SegmentPoolContext.SLAB_BYTES.name(),
                                "4kb",
                                SegmentPoolContext.MAX_BYTES.name(),
                                Long.toString(maxBytes),
                                // The least that the shuffle needs, and nothing for state.
                                StateStores.STORE.name(),
                                "heap",
                                ShuffleOptions.EXCLUSIVE_PER_CHANNEL.name(),
                                "" + exclusive),
                        List.of(StateStores.STORE));
        return EmbeddedCluster.start(new ClusterConfig(workers, WIDEST, properties));
    }
}
