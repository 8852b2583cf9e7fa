package io.geminid.runtime.cluster;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.control.ControlTimings;
import io.geminid.runtime.graph.ExchangeModes;
import io.geminid.runtime.graph.stream.ResourceProfile;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The properties that coordinator and workers read. */
public final class ClusterKeys {

    /** Where the coordinator waits for its workers, on the loopback address. */
    public static final ConfigKey<Integer> CONTROL_PORT =
            ConfigKey.integer(
                    "geminid.cluster.control-port",
                    0,
                    0,
                    65_535,
                    "Loopback port on which the coordinator waits for workers; 0 takes a free one.");

    /** How long workers may take to come up. */
    public static final ConfigKey<Duration> START_TIMEOUT =
            ConfigKey.duration(
                    "geminid.cluster.start-timeout",
                    "60s",
                    Duration.ofMillis(100),
                    Duration.ofHours(1),
                    "How long all workers together may take from start to their first message.");

    /** How often both ends say that they live. */
    public static final ConfigKey<Duration> HEARTBEAT_INTERVAL =
            ConfigKey.duration(
                    "geminid.cluster.heartbeat-interval",
                    "500ms",
                    Duration.ofMillis(10),
                    Duration.ofMinutes(1),
                    "How often coordinator and worker tell each other that they live.");

    /** After how long a silent peer is taken for dead. */
    public static final ConfigKey<Duration> HEARTBEAT_TIMEOUT =
            ConfigKey.duration(
                    "geminid.cluster.heartbeat-timeout",
                    "10s",
                    Duration.ofMillis(50),
                    Duration.ofHours(1),
                    "Silence after which a peer is taken for dead; a closed connection counts at once.");

    /** How long a job waits for slots. */
    public static final ConfigKey<Duration> SLOT_TIMEOUT =
            ConfigKey.duration(
                    "geminid.cluster.slot-timeout",
                    "10s",
                    Duration.ofMillis(1),
                    Duration.ofHours(24),
                    "How long a job waits until all of its slots are free; where lost workers are replaced,"
                            + " geminid.cluster.start-timeout if that is longer.");

    /** How long tasks may take to stop. */
    public static final ConfigKey<Duration> CANCEL_TIMEOUT =
            ConfigKey.duration(
                    "geminid.cluster.cancel-timeout",
                    "10s",
                    Duration.ofMillis(10),
                    Duration.ofHours(1),
                    "How long tasks may take to stop once cancelled; a worker that exceeds it is given up.");

    /** How long a worker process may take to exit. */
    public static final ConfigKey<Duration> STOP_TIMEOUT =
            ConfigKey.duration(
                    "geminid.cluster.stop-timeout",
                    "5s",
                    Duration.ofMillis(10),
                    Duration.ofHours(1),
                    "How long a worker process may take to exit when asked before it is killed.");

    /** Processes that wait to take the place of a lost worker. */
    public static final ConfigKey<Integer> STANDBY_WORKERS =
            ConfigKey.integer(
                    "geminid.cluster.standby-workers",
                    0,
                    0,
                    16,
                    "Warm processes that take the place of lost workers, where jobs are restarted.");

    /** How often workers report counters. */
    public static final ConfigKey<Duration> PROGRESS_INTERVAL =
            ConfigKey.duration(
                    "geminid.cluster.progress-interval",
                    "1s",
                    Duration.ofMillis(10),
                    Duration.ofHours(1),
                    "How often workers report counters and listeners are told.");

    /** Processors of a worker. */
    public static final ConfigKey<Integer> WORKER_CPU =
            ConfigKey.integer(
                    "geminid.cluster.worker-cpu-millis",
                    0,
                    0,
                    1_000_000,
                    "Thousandths of processors that a worker shares out to tasks; 0 for no limit.");

    /** Heap of a worker. */
    public static final ConfigKey<Long> WORKER_HEAP =
            memory("worker-heap", "objects of tasks; 0 for no limit.");

    /** Other memory of a worker. */
    public static final ConfigKey<Long> WORKER_OFF_HEAP =
            memory("worker-off-heap", "what tasks take outside of the heap; 0 for no limit.");

    /** Memory of a worker for state. */
    public static final ConfigKey<Long> WORKER_MANAGED =
            memory("worker-managed", "state stores; 0 for no limit.");

    private static ConfigKey<Long> memory(final String name, final String what) {
        return ConfigKey.bytes(
                "geminid.cluster." + name,
                "0",
                0,
                1L << 50,
                "Memory that a worker shares out to tasks for " + what);
    }

    private static final List<ConfigKey<?>> OWN =
            List.of(
                    CONTROL_PORT,
                    START_TIMEOUT,
                    HEARTBEAT_INTERVAL,
                    HEARTBEAT_TIMEOUT,
                    SLOT_TIMEOUT,
                    CANCEL_TIMEOUT,
                    STOP_TIMEOUT,
                    STANDBY_WORKERS,
                    PROGRESS_INTERVAL,
                    WORKER_CPU,
                    WORKER_HEAP,
                    WORKER_OFF_HEAP,
                    WORKER_MANAGED);

    /** All of them, those of exchanges and checkpoints included. */
    public static final List<ConfigKey<?>> KEYS =
            Stream.of(OWN, ExchangeModes.KEYS, CheckpointSettings.KEYS)
                    .<ConfigKey<?>>flatMap(List::stream)
                    .toList();

    private ClusterKeys() {}

    /** Where checkpoints are kept; {@code null} if there are none. */
    static BlobStore checkpointBlobs(final CheckpointSettings settings) {
        return settings.isOn()
                ? new DirectoryBlobStore(new HostDisk(), Path.of(settings.directory()))
                : null;
    }

    /** What every worker shares out. */
    static ResourceProfile workerResources(final GeminidProperties properties) {
        return new ResourceProfile(
                limit(properties.get(WORKER_CPU)),
                limit(properties.get(WORKER_HEAP)),
                limit(properties.get(WORKER_OFF_HEAP)),
                limit(properties.get(WORKER_MANAGED)),
                Long.MAX_VALUE);
    }

    private static long limit(final long configured) {
        return configured == 0 ? Long.MAX_VALUE : configured;
    }

    /** The times that coordinator and workers wait for each other. */
    static ControlTimings timings(final GeminidProperties properties) {
        return new ControlTimings(
                properties.get(HEARTBEAT_INTERVAL).toNanos(),
                properties.get(HEARTBEAT_TIMEOUT).toNanos(),
                properties.get(PROGRESS_INTERVAL).toNanos(),
                slotTimeout(properties).toNanos(),
                properties.get(CANCEL_TIMEOUT).toNanos());
    }

    /** A job that starts again waits for the worker that takes the place of the lost one. */
    private static Duration slotTimeout(final GeminidProperties properties) {
        final Duration slots = properties.get(SLOT_TIMEOUT);
        final Duration start = properties.get(START_TIMEOUT);
        final boolean replaces = properties.get(CheckpointSettings.RESTARTS) > 0;
        return replaces && start.compareTo(slots) > 0 ? start : slots;
    }
}
