package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.samplejob.HeldProgram;
import io.geminid.runtime.samplejob.SampleFault;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.SampleResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same program with blocking edges: the same result, in fewer slots, and nothing is left. */
class BlockingExchangeTest {

    @TempDir Path output;
    @TempDir Path shuffle;

    private Cluster start(final int workers, final int slots) throws ClusterException {
        return EmbeddedCluster.start(
                new ClusterConfig(
                        workers,
                        slots,
                        TestProperties.small(
                                Map.of(
                                        "geminid.exchange.policy",
                                        "blocking",
                                        "geminid.shuffle.blocking.dir",
                                        shuffle.toString()))));
    }

    // RC-16, RC-17, RT-23: stages after each other, in as many slots as there are
    @ParameterizedTest
    @CsvSource({"1,1", "1,4", "2,2"})
    void theResultIsThatOfThePipelinedProgram(final int workers, final int slots) throws Exception {
        final SampleOptions options = SampleOptions.of(output, 4);
        try (Cluster cluster = start(workers, slots)) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.failure()).isEmpty();
            assertThat(result.status()).isEqualTo(JobStatus.FINISHED);
            assertThat(SampleResult.read(options)).isEqualTo(SampleResult.expected(options));
            assertThat(result.tasks()).allMatch(task -> task.attempt() == 0);
            assertThat(result.segmentsTaken()).isPositive().isEqualTo(result.segmentsReturned());
            assertThat(result.checksumFailures()).isZero();
            try (var left = Files.walk(shuffle)) {
                assertThat(left.filter(Files::isRegularFile))
                        .allMatch(file -> file.endsWith("lock")); // nothing of the job (INV B6)
            }
        }
    }

    // F14
    @Test
    void aJobThatFailsGivesEverythingBack() throws Exception {
        final SampleOptions options =
                SampleOptions.of(output, 2).withFault(SampleFault.PROCESS).withRecords(2_000);
        try (Cluster cluster = start(2, 1)) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.status()).isEqualTo(JobStatus.FAILED);
            assertThat(result.failure().orElseThrow().message()).contains("made by a test");
            assertThat(result.segmentsTaken()).isEqualTo(result.segmentsReturned());
        }
        try (var left = Files.list(shuffle)) {
            assertThat(left).isEmpty();
        }
    }

    // RC-17
    @Test
    void anUnboundedProgramStaysPipelined() throws Exception {
        final SampleOptions options =
                SampleOptions.of(output, 2).withRecords(-1).withFault(SampleFault.PROCESS);
        try (Cluster cluster = start(2, 1)) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.failure().orElseThrow().message()).contains("made by a test");
            assertThat(result.tasks()).hasSizeGreaterThan(8); // all of them, at once
        }
    }

    @Test
    void anEdgeThatIsNotThereIsNamed() throws Exception {
        try (Cluster cluster =
                EmbeddedCluster.start(
                        new ClusterConfig(
                                1,
                                1,
                                TestProperties.small(
                                        Map.of("geminid.exchange.blocking", "stamp1->nowhere"))))) {
            final JobResult result =
                    cluster.run(SampleOptions.of(output, 1).request(), ProgressListener.NONE);

            assertThat(result.failure().orElseThrow().message())
                    .contains("edges=[stamp1->nowhere]")
                    .contains("known=[")
                    .contains("stamp1->stamp2");
        }
    }

    // One edge blocking, the others as they are
    @Test
    void aSingleEdgeCanBeBlocking() throws Exception {
        final SampleOptions options = SampleOptions.of(output, 2);
        try (Cluster cluster =
                EmbeddedCluster.start(
                        new ClusterConfig(
                                1,
                                2,
                                TestProperties.small(
                                        Map.of(
                                                "geminid.exchange.blocking",
                                                "events->stamp1",
                                                "geminid.shuffle.blocking.dir",
                                                shuffle.toString()))))) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.failure()).isEmpty();
            assertThat(SampleResult.read(options)).isEqualTo(SampleResult.expected(options));
            assertThat(result.tasks().stream().map(task -> task.attempt())).containsOnly(0);
            assertThat(List.copyOf(result.tasks())).isNotEmpty();
        }
    }

    // 2,000 subtasks in four slots, 1,000,000 subpartitions, 64 MB of segments
    @Test
    @Tag("long")
    void aThousandByAThousandFinishInTheirMemory() throws Exception {
        final SampleOptions options =
                SampleOptions.of(output, 1_000).withRecords(200_000).withPayloadBytesMax(64);
        final Path free = Files.createFile(output.resolve("free"));
        final Map<String, String> entries =
                Map.of(
                        "geminid.memory.segment-bytes", "32kb",
                        "geminid.memory.slab-bytes", "1mb",
                        "geminid.memory.max-bytes", "64mb",
                        "geminid.shuffle.exclusive-per-channel", "0",
                        "geminid.shuffle.blocking.dir", shuffle.toString());
        try (Cluster cluster =
                EmbeddedCluster.start(new ClusterConfig(2, 2, TestProperties.small(entries)))) {
            final JobResult result =
                    cluster.run(HeldProgram.request(options, free), ProgressListener.NONE);

            assertThat(result.failure()).isEmpty();
            assertThat(SampleResult.read(options).lines().get("totals"))
                    .isEqualTo(SampleResult.expected(options).lines().get("totals"));
            assertThat(result.tasks()).hasSize(2_000).allMatch(task -> task.attempt() == 0);
            assertThat(result.segmentsTaken()).isEqualTo(result.segmentsReturned());
        }
    }
}
