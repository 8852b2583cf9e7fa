package io.geminid.runtime.operator.chain;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.execution.ExecutionGraph;
import io.geminid.runtime.graph.execution.ExecutionVertex;
import io.geminid.runtime.operator.TestServices;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.SubtaskInfo;
import io.geminid.runtime.time.ManualProcessingTime;
import io.geminid.serial.RecordSerializer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Runs a whole job on the test's thread: every subtask has its chain, every channel is a queue, and
 * who takes the next step is drawn by lot. Records pass their serializers between subtasks.
 */
public final class JobHarness {

    private final ExecutionGraph graph;
    private final Random random;
    private final ManualProcessingTime clock = new ManualProcessingTime(0);
    private final List<HarnessTask> tasks = new ArrayList<>();
    private final Map<String, Long> counters = new HashMap<>();

    /**
     * Makes all subtasks.
     *
     * @param graph the job
     * @param random draws the lots
     */
    public JobHarness(final JobGraph graph, final Random random) {
        this.graph = new ExecutionGraph(1, graph);
        this.random = random;
        for (final ExecutionVertex vertex : this.graph.vertices()) {
            tasks.add(new HarnessTask(this, vertex));
        }
        tasks.forEach(HarnessTask::open);
    }

    /** Runs until all subtasks have ended; the clock moves when nobody can do anything else. */
    public void run() {
        final List<HarnessTask> running = new ArrayList<>(tasks);
        while (!running.isEmpty()) {
            final int first = draw(running.size());
            int tried = 0;
            while (tried < running.size()
                    && !running.get((first + tried) % running.size()).canStep()) {
                tried++;
            }
            if (tried < running.size()) {
                final HarnessTask task = running.get((first + tried) % running.size());
                task.step();
                if (task.isDone()) {
                    running.remove(task);
                }
            } else if (clock.nextMillis() == Long.MAX_VALUE) {
                throw new AssertionError("nobody can go on: running=" + running.size());
            } else {
                clock.advanceTo(clock.nextMillis());
            }
        }
        tasks.forEach(HarnessTask::close);
    }

    /**
     * @param operator name of an operator
     * @param counter name of a counter
     * @return its sum over the subtasks, after {@link #run}
     */
    public long counter(final String operator, final String counter) {
        return counters.getOrDefault(operator + "/" + counter, 0L);
    }

    int draw(final int lots) {
        return random.nextInt(lots);
    }

    ExecutionGraph graph() {
        return graph;
    }

    OperatorContext context(final SubtaskInfo subtask, final RecordSerializer<?> keySerializer) {
        return TestServices.context(subtask, keySerializer, clock, random.nextLong());
    }

    /** The queue that a subpartition of an edge flows into. */
    HarnessTask.Channel channel(final JobEdge edge, final int producer, final int subpartition) {
        final int consumer = graph.mapping(edge).consumerOf(producer, subpartition);
        return tasks.stream()
                .filter(
                        task ->
                                task.vertex().jobVertex().id() == edge.targetVertex()
                                        && task.vertex().subtask() == consumer)
                .findFirst()
                .orElseThrow()
                .channel(edge, producer, subpartition);
    }

    void addCounters(final OperatorContext context) {
        context.metrics()
                .values()
                .forEach(
                        (name, value) ->
                                counters.merge(
                                        context.subtask().operator() + "/" + name,
                                        value,
                                        Long::sum));
    }
}
