package io.geminid.shuffle.gate;

import io.geminid.memory.Segment;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.network.ChannelReceiver;
import io.geminid.shuffle.network.RemoteChannel;
import io.geminid.shuffle.network.RemoteChannels;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** What a gate tells the network, and the receivers for a test to call. */
final class HandNetwork implements RemoteChannels {

    final List<HandChannel> opened = new ArrayList<>();

    @Override
    public RemoteChannel open(
            final InetSocketAddress producer,
            final ResultPartitionId partition,
            final SubpartitionRange subpartitions,
            final int initialCredit,
            final ChannelReceiver receiver) {
        final HandChannel channel = new HandChannel(receiver, initialCredit);
        opened.add(channel);
        return channel;
    }

    /** A channel whose frames the test makes. */
    static final class HandChannel implements RemoteChannel {

        final ChannelReceiver receiver;
        long granted;
        long resumed = -1;
        int sequence;
        boolean processed;
        boolean closed;

        HandChannel(final ChannelReceiver receiver, final int initialCredit) {
            this.receiver = receiver;
            this.granted = initialCredit;
        }

        @Override
        public void grant(final long grantedTotal) {
            granted = grantedTotal;
        }

        @Override
        public void resume(final long grantedTotal) {
            resumed = grantedTotal;
            granted = grantedTotal;
        }

        @Override
        public void acknowledgeAllRecordsProcessed() {
            processed = true;
        }

        @Override
        public void close() {
            closed = true;
        }

        boolean data(final int value, final int backlog) {
            final Segment segment = receiver.segmentForData();
            if (segment == null) {
                return false;
            }
            segment.putInt(0, value);
            receiver.onData(segment, Integer.BYTES, sequence++, backlog);
            return true;
        }

        void event(final ShuffleEvent event, final boolean priority) {
            receiver.onEvent(
                    new EventBuffer(event, priority)
                            .memory()
                            .duplicate()
                            .order(ByteOrder.LITTLE_ENDIAN),
                    sequence++,
                    priority);
        }
    }
}
