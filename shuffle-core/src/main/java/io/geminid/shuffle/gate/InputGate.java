package io.geminid.shuffle.gate;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import java.io.IOException;
import java.util.List;

/**
 * What one subtask reads on one of its inputs: the elements of several channels, each in its own
 * order, priority events before everything else.
 *
 * <p>Called by the consuming task's thread only, except where a method says otherwise.
 */
public interface InputGate extends AutoCloseable {

    /**
     * @return how many channels
     */
    int channelCount();

    /**
     * Names a channel in messages.
     *
     * @param channel index of the channel
     * @return channel and partition, as name=value
     */
    default String describe(final int channel) {
        return "channel=" + channel;
    }

    /**
     * Most data that can wait in the gate: what {@link #queuedBefore} gives of all channels
     * together is never more.
     *
     * @return bytes
     */
    long dataBytesMax();

    /**
     * Tells a gate where the producer of a channel is, if it was not known when the gate was
     * created. Any thread, also while the gate is read or closed.
     *
     * @param channel index of the channel
     * @param producer where its partition is
     */
    void updateChannel(int channel, ShuffleDescriptor producer);

    /** Opens all channels whose producer is known. Does not wait. */
    void requestPartitions();

    /**
     * Takes the next element of any channel.
     *
     * @param into filled with the element; its buffer is then the caller's to release
     * @return false if there is none now
     * @throws IOException if a channel is broken, now or before, or the gate is closed; names
     *     channel and partition
     */
    boolean poll(InputElement into) throws IOException;

    /**
     * Takes the next priority event of any channel, and nothing else. Unlike {@link #poll} it may
     * be called while the consumer cannot take data.
     *
     * @param into filled with the event
     * @return false if there is none now
     * @throws IOException as {@link #poll}
     */
    boolean pollPriority(InputElement into) throws IOException;

    /**
     * Says whom to tell of priority events. Called once, before {@link #requestPartitions}.
     *
     * @param listener runs on any thread, outside locks, for each of them; it may run for nothing
     */
    void onPriority(Runnable listener);

    /**
     * The data that waits in a channel before the barrier of a checkpoint, or all that waits if
     * that barrier has not arrived.
     *
     * @param channel index of the channel
     * @param checkpoint whose barrier
     * @return retained, the caller's to release; the data is still to be polled
     */
    List<Buffer> queuedBefore(int channel, long checkpoint);

    /**
     * Lets the barrier of a checkpoint, if it waits in a channel, overtake the data before it: it
     * comes as a priority event of kind {@link io.geminid.shuffle.event.BarrierKind#OVERTAKEN}.
     *
     * @param channel index of the channel
     * @param checkpoint whose barrier
     */
    void overtake(int channel, long checkpoint);

    /**
     * Asks to be told when {@link #poll} may give something. One listener is kept, the one given
     * last. A gate that is finished never calls it; one that is closed does.
     *
     * @param listener runs once, on any thread, outside locks; it may run for nothing
     * @return false if there may be something now; the listener is then not kept
     */
    boolean awaitAvailable(Runnable listener);

    /**
     * Lets a channel go on after an event that blocked it.
     *
     * @param channel index of the channel
     */
    void resumeConsumption(int channel);

    /**
     * Tells the producer of a channel that all its records up to end of data were processed.
     *
     * @param channel index of the channel
     */
    void acknowledgeAllRecordsProcessed(int channel);

    /**
     * @return true once every channel has delivered its end of partition
     */
    boolean isFinished();

    /** Closes all channels and gives all segments back. Idempotent, any thread. */
    @Override
    void close();
}
