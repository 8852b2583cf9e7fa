package io.geminid.shuffle.network;

import io.geminid.memory.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An input channel as the network sees it: gives segments to receive into and takes what arrived.
 * Called on the connection's thread, never after {@link #onError} and never after the channel was
 * closed by its owner and that close was executed on the connection's thread.
 */
public interface ChannelReceiver {

    /**
     * Asks for the segment that the next data frame fills; a credit that was granted stands for it,
     * so there is one unless the channel is closing.
     *
     * @return a segment, now the network's until {@link #onData} or until the network closes it;
     *     {@code null} if the channel was released: the bytes are then read and dropped
     */
    Segment segmentForData();

    /**
     * Record bytes arrived.
     *
     * @param filled the bytes from offset 0 on; now the receiver's
     * @param lengthBytes how many
     * @param sequence number of the frame in the channel
     * @param backlog finished segments that wait at the producer
     */
    void onData(Segment filled, int lengthBytes, int sequence, int backlog);

    /**
     * An event arrived.
     *
     * @param event its bytes between position and limit; copy them, they are valid during the call
     * @param sequence number of the frame in the channel
     * @param priority whether it overtakes data that waits here
     */
    void onEvent(ByteBuffer event, int sequence, boolean priority);

    /**
     * The producer has data but no credit.
     *
     * @param backlog finished segments that wait
     */
    void onBacklog(int backlog);

    /**
     * The channel is broken; nothing more comes.
     *
     * @param cause a {@link io.geminid.shuffle.partition.PartitionNotFoundException}, a {@link
     *     io.geminid.shuffle.transport.TransportException}, or the producer's failure
     */
    void onError(IOException cause);
}
