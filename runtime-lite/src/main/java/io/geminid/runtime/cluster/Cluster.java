package io.geminid.runtime.cluster;

import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.state.checkpoint.CheckpointId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Runs jobs, one after the other or at the same time as long as there are slots and segments.
 * Thread-safe.
 */
public interface Cluster extends AutoCloseable {

    /**
     * Starts a job.
     *
     * @param request what to run
     * @param listener told about once a second how it goes
     * @return the job, running; one that cannot start or fails ends with {@link
     *     io.geminid.runtime.cluster.job.JobStatus#FAILED}
     * @throws IllegalStateException after {@link #close()}
     */
    RunningJob submit(JobRequest request, ProgressListener listener);

    /**
     * Runs a job and waits for its end. If the calling thread is interrupted, the job is cancelled
     * and its end awaited.
     *
     * @param request what to run
     * @param listener told about once a second how it goes
     * @return how it ended
     */
    default JobResult run(final JobRequest request, final ProgressListener listener) {
        return submit(request, listener).await();
    }

    /**
     * Cancels what still runs, then stops workers: graceful first, by force after a time. No
     * thread, process, port or segment is left. Idempotent. Not to be called by a progress
     * listener, whose thread it waits for.
     */
    @Override
    void close();

    /** A job that was submitted. Thread-safe. */
    interface RunningJob {

        /**
         * @return completes when everything the job took is given back; never exceptionally
         */
        CompletableFuture<JobResult> result();

        /** Asks the job to end; tasks stop within the cancellation timeout. Idempotent. */
        void cancel();

        /**
         * Takes a checkpoint now, or as soon as the one under way has ended.
         *
         * @param mode how long it is kept, and whether the job ends with it
         * @return completes with what a job can start from ({@code geminid.checkpoint.from});
         *     exceptionally with the reason why there is none
         */
        CompletableFuture<CheckpointId> keep(KeepMode mode);

        /**
         * Waits for the end. If the calling thread is interrupted, the job is cancelled and its end
         * awaited; the thread is then still interrupted.
         *
         * @return how it ended
         */
        default JobResult await() {
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return result().get();
                    } catch (final InterruptedException e) {
                        interrupted = true;
                        cancel();
                    } catch (final ExecutionException e) {
                        throw new IllegalStateException("a job's result is never exceptional", e);
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
