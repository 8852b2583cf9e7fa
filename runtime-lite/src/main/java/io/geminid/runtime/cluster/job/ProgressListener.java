package io.geminid.runtime.cluster.job;

/** Told about once a second how a job goes. */
@FunctionalInterface
public interface ProgressListener {

    /** Takes no notice. */
    ProgressListener NONE = progress -> {};

    /**
     * Called on the coordinator's thread: must be quick and must not wait for the cluster.
     *
     * @param progress so far
     */
    void onProgress(JobProgress progress);
}
