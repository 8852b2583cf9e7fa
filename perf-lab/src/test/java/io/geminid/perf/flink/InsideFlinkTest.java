package io.geminid.perf.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geminid.perf.CommandFailure;
import io.geminid.perf.CommandRun;
import io.geminid.perf.Geminid;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What can be told without a Flink cluster: engine-flink's tests start those. */
class InsideFlinkTest {

    @Test
    void whatCannotBeMeasuredThereIsWrongUsage() {
        assertRefused(
                "flink-netty is measured inside Flink, alone",
                "shuffle",
                "--peers",
                "raw-tcp,flink-netty");
        assertRefused("--inside: spark is unknown", "state", "--inside", "spark");
        assertRefused(
                "--peers: h2 is unknown inside Flink",
                "state",
                "--inside",
                "flink",
                "--peers",
                "rocksdb,h2");
    }

    private static void assertRefused(final String message, final String... arguments) {
        final String[] all = new String[arguments.length + 1];
        all[0] = "perf";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        final CommandRun run = CommandRun.of(all);
        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(Geminid.EXIT_USAGE);
    }

    @Test
    void checkpointsAreReadAsFlinkTellsThem() throws Exception {
        final JsonNode told =
                new ObjectMapper()
                        .readTree(
                                """
                                {"counts": {"completed": 4},
                                 "summary": {
                                   "checkpointed_size": {"avg": 1000},
                                   "end_to_end_duration": {"p50": 12.5, "max": 40},
                                   "persisted_data": {"avg": 700}}}
                                """);
        final Map<String, Double> metrics = new LinkedHashMap<>();
        FlinkMetrics.addCheckpoints(metrics, told, 3);
        assertThat(metrics)
                .containsEntry(FlinkMetrics.CHECKPOINT_MS, 12.5)
                .containsEntry(FlinkMetrics.CHECKPOINT_MAX_MS, 40.0)
                .containsEntry(FlinkMetrics.CHECKPOINT_BYTES, 1000.0)
                .containsEntry(FlinkMetrics.IN_FLIGHT_BYTES, 700.0);
        assertThatThrownBy(() -> FlinkMetrics.addCheckpoints(metrics, told, 5))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("completed=4 needed=5");
    }
}
