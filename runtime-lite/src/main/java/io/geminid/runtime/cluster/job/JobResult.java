package io.geminid.runtime.cluster.job;

import io.geminid.runtime.cluster.checkpoint.CheckpointTotals;
import java.util.List;
import java.util.Optional;

/**
 * How a job ended, with the accounts of everything that took part.
 *
 * @param status finished, failed or cancelled
 * @param failure the first cause; empty unless failed
 * @param elapsedNs from submission to the last report
 * @param tasks counters of every subtask at its end; a lost worker's as it said last
 * @param workers memory and network of every worker that is left, after the job gave all back
 * @param checkpoints what became of checkpoints, and how often the job was restarted
 */
public record JobResult(
        JobStatus status,
        Optional<JobFailure> failure,
        long elapsedNs,
        List<TaskReport> tasks,
        List<WorkerReport> workers,
        CheckpointTotals checkpoints) {

    /** Copies the lists and checks that a failure is there exactly if the job failed. */
    public JobResult {
        tasks = List.copyOf(tasks);
        workers = List.copyOf(workers);
        if (failure.isPresent() != (status == JobStatus.FAILED)) {
            throw new IllegalArgumentException("status=" + status + " failure=" + failure);
        }
    }

    /**
     * @return whether every task processed all of its input
     */
    public boolean isFinished() {
        return status == JobStatus.FINISHED;
    }

    /**
     * Adds up a counter.
     *
     * @param vertexName name of a vertex, or of an operator in it
     * @param counter its name, see {@link TaskReport.Counters}
     * @return the sum over the subtasks of the vertex
     */
    public long sum(final String vertexName, final String counter) {
        return tasks.stream()
                .filter(task -> task.isOf(vertexName))
                .mapToLong(task -> task.counter(counter))
                .sum();
    }

    /**
     * @return how often a segment was taken from a pool, over all workers
     */
    public long segmentsTaken() {
        return workers.stream().mapToLong(WorkerReport::segmentsTaken).sum();
    }

    /**
     * @return how often a segment was given back to a pool, over all workers
     */
    public long segmentsReturned() {
        return workers.stream().mapToLong(WorkerReport::segmentsReturned).sum();
    }

    /**
     * @return frames whose checksum was wrong, over all workers
     */
    public long checksumFailures() {
        return workers.stream().mapToLong(WorkerReport::checksumFailures).sum();
    }
}
