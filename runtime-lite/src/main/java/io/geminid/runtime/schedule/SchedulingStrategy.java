package io.geminid.runtime.schedule;

import java.util.List;

/**
 * Says when which subtasks are deployed. What one call returns is deployed together or not at all.
 * Called by the coordinator's thread.
 */
public interface SchedulingStrategy {

    /**
     * The job begins.
     *
     * @return subtasks to deploy now, by vertex and index
     */
    List<Subtask> onStart();

    /**
     * A subtask has finished.
     *
     * @param subtask which
     * @return subtasks to deploy now because of that; none of them was returned before
     */
    List<Subtask> onFinished(Subtask subtask);
}
