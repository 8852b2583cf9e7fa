package io.geminid.runtime.simulation.scenario;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.shuffle.service.ShuffleOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a seed stands for.
 *
 * @param seed of everything
 * @param job what runs
 * @param workers how many
 * @param slots of each worker
 * @param configuration of all processes
 * @param linkDelayNsMax longest that a control message takes
 * @param taskPauseNsMax longest that slow tasks pause between steps
 * @param faults what goes wrong
 * @param faultGapNs from one fault to the next, on the average; 0 if control messages cause them
 * @param faultShare how many control messages are followed by a fault, 0 to 1
 * @param faultsAfter checkpoints that are complete before the first
 * @param faultsMax how many there are
 * @param live whether faults end and the job must, or the faults go on until the run is broken off
 */
record Scenario(
        long seed,
        SampleOptions job,
        int workers,
        int slots,
        Map<String, String> configuration,
        long linkDelayNsMax,
        int taskPauseNsMax,
        Set<FaultKind> faults,
        long faultGapNs,
        double faultShare,
        int faultsAfter,
        int faultsMax,
        boolean live) {

    private static final int TASK_PAUSE_NS_MAX = 2_000_000;

    /** A fault now and then that nothing follows from is wasted. */
    private static final int FAULTS_MAX = 10;

    static Scenario of(final long seed, final Path output) {
        final Random random = new Random(seed);
        final int widest = 1 + random.nextInt(3);
        final Set<FaultKind> faults = EnumSet.noneOf(FaultKind.class);
        for (final FaultKind kind : FaultKind.values()) {
            if (random.nextInt(5) < 2) {
                faults.add(kind);
            }
        }
        final long linkDelayNsMax = random.nextBoolean() ? 0 : between(random, 100_000, 50_000_000);
        final boolean byTime = random.nextInt(3) == 0;
        return new Scenario(
                seed,
                job(random, output, widest),
                1 + random.nextInt(3),
                widest,
                configuration(random, linkDelayNsMax),
                linkDelayNsMax,
                random.nextInt(3) == 0 ? 0 : random.nextInt(TASK_PAUSE_NS_MAX),
                faults,
                byTime ? between(random, 1_000_000, 80_000_000) : 0,
                byTime ? 0 : between(random, 1, 100) / 1_000.0,
                random.nextInt(4),
                random.nextInt(FAULTS_MAX),
                random.nextInt(5) > 0);
    }

    private static SampleOptions job(final Random random, final Path output, final int widest) {
        final boolean large = random.nextInt(8) == 0;
        return SampleOptions.of(output, widest)
                .withRecords(records(random, large))
                .withSeed(random.nextLong())
                .withPayloadBytesMax(random.nextInt(large ? 20_000 : 200))
                .withChaining(random.nextBoolean())
                .withParallelism(
                        Stream.generate(() -> 1 + random.nextInt(widest)).limit(4).toList());
    }

    /** As often of each order of magnitude. */
    private static long between(final Random random, final long least, final long most) {
        return (long) (least * Math.pow((double) most / least, random.nextDouble()));
    }

    private static int records(final Random random, final boolean large) {
        final int[] most = {150, 600, 600, 1_500, 3_000};
        if (random.nextInt(20) == 0) {
            return 0;
        }
        return random.nextInt(large ? 150 : most[random.nextInt(most.length)]);
    }

    private static Map<String, String> configuration(
            final Random random, final long linkDelayNsMax) {
        final Map<String, String> entries = new TreeMap<>();
        entries.put(SegmentPoolContext.SEGMENT_BYTES.name(), "4kb");
        entries.put(SegmentPoolContext.SLAB_BYTES.name(), "64kb");
        entries.put(SegmentPoolContext.MAX_BYTES.name(), "4mb");
        entries.put(CheckpointSettings.DIRECTORY.name(), "simulated");
        entries.put(
                CheckpointSettings.INTERVAL.name(),
                1 + random.nextInt(random.nextBoolean() ? 4 : 20) + "ms");
        entries.put(
                CheckpointSettings.ALIGNMENT.name(),
                List.of("aligned", "unaligned", "unaligned", "aligned-for-a-time")
                        .get(random.nextInt(4)));
        entries.put(CheckpointSettings.ALIGNED_TIMEOUT.name(), random.nextInt(20) + "ms");
        final String tight = linkDelayNsMax == 0 ? "40ms" : "700ms";
        entries.put(CheckpointSettings.TIMEOUT.name(), random.nextInt(10) == 0 ? tight : "10s");
        entries.put(CheckpointSettings.RETAINED.name(), Integer.toString(1 + random.nextInt(3)));
        entries.put(CheckpointSettings.RESTARTS.name(), "1000");
        entries.put(CheckpointSettings.RESTART_DELAY.name(), random.nextInt(100) + "ms");
        entries.put(
                ShuffleOptions.EXCLUSIVE_PER_CHANNEL.name(), Integer.toString(random.nextInt(3)));
        entries.put(
                ShuffleOptions.FLOATING_PER_GATE.name(), Integer.toString(1 + random.nextInt(8)));
        // A task that waits for a segment in the middle of a record waits for ever: whoever could
        // give one back is on the same thread.
        entries.put(ShuffleOptions.OVERDRAFT_PER_PARTITION.name(), "64");
        return entries;
    }

    GeminidProperties properties() {
        final List<ConfigKey<?>> keys = new ArrayList<>(SegmentPoolContext.KEYS);
        keys.addAll(CheckpointSettings.KEYS);
        keys.addAll(ShuffleOptions.KEYS);
        return GeminidProperties.of(configuration, keys);
    }
}
