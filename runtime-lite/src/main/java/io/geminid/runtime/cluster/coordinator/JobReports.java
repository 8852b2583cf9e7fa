package io.geminid.runtime.cluster.coordinator;

import io.geminid.runtime.cluster.checkpoint.CheckpointTotals;
import io.geminid.runtime.cluster.job.JobFailure;
import io.geminid.runtime.cluster.job.JobFailures;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.cluster.job.WorkerReport;
import io.geminid.runtime.cluster.message.TaskCounters;
import io.geminid.runtime.task.TaskId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is told of a job, while it runs and at its end. The coordinator's loop only. */
final class JobReports {

    private static final Logger LOG = LoggerFactory.getLogger(JobReports.class);

    private final Coordinator coordinator;
    private final Map<TaskId, JobTask> tasks;
    private final long startedNs;

    /** Workers that were lost, by name. */
    private final Map<String, Integer> lost = new HashMap<>();

    /** Keeps the master's own map, which changes as the job goes on. */
    JobReports(final Coordinator coordinator, final Map<TaskId, JobTask> tasks) {
        this.coordinator = coordinator;
        this.tasks = tasks;
        startedNs = coordinator.context().loop().nanoTime();
    }

    void onLost(final WorkerHandle worker) {
        lost.put(worker.name(), worker.index());
    }

    void clearLost() {
        lost.clear();
    }

    void onCounters(final Collection<TaskCounters> counters) {
        for (final TaskCounters each : counters) {
            final JobTask task = tasks.get(each.task());
            if (task != null) {
                task.counters(each.counters());
            }
        }
    }

    void tell(final ProgressListener listener) {
        try {
            listener.onProgress(new JobProgress(elapsedNs(), taskReports(), workerReports()));
        } catch (final RuntimeException e) {
            LOG.warn("progress listener failed", e); // not the job's concern
        }
    }

    JobResult result(
            final boolean finished, final JobFailures failures, final CheckpointTotals totals) {
        // A worker that is lost when all has been done takes nothing with it.
        final Optional<JobFailure> failure =
                finished ? Optional.empty() : failures.first().map(this::withDetails);
        final JobStatus unfinished = failure.isPresent() ? JobStatus.FAILED : JobStatus.CANCELED;
        return new JobResult(
                finished ? JobStatus.FINISHED : unfinished,
                failure,
                elapsedNs(),
                taskReports(),
                workerReports(),
                totals);
    }

    /** What else is known of a lost worker, such as its exit code, is known only now. */
    JobFailure withDetails(final JobFailure failure) {
        final Integer worker = lost.get(failure.where());
        if (worker == null) {
            return failure;
        }
        final String details = coordinator.context().host().describe(worker);
        return new JobFailure(
                failure.where(), (failure.message() + " " + details).trim(), failure.detail());
    }

    private long elapsedNs() {
        return coordinator.context().loop().nanoTime() - startedNs;
    }

    private List<TaskReport> taskReports() {
        return tasks.values().stream().map(JobTask::report).toList();
    }

    private List<WorkerReport> workerReports() {
        return coordinator.workers().stream().map(WorkerHandle::report).toList();
    }
}
