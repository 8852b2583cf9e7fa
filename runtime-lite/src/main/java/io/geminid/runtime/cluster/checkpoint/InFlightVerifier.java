package io.geminid.runtime.cluster.checkpoint;

import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.PartKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at what a checkpoint has of data in flight: each channel, both sides of it together, must
 * be whole records (INV U4). Checksums alone say only that bytes are those that were written.
 */
public final class InFlightVerifier {

    private static final int PIECE_BYTES = 64 * 1024;

    private final CheckpointStorage storage;
    private final ByteBuffer piece =
            ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Reads from a storage.
     *
     * @param storage where the files of checkpoints are
     */
    public InFlightVerifier(final CheckpointStorage storage) {
        this.storage = storage;
    }

    /**
     * What is in flight in a checkpoint.
     *
     * @param channels those with data
     * @param bytes of all of them
     * @param records of all of them, watermarks included
     */
    public record Found(int channels, long bytes, long records) {}

    /**
     * Reads all of it.
     *
     * @param manifest of the checkpoint
     * @return what there is
     * @throws CorruptStateException if it is not what was written, or not whole records; names the
     *     file in which the channel begins
     * @throws IOException if it cannot be read
     */
    public Found verify(final CheckpointManifest manifest) throws IOException {
        final Map<ChannelId, List<StateHandle>> channels = new LinkedHashMap<>();
        RestorePlan.addInFlight(manifest, PartKind.INPUT_CHANNELS, channels);
        RestorePlan.addInFlight(manifest, PartKind.OUTPUT_CHANNELS, channels);
        long bytes = 0;
        long records = 0;
        for (final Map.Entry<ChannelId, List<StateHandle>> channel : channels.entrySet()) {
            final Framing framing = new Framing();
            for (final StateHandle slice : channel.getValue()) {
                bytes += slice.length();
                read(slice, framing);
            }
            if (!framing.isBetweenRecords()) {
                final StateHandle first = channel.getValue().get(0);
                throw new CorruptStateException(
                        first.file().name(),
                        first.offset(),
                        channel.getKey() + " is not whole records: " + framing);
            }
            records += framing.records;
        }
        return new Found(channels.size(), bytes, records);
    }

    private void read(final StateHandle slice, final Framing framing) throws IOException {
        try (StateInput in = storage.open(slice)) {
            for (long at = 0; at < slice.length(); at += piece.limit()) {
                in.read(at, piece.clear().limit((int) Math.min(PIECE_BYTES, in.length() - at)));
                framing.take(piece.flip());
            }
        }
    }

    /** Follows the lengths of records through pieces that end anywhere. */
    private static final class Framing {

        private long records;
        private int lengthBytes;
        private int length;
        private int missing;

        void take(final ByteBuffer bytes) {
            while (bytes.hasRemaining() && length >= 0) {
                if (missing > 0) {
                    final int taken = Math.min(missing, bytes.remaining());
                    bytes.position(bytes.position() + taken);
                    missing -= taken;
                } else {
                    length |= (bytes.get() & 0xFF) << lengthBytes * Byte.SIZE;
                    lengthBytes++;
                    if (lengthBytes < Integer.BYTES) {
                        continue;
                    }
                    missing = length;
                }
                if (missing == 0) {
                    records++;
                    lengthBytes = 0;
                    length = 0;
                }
            }
        }

        boolean isBetweenRecords() {
            return lengthBytes == 0 && missing == 0;
        }

        @Override
        public String toString() {
            return "records=" + records + " then length=" + length + " missing=" + missing;
        }
    }
}
