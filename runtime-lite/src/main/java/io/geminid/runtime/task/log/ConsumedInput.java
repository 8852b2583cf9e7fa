package io.geminid.runtime.task.log;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a consumer puts into a checkpoint: up to where its state holds what came over its channels.
 * A part without files, whose inline bytes are
 *
 * <pre>
 *  1 if aligned, count, { channel, position }
 * </pre>
 *
 * @param aligned whether all barriers had come, so that nothing can be in flight
 * @param positions of all channels whose data may be in flight
 */
public record ConsumedInput(boolean aligned, List<LogPosition> positions) {

    private static final String FORMAT = "consumed/1";

    /** Copies the list. */
    public ConsumedInput {
        positions = List.copyOf(positions);
    }

    /**
     * As part of a snapshot.
     *
     * @return without files
     */
    public StatePart part() {
        final RecordOutput out = new RecordOutput();
        out.beginInScratch();
        out.putByte(aligned ? 1 : 0);
        out.putVarInt(positions.size());
        positions.forEach(position -> position.write(out));
        final byte[] inline = new byte[out.length()];
        out.scratch().get(0, inline);
        return StatePart.of(PartKind.INPUT_CHANNELS, FORMAT, List.of(), Bytes.copyOf(inline));
    }

    /**
     * Whether a part is one of these.
     *
     * @param part of a snapshot
     * @return true if {@link #read} reads it
     */
    public static boolean is(final StatePart part) {
        return part.kind() == PartKind.INPUT_CHANNELS && part.format().equals(FORMAT);
    }

    /**
     * Reads what {@link #part} made.
     *
     * @param part of a snapshot
     * @return what the consumer said
     */
    public static ConsumedInput read(final StatePart part) {
        final byte[] inline = part.inline().toArray();
        final RecordInput in =
                new RecordInput()
                        .wrap(
                                ByteBuffer.wrap(inline).order(ByteOrder.LITTLE_ENDIAN),
                                0,
                                inline.length);
        final boolean aligned = in.getByte() != 0;
        final int count = in.getVarInt();
        final List<LogPosition> positions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            positions.add(LogPosition.read(in));
        }
        return new ConsumedInput(aligned, positions);
    }
}
