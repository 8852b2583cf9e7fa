package io.geminid.shuffle.network;

import io.geminid.shuffle.credit.SenderCredit;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import io.geminid.shuffle.wire.ChannelErrorCode;

/**
 * The producer's end of a channel: which view feeds it, how much credit it has, and in which lists
 * of {@link ProducerSide} it is. All fields belong to the connection's thread, except where said;
 * the listener's methods come from task threads.
 */
final class OutboundChannel extends ReadyStack.Node<OutboundChannel>
        implements SubpartitionListener {

    private final ProducerSide side;
    final int id;
    final SenderCredit credit;

    /** The consumer has no segments of its own for the channel: tell it when there is data. */
    final boolean announces;

    /** Null if the partition was not found. */
    SubpartitionView view;

    /** Number of the next frame of the channel, modulo 2^32. */
    int sequence;

    /** Number in the connection of the channel's last frame; 0 if none. */
    long lastFrame;

    /** Finished segments that the consumer was told of last. */
    int backlogTold;

    /** The end of the partition was sent: nothing more comes. */
    boolean finished;

    /** Closed by either side: a leftover in some list. */
    boolean gone;

    // In which lists it is, so that it is in each at most once.
    boolean inReady;
    boolean inUrgent;
    boolean inCorked;
    boolean inNotices;

    /** A backlog that is to be announced; 0 if none. */
    int backlogDue;

    /** Why the channel cannot be served; null if it can. */
    ChannelErrorCode errorDue;

    String errorText;

    /** Set by task threads, cleared by the connection's thread. */
    private volatile boolean urgent;

    OutboundChannel(
            final ProducerSide side,
            final int id,
            final SenderCredit credit,
            final boolean announces) {
        this.side = side;
        this.id = id;
        this.credit = credit;
        this.announces = announces;
    }

    @Override
    public void dataAvailable() {
        side.signal(this);
    }

    @Override
    public void priorityAvailable() {
        urgent = true;
        side.signal(this);
    }

    /** Whether a priority event was announced since the last call. */
    boolean takeUrgent() {
        if (!urgent) {
            return false;
        }
        urgent = false;
        return true;
    }

    /** No frame of it is under way, so that a partly filled segment may be sent at once. */
    boolean corkless(final long completedFrame) {
        return lastFrame <= completedFrame;
    }
}
