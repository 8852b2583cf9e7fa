package io.geminid.runtime.simulation.scenario;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What goes wrong in a scenario, and when.
 *
 * @param kinds what
 * @param gapNs from one fault to the next, on the average; 0 if moments cause them
 * @param moments after which there may be one
 * @param share after how many such moments there is, 0 to 1
 * @param after checkpoints that are complete before the first
 * @param max how many there are
 */
record Harm(
        Set<FaultKind> kinds, long gapNs, Set<Moment> moments, double share, int after, int max) {

    /** A fault now and then that nothing follows from is wasted. */
    private static final int FAULTS_MAX = 10;

    /** Faults that end what it takes a while to build up again, and that nothing else replaces. */
    private static final List<FaultKind> RARE =
            List.of(
                    FaultKind.CRASH_COORDINATOR,
                    FaultKind.PAUSE_COORDINATOR,
                    FaultKind.CUT_POWER,
                    FaultKind.RESCALE);

    private static final List<Moment> START =
            List.of(
                    Moment.SNAPSHOT_TAKEN,
                    Moment.SNAPSHOT_OF_LAST_TASK,
                    Moment.COMPLETED,
                    Moment.TASK_DRAINED,
                    Moment.LAST_COMPLETED,
                    Moment.LAST_COMPLETED,
                    Moment.TASK_FINISHED);

    static Harm of(final Random random) {
        final Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        for (final FaultKind kind : FaultKind.values()) {
            if (random.nextInt(RARE.contains(kind) ? 8 : 4) == 0) {
                kinds.add(kind);
            }
        }
        if (random.nextInt(20) == 0) {
            return new Harm(Set.of(), 0, Set.of(), 0, 0, 0);
        }
        if (kinds.isEmpty()) {
            kinds.add(FaultKind.CRASH);
        }
        final int most = 1 + random.nextInt(FAULTS_MAX);
        return switch (random.nextInt(4)) {
            case 0 ->
                    new Harm(
                            kinds,
                            between(random, 1_000_000, 80_000_000),
                            Set.of(),
                            0,
                            random.nextInt(4),
                            most);
            case 1 ->
                    new Harm(
                            kinds,
                            0,
                            Set.of(Moment.ANY),
                            between(random, 1, 100) / 1_000.0,
                            random.nextInt(4),
                            most);
            default ->
                    new Harm(kinds, 0, moments(random), 0.05 + 0.9 * random.nextDouble(), 0, most);
        };
    }

    /** Where much is in flight: before and after it is restored. */
    static Harm ofCongested(final Random random) {
        final Set<FaultKind> kinds =
                EnumSet.of(
                        List.of(FaultKind.CRASH, FaultKind.CUT_CONTROL, FaultKind.CUT_DATA)
                                .get(random.nextInt(3)));
        final FaultKind[] all = FaultKind.values();
        kinds.add(all[random.nextInt(all.length)]);
        final Set<Moment> moments =
                EnumSet.of(
                        Moment.FIRST_COMPLETED_AFTER_RESTORE,
                        random.nextBoolean() ? Moment.COMPLETED : Moment.SNAPSHOT_TAKEN);
        final double share = Math.pow(random.nextDouble(), 2);
        return new Harm(
                kinds, 0, moments, 0.02 + 0.98 * share, random.nextInt(3), 2 + random.nextInt(8));
    }

    /** One that comes in any run, and one that may come only after something has gone wrong. */
    private static Set<Moment> moments(final Random random) {
        final Moment[] all = Moment.values();
        return EnumSet.of(
                START.get(random.nextInt(START.size())), all[1 + random.nextInt(all.length - 1)]);
    }

    Harm with(final FaultKind kind) {
        final Set<FaultKind> more = EnumSet.of(kind);
        more.addAll(kinds);
        return new Harm(more, gapNs, moments, share, after, max);
    }

    /** As often of each order of magnitude. */
    static long between(final Random random, final long least, final long most) {
        return (long) (least * Math.pow((double) most / least, random.nextDouble()));
    }
}
