package io.geminid.runtime.graph.exchange;

/** Which consumers a record goes to. */
public enum Exchange {
    /**
     * To the consumer with the producer's index; both have the same parallelism. May be chained.
     */
    FORWARD(DistributionPattern.POINTWISE),
    /** To the owner of the record's key group (keyBy). */
    KEY_GROUP(DistributionPattern.ALL_TO_ALL),
    /** To all consumers in turn. */
    REBALANCE(DistributionPattern.ALL_TO_ALL),
    /** To every consumer. */
    BROADCAST(DistributionPattern.ALL_TO_ALL),
    /** To a few consumers in turn, so that each producer has its own part of them or shares one. */
    RESCALE(DistributionPattern.POINTWISE);

    private final DistributionPattern pattern;

    Exchange(final DistributionPattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Which subtasks are connected.
     *
     * @return the pattern
     */
    public DistributionPattern pattern() {
        return pattern;
    }
}
