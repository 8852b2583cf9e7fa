package io.geminid.runtime.cluster;

/**
 * A worker process. Started by {@link ProcessCluster} only: it takes what it must know, the token
 * among it, from its standard input.
 */
public final class WorkerMain {

    private WorkerMain() {}

    /**
     * Runs a worker until the coordinator says stop or is gone.
     *
     * @param args none
     */
    public static void main(final String[] args) {
        System.exit(1);
    }
}
