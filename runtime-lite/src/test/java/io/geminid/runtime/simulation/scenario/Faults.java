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
    private final SimulatedCluster cluster;
    private final Observations observations;
    private final Random random;
    private final EventLoop loop;
    private final List<FaultKind> kinds;
    private int done;

    Faults(
            final Scenario scenario,
            final SimulatedCluster cluster,
            final Observations observations,
            final Random random) {
        this.scenario = scenario;
        this.cluster = cluster;
        this.observations = observations;
        this.random = random;
        kinds = List.copyOf(scenario.faults());
        loop = cluster.newLoop();
    }

    void begin() {
        if (!kinds.isEmpty() && scenario.faultGapNs() > 0) {
            next();
        }
    }

    /** Somebody has been told something: the moments around are the interesting ones. */
    void onMessage() {
        if (!kinds.isEmpty() && random.nextDouble() < scenario.faultShare()) {
            loop.schedule((long) (random.nextDouble() * SOON_NS), this::harmOnce);
        }
    }

    private void next() {
        final double gap = -Math.log(1 - random.nextDouble());
        loop.schedule(
                (long) (scenario.faultGapNs() * gap),
                () -> {
                    if (harmOnce()) {
                        next();
                    }
                });
    }

    /** False if there was enough. */
    private boolean harmOnce() {
        if (observations.completed() < scenario.faultsAfter()) {
            return true;
        }
        if (done++ >= scenario.faultsMax() && scenario.live()) {
            return false;
        }
        harm(kinds.get(random.nextInt(kinds.size())));
        return true;
    }

    private void harm(final FaultKind kind) {
        observations.onFault(kind);
        final int worker = random.nextInt(scenario.workers());
        switch (kind) {
            case CRASH -> cluster.crash(worker);
            case PAUSE -> cluster.pause(worker, (long) (random.nextDouble() * PAUSE_NS_MAX));
            case LONG_PAUSE -> cluster.pause(worker, LONG_PAUSE_NS);
            case CUT_CONTROL -> cluster.cutControl(worker);
            case SILENCE_CONTROL -> cluster.silenceControl(worker);
            case CUT_DATA -> cluster.cutData();
            case STORAGE -> {
                cluster.failStorage(random.nextBoolean() ? 1 : random.nextDouble());
                loop.schedule(
                        (long) (random.nextDouble() * STORAGE_NS_MAX),
                        () -> cluster.failStorage(0));
            }
        }
    }
}
