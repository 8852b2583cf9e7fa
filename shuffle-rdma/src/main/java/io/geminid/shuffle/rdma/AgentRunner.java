package io.geminid.shuffle.rdma;

/** Who runs an agent, and by which clock: a thread of its own, or the caller in tests. */
interface AgentRunner {

    /**
     * The time that the agent goes by.
     *
     * @return monotonic, in nanoseconds
     */
    long nowNs();

    /**
     * Begins to call {@link RdmaAgent#doWork}.
     *
     * @param agent until it is closed
     */
    void start(RdmaAgent agent);

    /**
     * Waits until the agent is closed. Not on the agent's thread.
     *
     * @param agent told to close before
     * @return false if it was not in time
     */
    boolean awaitClosed(RdmaAgent agent);
}
