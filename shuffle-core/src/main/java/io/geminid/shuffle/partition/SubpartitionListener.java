package io.geminid.shuffle.partition;

/**
 * Told that a subpartition may have something for its reader. Called by the producer's task thread
 * outside the subpartition's lock; must be cheap and must not call back into the view: the reader's
 * own thread polls.
 */
public interface SubpartitionListener {

    /** An element was added, data was flushed, or the partition failed or was released. */
    void dataAvailable();

    /** A priority event was added in front of all data. */
    void priorityAvailable();
}
