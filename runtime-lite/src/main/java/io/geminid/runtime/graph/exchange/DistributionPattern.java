package io.geminid.runtime.graph.exchange;

/** Which subtasks of two vertices are connected. */
public enum DistributionPattern {
    /** Each producer with each consumer. */
    ALL_TO_ALL,
    /** Each producer with a contiguous range of consumers, or the other way round. */
    POINTWISE
}
