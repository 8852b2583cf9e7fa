package io.geminid.runtime.task;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.partition.ResultPartition;

/**
 * Makes the partitions and gates of one task, out of what its deployment says. Task thread only.
 */
public interface TaskShuffle {

    /**
     * Makes the output of an edge. Called once for each.
     *
     * @param edge one of the vertex's outputs
     * @return the task's, to be closed
     */
    ResultPartition createPartition(JobEdge edge);

    /**
     * Makes the input of an edge. Called once for each.
     *
     * @param edge one of the vertex's inputs
     * @return the task's, to be closed; its channels are not yet requested
     */
    InputGate createGate(JobEdge edge);
}
