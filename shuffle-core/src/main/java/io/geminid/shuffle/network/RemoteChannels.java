package io.geminid.shuffle.network;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import java.net.InetSocketAddress;

/** Opens channels to other processes, over one connection a process. Thread-safe, never blocks. */
public interface RemoteChannels {

    /**
     * Opens a channel. If the connection cannot be made, or the producer does not know the
     * partition, the receiver gets {@link ChannelReceiver#onError}; before this returns, if the
     * network is closed.
     *
     * @param producer where the producer's transport listens
     * @param partition which partition
     * @param subpartitions of it
     * @param initialCredit segments that the receiver has ready, 0 or more
     * @param receiver takes what comes
     * @return the handle; usable at once, even before the connection is there
     */
    RemoteChannel open(
            InetSocketAddress producer,
            ResultPartitionId partition,
            SubpartitionRange subpartitions,
            int initialCredit,
            ChannelReceiver receiver);
}
