package io.geminid.runtime.cluster.checkpoint;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.event.BarrierKind;
import io.geminid.shuffle.event.CheckpointBarrier;
import java.time.Duration;
import java.util.List;

/**
 * When checkpoints are taken, how, and what happens after a failure.
 *
 * @param directory where checkpoints are; empty for none
 * @param interval from the beginning of one to that of the next
 * @param minPause least time from the end of one to the beginning of the next
 * @param timeout after which one is given up
 * @param alignment how barriers behave
 * @param alignedTimeout how long they stay aligned, if for a time
 * @param retained completed ones that are kept
 * @param restartsMax how often a job is restarted
 * @param restartDelay how long it waits before
 */
public record CheckpointSettings(
        String directory,
        Duration interval,
        Duration minPause,
        Duration timeout,
        BarrierKind alignment,
        Duration alignedTimeout,
        int retained,
        int restartsMax,
        Duration restartDelay) {

    /** Where checkpoints are. */
    public static final ConfigKey<String> DIRECTORY =
            ConfigKey.text(
                    "geminid.checkpoint.directory",
                    "",
                    "Directory of checkpoints, reached by coordinator and workers; empty for none.");

    /** From the beginning of one to that of the next. */
    public static final ConfigKey<Duration> INTERVAL =
            ConfigKey.duration(
                    "geminid.checkpoint.interval",
                    "1s",
                    Duration.ofMillis(1),
                    Duration.ofHours(24),
                    "From the beginning of one checkpoint to that of the next.");

    /** Least time between two. */
    public static final ConfigKey<Duration> MIN_PAUSE =
            ConfigKey.duration(
                    "geminid.checkpoint.min-pause",
                    "0ms",
                    Duration.ZERO,
                    Duration.ofHours(24),
                    "Least time from the end of one checkpoint to the beginning of the next.");

    /** After which one is given up. */
    public static final ConfigKey<Duration> TIMEOUT =
            ConfigKey.duration(
                    "geminid.checkpoint.timeout",
                    "600s",
                    Duration.ofMillis(1),
                    Duration.ofHours(24),
                    "After how long a checkpoint that is not complete is given up.");

    /** How barriers behave. */
    public static final ConfigKey<String> ALIGNMENT =
            ConfigKey.text(
                    "geminid.checkpoint.alignment",
                    "unaligned",
                    "aligned, unaligned, aligned-for-a-time or at-least-once.");

    /** How long barriers stay aligned. */
    public static final ConfigKey<Duration> ALIGNED_TIMEOUT =
            ConfigKey.duration(
                    "geminid.checkpoint.aligned-timeout",
                    "100ms",
                    Duration.ZERO,
                    Duration.ofHours(1),
                    "How long barriers that are aligned for a time stay so.");

    /** Completed ones that are kept. */
    public static final ConfigKey<Integer> RETAINED =
            ConfigKey.integer(
                    "geminid.checkpoint.retained",
                    1,
                    1,
                    1000,
                    "How many completed checkpoints are kept.");

    /** How often a job is restarted. */
    public static final ConfigKey<Integer> RESTARTS =
            ConfigKey.integer(
                    "geminid.restart.attempts",
                    0,
                    0,
                    1_000_000,
                    "How often a job is started again after a failure.");

    /** How long it waits before. */
    public static final ConfigKey<Duration> RESTART_DELAY =
            ConfigKey.duration(
                    "geminid.restart.delay",
                    "0ms",
                    Duration.ZERO,
                    Duration.ofHours(1),
                    "How long a job waits before it is started again.");

    /** All of them. */
    public static final List<ConfigKey<?>> KEYS =
            List.of(
                    DIRECTORY,
                    INTERVAL,
                    MIN_PAUSE,
                    TIMEOUT,
                    ALIGNMENT,
                    ALIGNED_TIMEOUT,
                    RETAINED,
                    RESTARTS,
                    RESTART_DELAY);

    /**
     * The settings as configured.
     *
     * @param properties checked properties
     * @return the settings
     * @throws ConfigException if they do not fit each other
     */
    public static CheckpointSettings from(final GeminidProperties properties) {
        return new CheckpointSettings(
                properties.get(DIRECTORY),
                properties.get(INTERVAL),
                properties.get(MIN_PAUSE),
                properties.get(TIMEOUT),
                alignment(properties.get(ALIGNMENT)),
                properties.get(ALIGNED_TIMEOUT),
                properties.get(RETAINED),
                properties.get(RESTARTS),
                properties.get(RESTART_DELAY));
    }

    private static BarrierKind alignment(final String text) {
        return switch (text) {
            case "aligned" -> BarrierKind.ALIGNED;
            case "unaligned" -> BarrierKind.UNALIGNED;
            case "aligned-for-a-time" -> BarrierKind.ALIGNED_FOR_A_TIME;
            case "at-least-once" -> BarrierKind.TRACKED;
            default ->
                    throw new ConfigException(
                            ALIGNMENT.name()
                                    + "="
                                    + text
                                    + " must be aligned, unaligned, aligned-for-a-time or"
                                    + " at-least-once; unaligned checkpoints are always exactly"
                                    + " once: data in flight would be both kept and repeated");
        };
    }

    /**
     * @return whether there are checkpoints at all
     */
    public boolean isOn() {
        return !directory.isEmpty();
    }

    /** The barrier of a checkpoint, as sources send it. */
    CheckpointBarrier barrier(final long checkpoint) {
        final long remaining =
                alignment == BarrierKind.ALIGNED_FOR_A_TIME ? alignedTimeout.toMillis() : 0;
        return new CheckpointBarrier(checkpoint, alignment, remaining);
    }
}
