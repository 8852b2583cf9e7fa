package io.geminid.runtime.schedule;

import java.util.List;

/** Says which subtasks are deployed together, or not at all. Called by the coordinator's thread. */
public interface SchedulingStrategy {

    /**
     * The job begins.
     *
     * @return subtasks to deploy now, by vertex and index
     */
    List<Subtask> onStart();
}
