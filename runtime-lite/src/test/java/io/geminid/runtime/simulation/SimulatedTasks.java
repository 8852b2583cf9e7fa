package io.geminid.runtime.simulation;

import io.geminid.runtime.task.Task;
import io.geminid.runtime.task.mailbox.TaskTimers;
import io.geminid.runtime.task.run.TaskRunner;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Tasks as actors of a simulation. */
final class SimulatedTasks implements TaskRunner {

    private final Simulation simulation;
    private final Simulation.Node node;
    private final LongSupplier pauseNs;

    /**
     * @param pauseNs how long each task pauses between steps; asked once for each task
     */
    SimulatedTasks(
            final Simulation simulation, final Simulation.Node node, final LongSupplier pauseNs) {
        this.simulation = simulation;
        this.node = node;
        this.pauseNs = pauseNs;
    }

    @Override
    public RunningTask launch(final Function<Runnable, Task> maker) {
        final SimulatedTask running = new SimulatedTask();
        running.task = maker.apply(() -> running.signaled = true);
        node.add(running);
        return running;
    }

    private final class SimulatedTask implements RunningTask, Simulation.Actor {

        private Task task;
        private final long ownPauseNs = pauseNs.getAsLong();
        private boolean signaled = true;
        private long pausedUntilNs;

        @Override
        public Task task() {
            return task;
        }

        @Override
        public void interrupt() {
            // It never waits in the middle of a record: there is nobody else to end the waiting.
        }

        @Override
        public boolean isReady() {
            return nextNs() <= simulation.nowNs();
        }

        @Override
        public void step() {
            signaled = false;
            pausedUntilNs = simulation.nowNs() + ownPauseNs;
            if (task.runOneStep()) {
                signaled = true;
            }
            if (task.isDone()) {
                node.remove(this);
            }
        }

        @Override
        public long nextNs() {
            return Math.max(pausedUntilNs, signaled ? 0 : nextTimerNs());
        }

        private long nextTimerNs() {
            final long millis = task.nextTimerMillis();
            return millis == TaskTimers.NEVER ? NEVER : TimeUnit.MILLISECONDS.toNanos(millis);
        }
    }
}
