package io.geminid.runtime.simulation.scenario;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.simulation.SimulatedCluster;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.state.provider.StateStores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What a seed stands for.
 *
 * @param seed of everything
 * @param job what runs
 * @param workers how many
 * @param configuration of all processes
 * @param linkDelayNsMax longest that a control message takes
 * @param taskPauseNsMax longest that slow tasks pause between steps
 * @param storageDelayNsMax longest that a call to the storage waits for its turn
 * @param harm what goes wrong
 * @param live whether faults end and the job must, or the faults go on until the run is broken off
 */
record Scenario(
        long seed,
        ScenarioJob job,
        int workers,
        Map<String, String> configuration,
        long linkDelayNsMax,
        int taskPauseNsMax,
        long storageDelayNsMax,
        Harm harm,
        boolean live) {

    private static final String PATIENT = "30s";

    /** So that the persister changes nothing else. */
    private static final long PERSISTER_SALT = 0x6C6F67L;

    static Scenario of(final long seed, final Path output) {
        final Random random = new Random(seed);
        final boolean congested = random.nextInt(3) == 0;
        final Map<String, String> configuration = configuration(random);
        final long linkDelayNsMax =
                random.nextBoolean()
                        ? 0
                        : Harm.between(random, 100_000, congested ? 2_000_000 : 50_000_000);
        final long storageDelayNsMax =
                random.nextInt(3) > 0 || congested ? 0 : Harm.between(random, 100_000, 300_000_000);
        configuration.put(
                CheckpointSettings.TIMEOUT.name(),
                timeout(random.nextInt(10) == 0, linkDelayNsMax, storageDelayNsMax));
        if (congested) {
            configuration.put(CheckpointSettings.INTERVAL.name(), 1 + random.nextInt(2) + "ms");
            configuration.put(
                    CheckpointSettings.ALIGNMENT.name(),
                    random.nextInt(4) == 0 ? "aligned-for-a-time" : "unaligned");
        }
        persist(new Random(seed ^ PERSISTER_SALT), configuration);
        final ScenarioJob job =
                ScenarioJob.of(
                        random,
                        output,
                        congested ? 0 : pauseMillis(random, linkDelayNsMax, storageDelayNsMax));
        final Harm harm = congested ? Harm.ofCongested(random) : Harm.of(random);
        return new Scenario(
                seed,
                job,
                1 + random.nextInt(3),
                configuration,
                linkDelayNsMax,
                taskPauseNsMax(random, congested),
                storageDelayNsMax,
                job.rescales() ? harm.with(FaultKind.RESCALE) : harm,
                random.nextInt(5) > 0);
    }

    /** Where barriers overtake, what is in flight is copied, or logged, or both and compared. */
    private static void persist(final Random random, final Map<String, String> configuration) {
        if (!configuration.get(CheckpointSettings.ALIGNMENT.name()).equals("aligned")
                && random.nextInt(3) == 0) {
            configuration.put(CheckpointSettings.PERSISTER.name(), "continuous");
        }
    }

    /** Whether what is sent is logged, and what is in flight cut out of that. */
    boolean logs() {
        return configuration.containsKey(CheckpointSettings.PERSISTER.name());
    }

    /** Whether what is copied is logged besides. */
    boolean logsBeside() {
        return !logs()
                && !configuration.get(CheckpointSettings.ALIGNMENT.name()).equals("aligned")
                && new Random(seed ^ PERSISTER_SALT).nextInt(3) == 1;
    }

    /** Sources take so long that there is time for some checkpoints. */
    private static long pauseMillis(
            final Random random, final long linkDelayNsMax, final long storageDelayNsMax) {
        if (random.nextInt(3) == 0) {
            return 0;
        }
        final long checkpointNs = 1_000_000 + linkDelayNsMax + 2 * storageDelayNsMax;
        return 1 + TimeUnit.NANOSECONDS.toMillis((long) (random.nextDouble() * checkpointNs / 2));
    }

    private static int taskPauseNsMax(final Random random, final boolean congested) {
        if (congested) {
            return (int) Harm.between(random, 1_000_000, 20_000_000);
        }
        return random.nextInt(3) == 0 ? 0 : (int) Harm.between(random, 20_000, 5_000_000);
    }

    private static Map<String, String> configuration(final Random random) {
        final Map<String, String> entries = new TreeMap<>();
        entries.put(SegmentPoolContext.SEGMENT_BYTES.name(), "4kb");
        entries.put(SegmentPoolContext.SLAB_BYTES.name(), "64kb");
        entries.put(SegmentPoolContext.MAX_BYTES.name(), "4mb");
        entries.put(CheckpointSettings.DIRECTORY.name(), "simulated");
        entries.put(CheckpointSettings.JOB.name(), "simulated");
        entries.put(CheckpointSettings.INTERVAL.name(), interval(random));
        entries.put(
                CheckpointSettings.ALIGNMENT.name(),
                List.of("aligned", "unaligned", "unaligned", "aligned-for-a-time")
                        .get(random.nextInt(4)));
        entries.put(CheckpointSettings.ALIGNED_TIMEOUT.name(), random.nextInt(20) + "ms");
        entries.put(CheckpointSettings.RETAINED.name(), Integer.toString(1 + random.nextInt(3)));
        entries.put(CheckpointSettings.RESTARTS.name(), "1000");
        entries.put(
                CheckpointSettings.RESTART_DELAY.name(),
                random.nextInt(random.nextBoolean() ? 4 : 100) + "ms");
        entries.put(StateStores.STORE.name(), random.nextInt(4) == 0 ? "heap" : "gemini");
        entries.put(
                ShuffleOptions.EXCLUSIVE_PER_CHANNEL.name(), Integer.toString(random.nextInt(3)));
        entries.put(
                ShuffleOptions.FLOATING_PER_GATE.name(), Integer.toString(1 + random.nextInt(8)));
        // A task that waits for a segment in the middle of a record waits for ever: whoever could
        // give one back is on the same thread.
        entries.put(ShuffleOptions.OVERDRAFT_PER_PARTITION.name(), "64");
        return entries;
    }

    /** Tight, but long enough for a checkpoint with luck: else no job that needs one would end. */
    private static String timeout(
            final boolean tight, final long linkDelayNsMax, final long storageDelayNsMax) {
        final long storageCalls = 40;
        final long shortestNs = 40_000_000 + 12 * linkDelayNsMax + storageCalls * storageDelayNsMax;
        return tight ? TimeUnit.NANOSECONDS.toMillis(shortestNs) + "ms" : PATIENT;
    }

    /** Whether checkpoints may time out although nothing goes wrong. */
    boolean isTight() {
        return !configuration.get(CheckpointSettings.TIMEOUT.name()).equals(PATIENT);
    }

    /** One so long that only what a job needs to end is taken, or fails. */
    private static String interval(final Random random) {
        if (random.nextInt(12) == 0) {
            return "1h";
        }
        return 1 + random.nextInt(random.nextInt(3) > 0 ? 2 : 15) + "ms";
    }

    SimulatedCluster.Shape shape(final SimulatedCluster.Listener listener) {
        return new SimulatedCluster.Shape(
                workers,
                job.widest(),
                linkDelayNsMax,
                taskPauseNsMax,
                storageDelayNsMax,
                harm.kinds().contains(FaultKind.CUT_POWER),
                true,
                listener);
    }

    GeminidProperties properties() {
        final List<ConfigKey<?>> keys = new ArrayList<>(SegmentPoolContext.KEYS);
        keys.addAll(CheckpointSettings.KEYS);
        keys.addAll(ShuffleOptions.KEYS);
        keys.add(StateStores.STORE);
        return GeminidProperties.of(configuration, keys);
    }
}
