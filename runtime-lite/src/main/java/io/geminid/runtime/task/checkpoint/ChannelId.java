package io.geminid.runtime.task.checkpoint;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;

/**
 * A channel of a job: what one subtask sends to another along an edge.
 *
 * @param edge number of the edge
 * @param producer index of the producing subtask
 * @param consumer index of the consuming subtask
 */
public record ChannelId(int edge, int producer, int consumer) {

    /**
     * Writes it.
     *
     * @param out where to
     */
    public void write(final RecordOutput out) {
        out.putVarInt(edge);
        out.putVarInt(producer);
        out.putVarInt(consumer);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param in where from
     * @return the channel
     */
    public static ChannelId read(final RecordInput in) {
        return new ChannelId(in.getVarInt(), in.getVarInt(), in.getVarInt());
    }
}
