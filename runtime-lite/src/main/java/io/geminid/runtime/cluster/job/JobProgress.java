package io.geminid.runtime.cluster.job;

import java.util.List;

/**
 * What a running job has done so far, as the workers said last. The parts are not of one instant.
 *
 * @param elapsedNs since the job was submitted
 * @param tasks counters of every subtask that has been deployed
 * @param workers memory and network of every worker
 */
public record JobProgress(long elapsedNs, List<TaskReport> tasks, List<WorkerReport> workers) {

    /** Copies the lists. */
    public JobProgress {
        tasks = List.copyOf(tasks);
        workers = List.copyOf(workers);
    }

    /**
     * Adds up a counter.
     *
     * @param counter its name, see {@link TaskReport.Counters}
     * @return the sum over all subtasks
     */
    public long sum(final String counter) {
        return tasks.stream().mapToLong(task -> task.counter(counter)).sum();
    }

    /**
     * @return segments that the workers' pools have given out and not got back
     */
    public long segmentsInUse() {
        return workers.stream().mapToLong(WorkerReport::segmentsInUse).sum();
    }

    /**
     * @return segments granted to producers and not filled yet
     */
    public long creditsAvailable() {
        return workers.stream().mapToLong(WorkerReport::creditsAvailable).sum();
    }
}
