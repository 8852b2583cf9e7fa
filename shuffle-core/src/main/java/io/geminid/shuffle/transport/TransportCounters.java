package io.geminid.shuffle.transport;

import io.geminid.shuffle.transport.TransportException.Reason;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * What a transport has moved since its start, and how its connections ended, by reason. Written by
 * the threads of the connections, read by any thread.
 */
public final class TransportCounters {

    private final LongAdder framesSent = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder framesReceived = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder framesDropped = new LongAdder();
    private final LongAdder connections = new LongAdder();
    private final Map<Reason, LongAdder> ends = new EnumMap<>(Reason.class);

    /** What is added to frames, bytes and refusals. */
    private final List<TransportCounters> parts;

    /** All zero. */
    public TransportCounters() {
        this(new TransportCounters[0]);
    }

    /**
     * Of a transport made of others: the frames that those move, and what they refuse, are its own,
     * but not their connections and the other ends of these.
     *
     * @param parts counters of the others
     */
    public TransportCounters(final TransportCounters... parts) {
        this.parts = List.of(parts);
        for (final Reason reason : Reason.values()) {
            ends.put(reason, new LongAdder());
        }
    }

    /**
     * Counts a data frame handed to the link.
     *
     * @param payloadBytes its payload
     */
    public void onSent(final int payloadBytes) {
        framesSent.increment();
        bytesSent.add(payloadBytes);
    }

    /**
     * Counts a data frame that passed all checks and was delivered.
     *
     * @param payloadBytes its payload
     */
    public void onReceived(final int payloadBytes) {
        framesReceived.increment();
        bytesReceived.add(payloadBytes);
    }

    /** Counts a data frame that nobody wanted any more. */
    public void onDropped() {
        framesDropped.increment();
    }

    /** Counts a connection whose handshake succeeded. */
    public void onOpened() {
        connections.increment();
    }

    /**
     * Counts the end of a connection, or of the attempt to make one.
     *
     * @param reason why
     * @param opened whether its handshake had succeeded
     */
    public void onEnded(final Reason reason, final boolean opened) {
        ends.get(reason).increment();
        if (opened) {
            connections.decrement();
        }
    }

    /** Counts the end of an opened connection whose reason has been counted elsewhere. */
    public void onGone() {
        connections.decrement();
    }

    /**
     * @return data frames handed to the link
     */
    public long framesSent() {
        return with(framesSent, TransportCounters::framesSent);
    }

    /**
     * @return payload of those frames
     */
    public long bytesSent() {
        return with(bytesSent, TransportCounters::bytesSent);
    }

    /**
     * @return data frames that passed all checks
     */
    public long framesReceived() {
        return with(framesReceived, TransportCounters::framesReceived);
    }

    /**
     * @return payload of those frames
     */
    public long bytesReceived() {
        return with(bytesReceived, TransportCounters::bytesReceived);
    }

    /**
     * @return data frames for channels that were closed while the frames were under way
     */
    public long framesDropped() {
        return with(framesDropped, TransportCounters::framesDropped);
    }

    /**
     * @return gauge: connections that are open
     */
    public int connections() {
        return connections.intValue();
    }

    /**
     * @param reason why connections ended
     * @return how many did, those included that never came to a handshake
     */
    public long ended(final Reason reason) {
        long sum = ends.get(reason).sum();
        for (final TransportCounters part : parts) {
            sum += isRefusal(reason) ? part.ended(reason) : 0;
        }
        return sum;
    }

    private long with(final LongAdder own, final ToLongFunction<TransportCounters> of) {
        long sum = own.sum();
        for (final TransportCounters part : parts) {
            sum += of.applyAsLong(part);
        }
        return sum;
    }

    /**
     * Connections closed because of what a peer sent, did not send in time, or wanted too much of.
     *
     * @return a sum over the reasons
     */
    public long refused() {
        long sum = 0;
        for (final Reason each : ends.keySet()) {
            sum += isRefusal(each) ? ended(each) : 0;
        }
        return sum;
    }

    /**
     * Whether a reason is part of {@link #refused()}.
     *
     * @param reason why a connection ended
     * @return false for ends in good order, lost links and peers, refusals by others, and defects
     *     of this process
     */
    public static boolean isRefusal(final Reason reason) {
        return switch (reason) {
            case CLOSED_HERE,
                    CLOSED_BY_PEER,
                    LINK_LOST,
                    PEER_SILENT,
                    HANDSHAKE_REFUSED,
                    DUPLICATE_CONNECTION,
                    INTERNAL ->
                    false;
            default -> true;
        };
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        text.append("framesSent=").append(framesSent());
        text.append(" bytesSent=").append(bytesSent());
        text.append(" framesReceived=").append(framesReceived());
        text.append(" bytesReceived=").append(bytesReceived());
        text.append(" framesDropped=").append(framesDropped());
        text.append(" connections=").append(connections());
        ends.forEach(
                (reason, count) -> {
                    if (count.sum() > 0) {
                        text.append(' ').append(reason).append('=').append(count);
                    }
                });
        return text.toString();
    }
}
