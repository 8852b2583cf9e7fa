package io.geminid.runtime.cluster;

import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.samplejob.SampleOptions;
import java.nio.file.Path;

/**
 * A process with a cluster of worker processes and a job that never ends, to be killed by a test.
 */
final class CoordinatorProcess {

    private CoordinatorProcess() {}

    /**
     * Prints a line with the workers' process ids once the job runs.
     *
     * @param args directory of the output
     */
    public static void main(final String[] args) throws Exception {
        final ProcessCluster cluster =
                ProcessCluster.start(
                        new ClusterConfig(2, 1, TestProperties.small()),
                        ProcessOptions.ofThisProcess());
        final ProgressListener listener =
                progress -> {
                    if (progress.sum("recordsIn") > 0) {
                        System.out.println("workers=" + cluster.workerPids());
                    }
                };
        cluster.run(SampleOptions.of(Path.of(args[0]), 2).withRecords(-1).request(), listener);
    }
}
