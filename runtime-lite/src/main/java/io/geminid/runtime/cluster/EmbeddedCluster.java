package io.geminid.runtime.cluster;

import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.ProgressListener;

/**
 * A coordinator and its workers in this JVM, each worker with a segment pool and a shuffle
 * environment of its own, so that records between two workers take the real transport.
 */
public final class EmbeddedCluster implements Cluster {

    private EmbeddedCluster() {}

    /**
     * Starts workers in this JVM.
     *
     * @param config how many and how
     * @return a cluster that is ready for jobs; to be closed by the caller
     * @throws ClusterException if it cannot start; nothing is left of it then
     */
    public static EmbeddedCluster start(final ClusterConfig config) throws ClusterException {
        throw new ClusterException("workers=" + config.workers() + " not yet", null);
    }

    @Override
    public RunningJob submit(final JobRequest request, final ProgressListener listener) {
        throw new IllegalStateException("not started");
    }

    @Override
    public void close() {}
}
