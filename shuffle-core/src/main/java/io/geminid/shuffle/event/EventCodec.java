package io.geminid.shuffle.event;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;

/**
 * The bytes of events: one for the type, then its fields, little-endian. The codes are their place
 * on the wire and in channel state, and never change.
 *
 * <pre>
 *  EndOfData       1, drain (1 byte, 0 or 1)
 *  EndOfPartition  2
 *  UserEvent       3, blocksUpstream (1 byte, 0 or 1), kind (4 bytes), value (8 bytes)
 *  Barrier         4, kind (1 byte), checkpoint (8 bytes), remainingMillis (8 bytes)
 * </pre>
 *
 * <p>Stateless; any thread.
 */
public final class EventCodec {

    /** No event has more bytes than this. */
    public static final int EVENT_BYTES_MAX = 64;

    private static final int END_OF_DATA = 1;
    private static final int END_OF_PARTITION = 2;
    private static final int USER_EVENT = 3;
    private static final int BARRIER = 4;
    private static final BarrierKind[] KINDS = BarrierKind.values();

    private EventCodec() {}

    /**
     * Writes an event.
     *
     * @param event what to write
     * @param out where to; gets at most {@link #EVENT_BYTES_MAX} bytes
     */
    public static void write(final ShuffleEvent event, final RecordOutput out) {
        if (event instanceof EndOfData endOfData) {
            out.putByte(END_OF_DATA);
            putFlag(endOfData.drain(), out);
        } else if (event instanceof EndOfPartition) {
            out.putByte(END_OF_PARTITION);
        } else if (event instanceof UserEvent user) {
            out.putByte(USER_EVENT);
            putFlag(user.blocksUpstream(), out);
            out.putInt(user.kind());
            out.putLong(user.value());
        } else if (event instanceof CheckpointBarrier barrier
                && barrier.kind() != BarrierKind.OVERTAKEN) {
            out.putByte(BARRIER);
            out.putByte(barrier.kind().ordinal());
            out.putLong(barrier.checkpoint());
            out.putLong(barrier.base());
            out.putLong(barrier.remainingMillis());
        } else {
            throw new IllegalArgumentException("event=" + event);
        }
    }

    /**
     * Reads an event.
     *
     * @param in exactly the bytes of one event; they may come from a hostile peer
     * @return the event
     * @throws RecordFormatException if they are not the bytes of one event
     */
    public static ShuffleEvent read(final RecordInput in) {
        final int type = in.getByte();
        final ShuffleEvent event =
                switch (type) {
                    case END_OF_DATA -> new EndOfData(getFlag(in));
                    case END_OF_PARTITION -> new EndOfPartition();
                    case USER_EVENT -> readUserEvent(in);
                    case BARRIER -> readBarrier(in);
                    default -> throw new RecordFormatException("eventType=" + type);
                };
        if (in.remaining() != 0) {
            throw new RecordFormatException(
                    "eventType=" + type + " bytesBehindIt=" + in.remaining());
        }
        return event;
    }

    private static UserEvent readUserEvent(final RecordInput in) {
        final boolean blocksUpstream = getFlag(in);
        final int kind = in.getInt();
        return new UserEvent(kind, in.getLong(), blocksUpstream);
    }

    private static CheckpointBarrier readBarrier(final RecordInput in) {
        final int kind = in.getByte();
        final long checkpoint = in.getLong();
        final long base = in.getLong();
        final long remainingMillis = in.getLong();
        if (kind < 0 || kind >= BarrierKind.OVERTAKEN.ordinal()) {
            throw new RecordFormatException("barrierKind=" + kind);
        }
        if (base < 0 || checkpoint <= base || remainingMillis < 0) {
            throw new RecordFormatException(
                    "checkpoint="
                            + checkpoint
                            + " base="
                            + base
                            + " remainingMillis="
                            + remainingMillis);
        }
        return new CheckpointBarrier(checkpoint, base, KINDS[kind], remainingMillis);
    }

    private static void putFlag(final boolean flag, final RecordOutput out) {
        out.putByte(flag ? 1 : 0);
    }

    private static boolean getFlag(final RecordInput in) {
        final int flag = in.getByte();
        if (flag != 0 && flag != 1) {
            throw new RecordFormatException("eventFlag=" + flag + " expected=0 or 1");
        }
        return flag == 1;
    }
}
