package io.geminid.shuffle.buffer;

import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.event.EventCodec;
import io.geminid.shuffle.event.ShuffleEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An event as an element of channels. Needs no segment: an event must get through when there is
 * none (INV K6). One object serves all channels that an event is broadcast to; nobody counts its
 * holders.
 *
 * <p>Immutable; any thread. Its bytes are made when a link first asks for them, so that channels
 * within a process cost none.
 */
public final class EventBuffer implements Buffer, QueuedElement {

    private final ShuffleEvent event;
    private final boolean priority;

    /** Written by any thread with equal content; volatile, so that a reader sees whole bytes. */
    private volatile ByteBuffer encoded;

    /**
     * Makes an element.
     *
     * @param event what it is
     * @param priority whether it overtakes data
     */
    public EventBuffer(final ShuffleEvent event, final boolean priority) {
        this.event = event;
        this.priority = priority;
    }

    /**
     * The event itself, for readers in the same process.
     *
     * @return never null
     */
    public ShuffleEvent event() {
        return event;
    }

    @Override
    public Kind kind() {
        return priority ? Kind.PRIORITY_EVENT : Kind.EVENT;
    }

    @Override
    public ByteBuffer memory() {
        ByteBuffer bytes = encoded;
        if (bytes == null) {
            bytes = encode();
            encoded = bytes;
        }
        return bytes;
    }

    @Override
    public int offset() {
        return 0;
    }

    @Override
    public int length() {
        return memory().capacity();
    }

    @Override
    public boolean finished() {
        return true;
    }

    @Override
    public Buffer retain() {
        return this;
    }

    @Override
    public void release() {
        // Its memory is the garbage collector's.
    }

    private ByteBuffer encode() {
        final RecordOutput out = new RecordOutput();
        out.beginInScratch();
        EventCodec.write(event, out);
        final ByteBuffer bytes =
                ByteBuffer.allocateDirect(out.length()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0, out.scratch(), 0, out.length());
        return bytes;
    }

    @Override
    public String toString() {
        return event + (priority ? " priority" : "");
    }
}
