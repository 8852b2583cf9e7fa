package io.geminid.runtime.api;

/**
 * A job that can be started by name. Registered for {@link java.util.ServiceLoader} in every
 * process of the cluster; needs a public constructor without parameters.
 */
public interface JobProgram {

    /**
     * What it is started by.
     *
     * @return unique among the programs on the class path
     */
    String name();

    /**
     * Defines the job. Must depend on the arguments only: not on the host, the time or files, since
     * every process calls it and all must get the same graph.
     *
     * @param job to be filled in
     * @param arguments as the user gave them
     */
    void define(StreamJob job, JobArguments arguments);
}
