package io.geminid.runtime.cluster.checkpoint;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.runtime.task.storage.ChannelLogSettings;
import io.geminid.runtime.task.storage.ChannelPersister;
import io.geminid.shuffle.event.BarrierKind;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.registry.ClaimMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * When checkpoints are taken, how, and what happens after a failure.
 *
 * @param directory where checkpoints are; empty for none
 * @param interval from the beginning of one to that of the next
 * @param minPause least time from the end of one to the beginning of the next
 * @param timeout after which one is given up
 * @param alignment how barriers behave
 * @param alignedTimeout how long they stay aligned, if for a time
 * @param persister how what is in flight is kept
 * @param logBytesMax most that a task's log of it holds
 * @param retained completed ones that are kept
 * @param keepsCopies whether workers keep copies of what they write
 * @param job name under which a job's checkpoints or results are found again; empty for a new one
 * @param from what a job without checkpoints of its own starts from; empty for nothing
 * @param claims whether that checkpoint is the new job's from then on
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
        ChannelPersister persister,
        long logBytesMax,
        int retained,
        boolean keepsCopies,
        String job,
        String from,
        boolean claims,
        int restartsMax,
        Duration restartDelay) {

    /** Where checkpoints are. */
    public static final ConfigKey<String> DIRECTORY =
            ConfigKey.text(
                    "geminid.checkpoint.directory",
                    "",
                    "Directory of checkpoints, reached by coordinator and workers; empty for"
                            + " none.");

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
                    "aligned, unaligned or aligned-for-a-time.");

    /** How often a record may count after a failure. */
    public static final ConfigKey<String> GUARANTEE =
            ConfigKey.text(
                    "geminid.checkpoint.guarantee",
                    "exactly-once",
                    "exactly-once, or at-least-once: no channel waits, records may count twice"
                            + " after a failure.");

    /** Whether workers keep copies. */
    public static final ConfigKey<Boolean> LOCAL_COPIES =
            ConfigKey.flag(
                    "geminid.checkpoint.local-copies",
                    true,
                    "Whether workers keep a copy of what they write under"
                            + " geminid.state.local-dir, to restore from if they survive.");

    /** Whose checkpoints a job goes on with. */
    public static final ConfigKey<String> JOB =
            ConfigKey.text(
                    "geminid.checkpoint.job",
                    "",
                    "Name under which a job's checkpoints are found again, or what a shuffle service"
                            + " has of a batch job, so that it goes on from there; empty for a new"
                            + " job each time.");

    /** What a job starts from. */
    public static final ConfigKey<String> FROM =
            ConfigKey.text(
                    "geminid.checkpoint.from",
                    "",
                    "Checkpoint or savepoint (JOB/NUMBER-ATTEMPT), or job whose latest, that a job"
                            + " without checkpoints of its own starts from.");

    /** Whose that is then. */
    public static final ConfigKey<Boolean> CLAIM =
            ConfigKey.flag(
                    "geminid.checkpoint.claim",
                    false,
                    "Whether the checkpoint that a job starts from is its own from then on, and"
                            + " deleted when it is subsumed.");

    /** How long barriers stay aligned. */
    public static final ConfigKey<Duration> ALIGNED_TIMEOUT =
            ConfigKey.duration(
                    "geminid.checkpoint.aligned-timeout",
                    "100ms",
                    Duration.ZERO,
                    Duration.ofHours(1),
                    "How long barriers that are aligned for a time stay so.");

    /** How what is in flight is kept. */
    public static final ConfigKey<ChannelPersister> PERSISTER =
            ConfigKey.choice(
                    "geminid.checkpoint.channel-persister",
                    ChannelPersister.CHECKPOINT,
                    "checkpoint: data in flight is copied when a barrier overtakes it; continuous:"
                            + " all that is sent is logged, and a checkpoint says where it stands.");

    /** Most that a log holds. */
    public static final ConfigKey<Long> LOG_BYTES =
            ConfigKey.bytes(
                    "geminid.checkpoint.channel-log-bytes",
                    "1gb",
                    1 << 20,
                    1L << 40,
                    "How much of what it sent the log of a task holds before it begins anew,"
                            + " because no checkpoint completes.");

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
                    PERSISTER,
                    LOG_BYTES,
                    RETAINED,
                    GUARANTEE,
                    LOCAL_COPIES,
                    JOB,
                    FROM,
                    CLAIM,
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
        final BarrierKind alignment =
                alignment(properties.get(GUARANTEE), properties.get(ALIGNMENT));
        return new CheckpointSettings(
                properties.get(DIRECTORY),
                properties.get(INTERVAL),
                properties.get(MIN_PAUSE),
                properties.get(TIMEOUT),
                alignment,
                properties.get(ALIGNED_TIMEOUT),
                persister(properties.get(PERSISTER), alignment),
                properties.get(LOG_BYTES),
                properties.get(RETAINED),
                properties.get(LOCAL_COPIES),
                properties.get(JOB),
                properties.get(FROM),
                properties.get(CLAIM),
                properties.get(RESTARTS),
                properties.get(RESTART_DELAY));
    }

    private static BarrierKind alignment(final String guarantee, final String text) {
        final BarrierKind kind =
                switch (text) {
                    case "aligned" -> BarrierKind.ALIGNED;
                    case "unaligned" -> BarrierKind.UNALIGNED;
                    case "aligned-for-a-time" -> BarrierKind.ALIGNED_FOR_A_TIME;
                    default ->
                            throw new ConfigException(
                                    ALIGNMENT.name()
                                            + "="
                                            + text
                                            + " must be aligned, unaligned or aligned-for-a-time");
                };
        return switch (guarantee) {
            case "exactly-once" -> kind;
            case "at-least-once" -> atLeastOnce(kind, text);
            default ->
                    throw new ConfigException(
                            GUARANTEE.name()
                                    + "="
                                    + guarantee
                                    + " must be exactly-once or at-least-once");
        };
    }

    private static ChannelPersister persister(
            final ChannelPersister persister, final BarrierKind alignment) {
        if (persister == ChannelPersister.CONTINUOUS
                && alignment != BarrierKind.UNALIGNED
                && alignment != BarrierKind.ALIGNED_FOR_A_TIME) {
            throw new ConfigException(
                    PERSISTER.name()
                            + "=continuous needs "
                            + ALIGNMENT.name()
                            + "=unaligned or aligned-for-a-time: a barrier that overtakes nothing"
                            + " has nothing in flight to be kept");
        }
        return persister;
    }

    private static BarrierKind atLeastOnce(final BarrierKind kind, final String text) {
        if (kind != BarrierKind.ALIGNED) {
            throw new ConfigException(
                    GUARANTEE.name()
                            + "=at-least-once needs "
                            + ALIGNMENT.name()
                            + "=aligned, not "
                            + text
                            + ": an unaligned checkpoint keeps the data in flight, which"
                            + " at-least-once would count besides, and waits for no channel"
                            + " anyway");
        }
        return BarrierKind.TRACKED;
    }

    /**
     * Identity of a job.
     *
     * @param random draws that of a new one
     * @return the same for the same name
     */
    public long jobId(final RandomGenerator random) {
        final long id =
                job.isEmpty()
                        ? random.nextLong()
                        : UUID.nameUUIDFromBytes(job.getBytes(StandardCharsets.UTF_8))
                                .getLeastSignificantBits();
        return id & Long.MAX_VALUE;
    }

    ClaimMode claimMode() {
        return claims ? ClaimMode.CLAIM : ClaimMode.NO_CLAIM;
    }

    /**
     * How tasks log what they send.
     *
     * @param writer appends to logs
     * @return {@code null} if they do not
     */
    public ChannelLogSettings log(final Executor writer) {
        return persister == ChannelPersister.CONTINUOUS
                ? new ChannelLogSettings(logBytesMax, writer, false)
                : null;
    }

    /**
     * @return whether there are checkpoints at all
     */
    public boolean isOn() {
        return !directory.isEmpty();
    }

    /** The barrier of a checkpoint, as sources send it. */
    CheckpointBarrier barrier(final BegunCheckpoint begun, final boolean keepsInFlight) {
        final BarrierKind kind =
                keepsInFlight || alignment == BarrierKind.TRACKED ? alignment : BarrierKind.ALIGNED;
        final long remaining =
                kind == BarrierKind.ALIGNED_FOR_A_TIME ? alignedTimeout.toMillis() : 0;
        return new CheckpointBarrier(begun.id().checkpoint(), begun.base(), kind, remaining);
    }
}
