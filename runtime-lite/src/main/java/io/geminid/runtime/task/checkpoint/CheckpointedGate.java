package io.geminid.runtime.task.checkpoint;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.record.RawRecordReader;
import java.nio.ByteBuffer;
import java.util.List;

/** A gate of a task, as its checkpoints need it. Task thread only, between two records. */
public interface CheckpointedGate {

    /**
     * @return channels that barriers come on
     */
    int channelCount();

    /**
     * Identity of a channel.
     *
     * @param channel its index
     * @return the same on both sides
     */
    ChannelId idOf(int channel);

    /**
     * Whether data in flight may become part of a checkpoint.
     *
     * @return false if barriers stay aligned here (INV U8)
     */
    boolean keepsInFlight();

    /**
     * Lets a channel's producer go on.
     *
     * @param channel index of the channel
     */
    void resume(int channel);

    /**
     * Lets a barrier that waits overtake the data before it.
     *
     * @param channel index of the channel
     * @param checkpoint whose barrier
     */
    void overtake(int channel, long checkpoint);

    /**
     * Bytes that were taken from a channel and have given no record yet.
     *
     * @param channel index of the channel
     * @return a copy
     */
    ByteBuffer unread(int channel);

    /**
     * Data that waits before a barrier.
     *
     * @param channel index of the channel
     * @param checkpoint whose barrier
     * @return the caller's to release
     */
    List<Buffer> queuedBefore(int channel, long checkpoint);

    /**
     * @return most bytes that {@link #queuedBefore} can give of all channels together
     */
    long dataBytesMax();

    /**
     * Says who sees data as it is taken.
     *
     * @param tap gets the channel's index and the data
     */
    void tap(RawRecordReader.DataTap tap);

    /**
     * Adds what was restored and has not been read.
     *
     * @param into gets slices of files
     * @return false if what is left was of other channels than there are now: no checkpoint can
     *     hold it
     */
    boolean addRestored(ChannelState into);

    /**
     * @return bytes of what was restored that were read and made into records
     */
    long restoredBytesRead();
}
