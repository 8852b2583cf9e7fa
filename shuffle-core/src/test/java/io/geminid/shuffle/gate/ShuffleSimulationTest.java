package io.geminid.shuffle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.shuffle.gate.ShuffleSimulation.Memory;
import io.geminid.testing.Seed;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole jobs in one thread, with as little memory as is legal, in any order of events. */
class ShuffleSimulationTest {

    private static final int JOBS = 150;
    private static final int JOBS_LONG = 5_000;
    private static final int STEPS_MAX = 2_000_000;

    @RegisterExtension final Seed seed = new Seed();

    private final Map<String, Long> seen = new TreeMap<>();

    private Memory anyMemory(final Random random) {
        return new Memory(
                random.nextInt(3), 1 + random.nextInt(3), random.nextInt(3), 1 + random.nextInt(4));
    }

    // INV K7
    @Test
    void everyJobFinishesWithTheLeastMemory() throws Exception {
        runToTheEnd(JOBS);
        assertThat(seen)
                .containsKeys(
                        "backlog announced",
                        "channel resumed",
                        "part of a segment sent",
                        "partition not found",
                        "whole segment sent");
    }

    // INV K7
    @Tag("long")
    @Test
    void everyOneOfManyJobsFinishes() throws Exception {
        runToTheEnd(JOBS_LONG);
    }

    private void runToTheEnd(final int jobs) throws Exception {
        for (int job = 0; job < jobs; job++) {
            runToTheEnd(new ShuffleSimulation(seed.fork(), anyMemory(seed.random()), seen));
        }
    }

    // INV K5
    @Test
    void everyJobFinishesWithoutExclusiveAndWithOneFloatingSegment() throws Exception {
        for (int job = 0; job < JOBS; job++) {
            runToTheEnd(new ShuffleSimulation(seed.fork(), new Memory(0, 1, 0, 1), seen));
        }
    }

    // INV K11
    @Test
    void everySegmentIsBackWheneverAJobIsAborted() throws Exception {
        for (int job = 0; job < JOBS; job++) {
            final ShuffleSimulation simulation =
                    new ShuffleSimulation(seed.fork(), anyMemory(seed.random()), seen);
            final int steps = seed.random().nextInt(3_000);
            for (int i = 0; i < steps && !simulation.isDone(); i++) {
                simulation.step();
            }
            simulation.abort();
            simulation.close();
        }
        assertThat(seen).containsKeys("data for a closed channel", "data lost with its link");
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
