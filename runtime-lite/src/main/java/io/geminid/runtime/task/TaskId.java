package io.geminid.runtime.task;

/**
 * Identity of one attempt of one subtask. A message about an older attempt is told by it.
 *
 * @param jobId the job, unique in a cluster
 * @param vertex number of the vertex within the job
 * @param subtask index of the subtask, from 0 on
 * @param attempt number of the attempt, from 0 on
 */
public record TaskId(long jobId, int vertex, int subtask, int attempt) {

    /** Checks the numbers. */
    public TaskId {
        if (vertex < 0 || subtask < 0 || attempt < 0) {
            throw new IllegalArgumentException(
                    "vertex=" + vertex + " subtask=" + subtask + " attempt=" + attempt);
        }
    }

    @Override
    public String toString() {
        return Long.toHexString(jobId) + "/" + vertex + "/" + subtask + "#" + attempt;
    }
}
