package io.geminid.runtime.task.io;

import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far a task has come with its inputs, for checkpoints: event time of each channel and each
 * input, and which inputs have ended (INV U14).
 *
 * @param channels event time of each channel
 * @param inputs what each input's operator was told last
 * @param ended inputs whose end the operator was told
 * @param finished whether the operators have finished
 */
public record InputProgress(
        Map<ChannelId, EventTime> channels,
        Map<Integer, EventTime> inputs,
        Set<Integer> ended,
        boolean finished) {

    /**
     * How far event time has come.
     *
     * @param watermark the latest one
     * @param isIdle whether it does not count
     */
    public record EventTime(long watermark, boolean isIdle) {

        void write(final RecordOutput out) {
            out.putLong(watermark);
            out.putByte(isIdle ? 1 : 0);
        }

        static EventTime read(final RecordInput in) {
            return new EventTime(in.getLong(), in.getByte() != 0);
        }
    }

    /**
     * Writes it.
     *
     * @param out where to
     */
    public void write(final RecordOutput out) {
        out.putByte(finished ? 1 : 0);
        out.putVarInt(channels.size());
        channels.forEach(
                (channel, time) -> {
                    channel.write(out);
                    time.write(out);
                });
        out.putVarInt(inputs.size());
        inputs.forEach(
                (input, time) -> {
                    out.putVarInt(input);
                    time.write(out);
                });
        out.putVarInt(ended.size());
        ended.forEach(out::putVarInt);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param in where from
     * @return the progress
     */
    public static InputProgress read(final RecordInput in) {
        final boolean finished = in.getByte() != 0;
        final Map<ChannelId, EventTime> channels = new LinkedHashMap<>();
        for (int i = in.getVarInt(); i > 0; i--) {
            final ChannelId channel = ChannelId.read(in);
            channels.put(channel, EventTime.read(in));
        }
        final Map<Integer, EventTime> inputs = new TreeMap<>();
        for (int i = in.getVarInt(); i > 0; i--) {
            final int input = in.getVarInt();
            inputs.put(input, EventTime.read(in));
        }
        final Set<Integer> ended = new TreeSet<>();
        for (int i = in.getVarInt(); i > 0; i--) {
            ended.add(in.getVarInt());
        }
        return new InputProgress(channels, inputs, ended, finished);
    }

    /**
     * The progress of several subtasks together: that of the slowest.
     *
     * @param other of another subtask of the same vertex
     * @return both
     */
    public InputProgress and(final InputProgress other) {
        final Map<ChannelId, EventTime> all = new LinkedHashMap<>(channels);
        all.putAll(other.channels);
        final Map<Integer, EventTime> slowest = new TreeMap<>(inputs);
        other.inputs.forEach(
                (input, time) ->
                        slowest.merge(
                                input,
                                time,
                                (a, b) ->
                                        new EventTime(
                                                Math.min(a.watermark, b.watermark),
                                                a.isIdle && b.isIdle)));
        final Set<Integer> endedInBoth = new TreeSet<>(ended);
        endedInBoth.retainAll(other.ended);
        return new InputProgress(all, slowest, endedInBoth, finished && other.finished);
    }
}
