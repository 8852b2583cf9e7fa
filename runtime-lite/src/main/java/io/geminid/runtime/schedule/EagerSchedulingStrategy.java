package io.geminid.runtime.schedule;

import io.geminid.runtime.graph.JobVertex;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything at once: what a job needs whose edges are all pipelined, since a producer cannot run
 * far ahead of its consumers.
 */
public final class EagerSchedulingStrategy implements SchedulingStrategy {

    private final List<Subtask> all = new ArrayList<>();

    /**
     * Makes a strategy.
     *
     * @param vertices of the job
     */
    public EagerSchedulingStrategy(final List<JobVertex> vertices) {
        for (final JobVertex vertex : vertices) {
            for (int index = 0; index < vertex.parallelism(); index++) {
                all.add(new Subtask(vertex.id(), index));
            }
        }
    }

    @Override
    public List<Subtask> onStart() {
        return List.copyOf(all);
    }
}
