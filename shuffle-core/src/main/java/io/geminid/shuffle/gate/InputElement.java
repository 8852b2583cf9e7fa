package io.geminid.shuffle.gate;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.event.ShuffleEvent;

/**
 * One element taken from a gate: record bytes or an event. Reused for each {@link InputGate#poll}
 * by the consuming task's thread.
 */
public final class InputElement {

    private int channel;
    private Buffer buffer;
    private ShuffleEvent event;

    /**
     * Fills in record bytes. Called by the gate.
     *
     * @param fromChannel index of the channel
     * @param data now the holder's to release
     */
    public void set(final int fromChannel, final Buffer data) {
        channel = fromChannel;
        buffer = data;
        event = null;
    }

    /**
     * Fills in an event. Called by the gate.
     *
     * @param fromChannel index of the channel
     * @param read the event
     */
    public void set(final int fromChannel, final ShuffleEvent read) {
        channel = fromChannel;
        buffer = null;
        event = read;
    }

    /**
     * @return index of the channel the element came from
     */
    public int channel() {
        return channel;
    }

    /**
     * @return record bytes, to be released by the caller; {@code null} if it is an event
     */
    public Buffer buffer() {
        return buffer;
    }

    /**
     * @return the event; {@code null} if it is record bytes
     */
    public ShuffleEvent event() {
        return event;
    }
}
