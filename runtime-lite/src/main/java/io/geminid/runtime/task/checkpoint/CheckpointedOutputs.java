package io.geminid.runtime.task.checkpoint;

import io.geminid.shuffle.event.CheckpointBarrier;

/** The partitions of a task, as its checkpoints need them. Task thread only. */
public interface CheckpointedOutputs {

    /**
     * Sends a barrier to every consumer. On an edge whose data must not be kept it stays aligned.
     *
     * @param barrier what to send
     * @param overtaken gets the data that it overtook
     */
    void emitBarrier(CheckpointBarrier barrier, ChannelState overtaken);

    /**
     * Lets barriers that have waited for too long overtake.
     *
     * @param barrier of kind UNALIGNED
     * @param overtaken gets the data that it overtook
     */
    void overtake(CheckpointBarrier barrier, ChannelState overtaken);

    /**
     * @return most bytes that barriers can overtake in all partitions together
     */
    long dataBytesMax();

    /**
     * Whether no consumer still has to take a barrier that may overtake.
     *
     * @param checkpoint whose barrier
     * @return false if one waits; the task's thread is woken when it was taken
     */
    boolean isBarrierTaken(long checkpoint);
}
