package io.geminid.flink.network;

import io.geminid.shuffle.network.ReadyStack;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.flink.runtime.io.network.partition.consumer.RemoteInputChannel;

/**
 * An input channel of Flink's, as one connection knows it for one request: a channel that asks
 * again for a partition that was not there gets another.
 *
 * <p>Connection's thread only, except {@link #closed} and being pushed for its credit.
 */
final class ConsumedChannel extends ReadyStack.Node<ConsumedChannel> {

    /** Longest event, and most buffers joined in one: what a peer may make us remember. */
    static final int EVENT_BYTES_MAX = 16 << 20;

    private static final int PIECES_MIN = 16;

    final RemoteInputChannel input;
    final PartitionRequest request;

    /** Number on the connection, or -1 before the peer was asked. */
    int id = -1;

    /** Data buffers that the peer may send, and has sent, since the channel was opened. */
    long granted;

    long received;

    /** Flink has released the channel. Any thread sets it, once. */
    volatile boolean closed;

    private int[] pieces = new int[0];
    private int pieceCount;
    private ByteArrayOutputStream eventParts;

    ConsumedChannel(final RemoteInputChannel input, final PartitionRequest request) {
        this.input = input;
        this.request = request;
    }

    /** Remembers lengths of joined buffers; false if there are too many. */
    boolean addPieces(final ByteBuffer payload, final int countMax) {
        final int more = payload.remaining() / Integer.BYTES;
        if (pieceCount + more > countMax) {
            return false;
        }
        if (pieces.length < pieceCount + more) {
            pieces =
                    Arrays.copyOf(
                            pieces,
                            Math.max(PIECES_MIN, Math.max(pieceCount * 2, pieceCount + more)));
        }
        for (int i = 0; i < more; i++) {
            pieces[pieceCount + i] = payload.getInt(payload.position() + i * Integer.BYTES);
        }
        pieceCount += more;
        return true;
    }

    /** Whether the lengths remembered are those of an element of so many bytes. */
    boolean piecesAddUpTo(final int bytes) {
        long sum = 0;
        for (int i = 0; i < pieceCount; i++) {
            if (pieces[i] < 0) {
                return false;
            }
            sum += pieces[i];
        }
        return pieceCount > 0 && sum == bytes;
    }

    /** Gives the lengths out and forgets them. */
    int[] takePieces() {
        final int[] taken = Arrays.copyOf(pieces, pieceCount);
        pieceCount = 0;
        return taken;
    }

    /** Remembers a leading part of an event; false if the event is too long. */
    boolean addEventPart(final ByteBuffer payload) {
        if (eventParts == null) {
            eventParts = new ByteArrayOutputStream();
        }
        if (eventParts.size() + payload.remaining() > EVENT_BYTES_MAX) {
            return false;
        }
        final byte[] bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        eventParts.writeBytes(bytes);
        return true;
    }

    /** The whole event, of which this is the last part. */
    byte[] takeEvent(final ByteBuffer payload) {
        final int before = eventParts == null ? 0 : eventParts.size();
        final byte[] bytes = new byte[before + payload.remaining()];
        if (before > 0) {
            System.arraycopy(eventParts.toByteArray(), 0, bytes, 0, before);
            eventParts = null;
        }
        payload.get(payload.position(), bytes, before, payload.remaining());
        return bytes;
    }

    @Override
    public String toString() {
        return "channel=" + id + " received=" + received + " granted=" + granted + " " + input;
    }
}
