package io.geminid.shuffle.gate;

import io.geminid.shuffle.gate.ShuffleSimulation.Memory;
import io.geminid.testing.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole jobs in one thread, with as little memory as is legal, in any order of events. */
class ShuffleSimulationTest {

    private static final int JOBS = 400;
    private static final int STEPS_MAX = 2_000_000;

    @RegisterExtension final Seed seed = new Seed();

    private Memory anyMemory(final Random random) {
        return new Memory(
                random.nextInt(3), 1 + random.nextInt(3), random.nextInt(3), 1 + random.nextInt(4));
    }

    // INV K7
    @Test
    void everyJobFinishesWithTheLeastMemory() throws Exception {
        for (int job = 0; job < JOBS; job++) {
            runToTheEnd(new ShuffleSimulation(seed.fork(), anyMemory(seed.random())));
        }
    }

    // INV K5
    @Test
    void everyJobFinishesWithoutExclusiveAndWithOneFloatingSegment() throws Exception {
        for (int job = 0; job < JOBS; job++) {
            runToTheEnd(new ShuffleSimulation(seed.fork(), new Memory(0, 1, 0, 1)));
        }
    }

    // INV K11
    @Test
    void everySegmentIsBackWheneverAJobIsAborted() throws Exception {
        for (int job = 0; job < JOBS; job++) {
            final ShuffleSimulation simulation =
                    new ShuffleSimulation(seed.fork(), anyMemory(seed.random()));
            final int steps = seed.random().nextInt(3_000);
            for (int i = 0; i < steps && !simulation.isDone(); i++) {
                simulation.step();
            }
            simulation.abort();
            simulation.close();
        }
    }

    private static void runToTheEnd(final ShuffleSimulation simulation) throws Exception {
        for (int i = 0; !simulation.isDone(); i++) {
            if (i > STEPS_MAX) {
                throw new AssertionError("steps=" + i + "\n" + simulation);
            }
            simulation.step();
        }
        simulation.checkResult();
        simulation.close();
    }
}
