package io.geminid.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.samplejob.SampleFault;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.SampleProgram;
import io.geminid.runtime.samplejob.SampleResult;
import io.geminid.state.provider.StateStores;
import io.geminid.testing.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Any order of events gives the same result, gives everything back, and never gets stuck. */
class SimulatedJobTest {

    @RegisterExtension final Seed seed = new Seed();

    @TempDir Path output;

    private static GeminidProperties smallSegments() {
        final List<ConfigKey<?>> keys = new ArrayList<>(SegmentPoolContext.KEYS);
        keys.add(StateStores.STORE);
        return GeminidProperties.of(
                Map.of(
                        // Some of the jobs never end, and the pool is small.
                        StateStores.STORE.name(), "heap",
                        SegmentPoolContext.SEGMENT_BYTES.name(), "4kb",
                        SegmentPoolContext.SLAB_BYTES.name(), "64kb",
                        SegmentPoolContext.MAX_BYTES.name(), "4mb"),
                keys);
    }

    private SampleOptions options(final Random random) {
        final int widest = 1 + random.nextInt(3);
        return SampleOptions.of(output, widest)
                .withRecords(random.nextInt(1_500))
                .withSeed(random.nextLong())
                .withPayloadBytesMax(random.nextInt(200))
                .withParallelism(
                        Stream.generate(() -> 1 + random.nextInt(widest)).limit(4).toList());
    }

    private static SimulatedCluster cluster(final Random random) {
        return new SimulatedCluster(random, 1 + random.nextInt(3), 3, smallSegments());
    }

    @RepeatedTest(10)
    void aJobGivesTheResultOfASingleLoop() {
        final SampleOptions options = options(seed.random());
        final SimulatedCluster cluster = cluster(seed.random());

        final JobResult result = cluster.run(options.request());

        assertThat(result.failure()).isEmpty();
        assertThat(result.status()).isEqualTo(JobStatus.FINISHED);
        assertThat(SampleResult.read(options)).isEqualTo(SampleResult.expected(options));
        assertThat(result.segmentsReturned()).isEqualTo(result.segmentsTaken()).isPositive();
        assertThat(cluster.segmentsHeld()).isZero();
        cluster.stop();
    }

    @RepeatedTest(10)
    void aJobThatFailsTellsTheFirstCauseAndGivesEverythingBack() {
        final SampleFault fault =
                List.of(
                                SampleFault.OPEN,
                                SampleFault.PROCESS,
                                SampleFault.TIMER,
                                SampleFault.CLOSE,
                                SampleFault.ERROR)
                        .get(seed.random().nextInt(5));
        final SampleOptions options = options(seed.random()).withRecords(3_000).withFault(fault);
        final SimulatedCluster cluster = cluster(seed.random());

        final JobResult result = cluster.run(options.request());

        assertThat(result.status()).isEqualTo(JobStatus.FAILED);
        assertThat(result.failure().orElseThrow().where()).contains(SampleProgram.FAULTY);
        assertThat(result.failure().orElseThrow().message()).contains("made by a test");
        assertThat(cluster.segmentsHeld()).isZero();
        cluster.stop();
    }

    @RepeatedTest(10)
    void aJobThatIsCancelledAnywhereGivesEverythingBack() {
        final SampleOptions options = options(seed.random()).withRecords(-1);
        final SimulatedCluster cluster = cluster(seed.random());

        final JobResult result =
                cluster.runAndCancel(options.request(), seed.random().nextInt(20_000));

        assertThat(result.failure()).isEmpty();
        assertThat(result.status()).isEqualTo(JobStatus.CANCELED);
        assertThat(cluster.segmentsHeld()).isZero();
        cluster.stop();
    }

    @RepeatedTest(10)
    void aJobWhoseWorkerEndsIsFailedByItAndNothingElse() {
        final SampleOptions options = options(seed.random()).withRecords(-1);
        final int workers = 1 + seed.random().nextInt(3);
        final SimulatedCluster cluster =
                new SimulatedCluster(seed.random(), workers, 3, smallSegments());
        final int lost = seed.random().nextInt(workers);

        // Everybody has a task, so everybody's end is the job's.
        final JobResult result =
                cluster.runAndLose(
                        options.withParallelism(List.of(3, 3, 3, 3)).request(),
                        lost,
                        1_000 + seed.random().nextInt(20_000));

        assertThat(result.status()).isEqualTo(JobStatus.FAILED);
        assertThat(result.failure().orElseThrow().toString())
                .startsWith("worker-" + (lost + 1) + ": worker lost");
        assertThat(cluster.segmentsHeld()).isZero();
        cluster.stop();
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        final long value = seed.random().nextLong();
        assertThat(traceOf(value)).isEqualTo(traceOf(value));
    }

    private int traceOf(final long value) {
        final Random random = new Random(value);
        final SampleOptions options = options(random);
        final SimulatedCluster cluster = cluster(random);
        cluster.run(options.request());
        cluster.stop();
        return cluster.simulation().trace();
    }
}
