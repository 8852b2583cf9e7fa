package io.geminid.runtime.cluster;

import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.ProgressListener;
import java.util.List;

/**
 * A coordinator in this JVM and each worker in a JVM of its own, on this host.
 *
 * <p>Workers end with the coordinator: they watch their standard input and their control
 * connection, either of which closes when this process dies, however it dies.
 */
public final class ProcessCluster implements Cluster {

    private ProcessCluster() {}

    /**
     * Starts worker processes and waits until all have registered.
     *
     * @param config how many and how
     * @param options how their JVMs are started
     * @return a cluster that is ready for jobs; to be closed by the caller
     * @throws ClusterException if it cannot start; no process or port is left of it then
     */
    public static ProcessCluster start(final ClusterConfig config, final ProcessOptions options)
            throws ClusterException {
        throw new ClusterException("workers=" + config.workers() + " not yet " + options, null);
    }

    /**
     * @return process ids of the workers that are alive, in the order of their names
     */
    public List<Long> workerPids() {
        return List.of();
    }

    @Override
    public RunningJob submit(final JobRequest request, final ProgressListener listener) {
        throw new IllegalStateException("not started");
    }

    @Override
    public void close() {}
}
