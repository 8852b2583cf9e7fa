package io.geminid.shuffle;

/**
 * A way to shuffle, found by {@link java.util.ServiceLoader} and chosen by its name in the
 * configuration, for a job or for single edges (FLIP-31).
 */
public interface ShuffleServiceFactory {

    /**
     * @return the name that configuration uses, for example {@code "tcp"}
     */
    String name();

    /**
     * Makes the part beside the coordinator.
     *
     * @param context configuration
     * @return the master, to be closed by the caller
     */
    ShuffleMaster createShuffleMaster(ShuffleMasterContext context);

    /**
     * Makes the part in a worker.
     *
     * @param context configuration and what the worker lends
     * @return the environment, not started; to be closed by the caller
     */
    ShuffleEnvironment createShuffleEnvironment(ShuffleEnvironmentContext context);
}
