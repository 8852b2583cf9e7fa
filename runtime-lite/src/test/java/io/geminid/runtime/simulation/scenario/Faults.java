package io.geminid.runtime.simulation.scenario;

import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.simulation.SimulatedCluster;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Does harm, one thing after the other, until there was enough of it. */
final class Faults {

    private static final long PAUSE_NS_MAX = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long LONG_PAUSE_NS = TimeUnit.SECONDS.toNanos(15);
    private static final long SOON_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long STORAGE_NS_MAX = TimeUnit.MILLISECONDS.toNanos(200);

    private final Scenario scenario;
    private final Harm harm;
    private final SimulatedCluster cluster;
    private final Observations observations;
    private final Random random;
    private final EventLoop loop;
    private final List<FaultKind> kinds;
    private int done;
    private long lastNs;

    Faults(
            final Scenario scenario,
            final SimulatedCluster cluster,
            final Observations observations,
            final Random random) {
        this.scenario = scenario;
        this.cluster = cluster;
        this.observations = observations;
        this.random = random;
        harm = scenario.harm();
        kinds = List.copyOf(harm.kinds());
        loop = cluster.newLoop();
        lastNs = loop.nanoTime();
    }

    void begin() {
        if (!kinds.isEmpty() && harm.gapNs() > 0) {
            next();
        }
    }

    /** When the last one was, in nanoseconds of simulated time. */
    long lastNs() {
        return lastNs;
    }

    /** Something was said: the moments around are the interesting ones. */
    void on(final Moment moment) {
        if (harm.moments().contains(moment)
                && !kinds.isEmpty()
                && random.nextDouble() < harm.share()) {
            final boolean atOnce = random.nextInt(4) == 0;
            loop.schedule(atOnce ? 0 : (long) (random.nextDouble() * SOON_NS), () -> harmOnce());
        }
    }

    private void next() {
        final double gap = -Math.log(1 - random.nextDouble());
        loop.schedule(
                (long) (harm.gapNs() * gap),
                () -> {
                    if (harmOnce()) {
                        next();
                    }
                });
    }

    /** False if there was enough. */
    private boolean harmOnce() {
        if (observations.completed() < harm.after()) {
            return true;
        }
        if (done >= harm.max() && scenario.live()) {
            return false;
        }
        done++;
        final FaultKind kind = kinds.get(random.nextInt(kinds.size()));
        if (harm(kind)) {
            lastNs = loop.nanoTime();
            observations.onFault(kind);
        }
        return true;
    }

    /** False if it cannot be done now. */
    private boolean harm(final FaultKind kind) {
        final int worker = random.nextInt(scenario.workers());
        switch (kind) {
            case CRASH -> cluster.crash(worker);
            case PAUSE -> cluster.pause(worker, shortNs());
            case LONG_PAUSE -> cluster.pause(worker, LONG_PAUSE_NS);
            case CUT_CONTROL -> cluster.cutControl(worker);
            case SILENCE_CONTROL -> cluster.silenceControl(worker);
            case CUT_DATA -> cluster.cutData();
            case STORAGE -> failStorage();
            case PAUSE_COORDINATOR ->
                    cluster.pauseCoordinator(random.nextInt(4) == 0 ? LONG_PAUSE_NS : shortNs());
            case CRASH_COORDINATOR -> {
                return cluster.crashCoordinator();
            }
            case CUT_POWER -> {
                return cluster.cutPower();
            }
            case RESCALE -> {
                return cluster.rescale();
            }
        }
        return true;
    }

    private long shortNs() {
        return (long) (random.nextDouble() * PAUSE_NS_MAX);
    }

    private void failStorage() {
        cluster.failStorage(random.nextBoolean() ? 1 : random.nextDouble());
        loop.schedule((long) (random.nextDouble() * STORAGE_NS_MAX), () -> cluster.failStorage(0));
    }
}
