package io.geminid.runtime.task.log;

import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;

/**
 * A place in what is sent over a channel.
 *
 * @param channel which
 * @param position bytes before it, since its task began
 */
public record LogPosition(ChannelId channel, long position) {

    /** Checks the position. */
    public LogPosition {
        if (position < 0) {
            throw new IllegalArgumentException(channel + " position=" + position);
        }
    }

    /**
     * Writes it.
     *
     * @param out where to
     */
    public void write(final RecordOutput out) {
        channel.write(out);
        out.putLong(position);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param in where from
     * @return the position
     */
    public static LogPosition read(final RecordInput in) {
        final ChannelId channel = ChannelId.read(in);
        final long position = in.getLong();
        if (position < 0) {
            throw new RecordFormatException(channel + " position=" + position);
        }
        return new LogPosition(channel, position);
    }
}
