package io.geminid.perf.checkpoint.pressure;

import com.fasterxml.jackson.databind.JsonNode;
import io.geminid.perf.CommandFailure;
import io.geminid.perf.flink.FlinkCluster;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Flink, as it is: with its own shuffle and its own state, spoken to by REST. */
final class FlinkPressure implements PressureSubject {

    private static final long POLL_MILLIS = 5;
    private static final long CHECKPOINT_NS_MAX = TimeUnit.SECONDS.toNanos(300);
    private static final int HEAP_MEGABYTES = 384;

    private final FlinkCluster cluster;
    private final String checkpoints;

    private FlinkPressure(final FlinkCluster cluster, final String job) {
        this.cluster = cluster;
        this.checkpoints = "/jobs/" + job + "/checkpoints";
    }

    /** A job whose sink is slow; returns when data has had the time to fill its channels. */
    static FlinkPressure start(final PressurePlan.Setting setting, final int recordBytes)
            throws IOException, InterruptedException {
        final FlinkCluster cluster =
                new FlinkCluster(
                        new FlinkCluster.Kind("netty", "hashmap", HEAP_MEGABYTES),
                        List.of(
                                "execution.checkpointing.interval=24h",
                                "execution.checkpointing.unaligned.enabled=" + !setting.aligned(),
                                "execution.checkpointing.timeout=10min",
                                "taskmanager.network.memory.buffers-per-channel="
                                        + setting.buffersPerChannel(),
                                // Else the JobManager tells of a checkpoint seconds later.
                                "web.refresh-interval=100"));
        try {
            final String job =
                    cluster.run(
                                    "PressureJob",
                                    Integer.toString(recordBytes),
                                    Long.toString(PressurePlan.SINK_MILLIS))
                            .get("job");
            awaitTasks(cluster, job);
            Thread.sleep(TimeUnit.SECONDS.toMillis(PressureBenchmark.FILL_SECONDS));
            return new FlinkPressure(cluster, job);
        } catch (final IOException | InterruptedException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static void awaitTasks(final FlinkCluster cluster, final String job)
            throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + CHECKPOINT_NS_MAX;
        boolean all = false;
        while (!all) {
            pause(deadlineNs);
            all = true;
            for (final JsonNode vertex :
                    cluster.get("/jobs/" + job).orElseThrow().path("vertices")) {
                all &=
                        vertex.path("tasks").path("RUNNING").asInt()
                                == vertex.path("parallelism").asInt();
            }
        }
    }

    @Override
    public double checkpointMillis() throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + CHECKPOINT_NS_MAX;
        final String request =
                cluster.post(checkpoints, "{\"checkpointType\":\"FULL\"}")
                        .path("request-id")
                        .asText();
        JsonNode operation = await(checkpoints + "/" + request, deadlineNs).path("operation");
        while (!operation.has("checkpointId")) {
            if (operation.has("failure-cause")) {
                throw new CommandFailure("a checkpoint of Flink failed: " + operation);
            }
            pause(deadlineNs);
            operation = await(checkpoints + "/" + request, deadlineNs).path("operation");
        }
        final String details = checkpoints + "/details/" + operation.path("checkpointId").asLong();
        JsonNode told = await(details, deadlineNs);
        while (!told.path("status").asText().equals("COMPLETED")) {
            pause(deadlineNs);
            told = await(details, deadlineNs);
        }
        return told.path("end_to_end_duration").asDouble();
    }

    /** What the JobManager may not know of at once. */
    private JsonNode await(final String path, final long deadlineNs)
            throws IOException, InterruptedException {
        Optional<JsonNode> answer = cluster.get(path);
        while (answer.isEmpty()) {
            pause(deadlineNs);
            answer = cluster.get(path);
        }
        return answer.get();
    }

    private static void pause(final long deadlineNs) throws InterruptedException {
        if (System.nanoTime() > deadlineNs) {
            throw new CommandFailure("Flink does not answer");
        }
        Thread.sleep(POLL_MILLIS);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
