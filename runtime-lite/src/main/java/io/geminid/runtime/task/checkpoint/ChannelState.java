package io.geminid.runtime.task.checkpoint;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in flight in some channels, as one side of them has it: for each channel a sequence of
 * bytes, partly new and partly in files of earlier checkpoints.
 *
 * <p>All new bytes go into one range of a file. The part's handles are the slices of all channels,
 * one after the other; the part's inline bytes say whose they are:
 *
 * <pre>
 *  count, { channel, number of slices }
 * </pre>
 *
 * <p>Copies what it is given, and so holds no segment. A snapshot waits for barriers, which wait
 * for tasks that need segments to go on: whoever kept theirs until then would wait for ever.
 *
 * <p>One thread at a time.
 */
public final class ChannelState {

    private static final String FORMAT = "channels/1";

    private final Map<ChannelId, Content> channels = new LinkedHashMap<>();
    private long newBytes;
    private long restoredBytes;

    /** One channel: restored slices before new bytes. */
    private static final class Content {
        private final List<StateHandle> restored = new ArrayList<>();
        private final List<ByteBuffer> pieces = new ArrayList<>();
    }

    /** Makes an empty one. */
    public ChannelState() {}

    /**
     * Adds bytes at the end of a channel.
     *
     * @param channel which
     * @param buffer copied; still the caller's to release
     */
    public void add(final ChannelId channel, final Buffer buffer) {
        final ByteBuffer copy = ByteBuffer.allocate(buffer.length());
        copy.put(0, buffer.memory(), buffer.offset(), buffer.length());
        add(channel, copy);
    }

    /**
     * Adds bytes at the end of a channel.
     *
     * @param channel which
     * @param bytes its remaining bytes, not to be changed from now on
     */
    public void add(final ChannelId channel, final ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            newBytes += bytes.remaining();
            content(channel).pieces.add(bytes);
        }
    }

    /**
     * Adds bytes that are in a file already; before all new ones of the channel.
     *
     * @param channel which
     * @param slices in their order
     */
    public void addRestored(final ChannelId channel, final List<StateHandle> slices) {
        if (slices.isEmpty()) {
            return;
        }
        final Content content = content(channel);
        if (!content.pieces.isEmpty()) {
            throw new IllegalStateException("channel=" + channel + " has new bytes already");
        }
        content.restored.addAll(slices);
        restoredBytes += slices.stream().mapToLong(StateHandle::length).sum();
    }

    private Content content(final ChannelId channel) {
        return channels.computeIfAbsent(channel, absent -> new Content());
    }

    /**
     * @return bytes that no file has yet
     */
    public long newBytes() {
        return newBytes;
    }

    /**
     * @return bytes that are referred to in files of earlier checkpoints
     */
    public long restoredBytes() {
        return restoredBytes;
    }

    /**
     * @return whether no channel has a byte
     */
    public boolean isEmpty() {
        return newBytes == 0 && restoredBytes == 0;
    }

    /**
     * Writes the new bytes.
     *
     * @param kind which side of the channels this is
     * @param writer of the subtask's snapshot; durable after its commit
     * @return the part
     * @throws IOException if the storage is full or gone
     */
    public StatePart write(final PartKind kind, final SnapshotWriter writer) throws IOException {
        final List<Slice> slices = new ArrayList<>();
        final RecordOutput index = new RecordOutput();
        index.beginInScratch();
        index.putVarInt(channels.size());
        StateHandle written = null;
        try (StateOutput out = newBytes == 0 ? null : writer.open(StateScope.SHARED)) {
            for (final Map.Entry<ChannelId, Content> channel : channels.entrySet()) {
                final int before = slices.size();
                channel.getValue().restored.forEach(handle -> slices.add(new Slice(handle, 0, 0)));
                writePieces(channel.getValue().pieces, out, slices);
                channel.getKey().write(index);
                index.putVarInt(slices.size() - before);
            }
            if (out != null) {
                written = out.finish();
            }
        }
        final byte[] inline = new byte[index.length()];
        index.scratch().get(0, inline);
        final StateHandle fresh = written;
        final List<StateHandle> handles = slices.stream().map(slice -> slice.in(fresh)).toList();
        return StatePart.of(kind, FORMAT, handles, Bytes.copyOf(inline));
    }

    /**
     * As part of a snapshot, if all of it is in files already.
     *
     * @param kind which side of the channels this is
     * @return the part
     * @throws IllegalStateException if there are new bytes
     */
    public StatePart part(final PartKind kind) {
        if (newBytes > 0) {
            throw new IllegalStateException("newBytes=" + newBytes + " are in no file");
        }
        try {
            return write(kind, null);
        } catch (final IOException e) {
            throw new AssertionError("nothing is written", e);
        }
    }

    /** A range of a file that is known, or of the one that is being written. */
    private record Slice(StateHandle known, long offset, long length) {
        StateHandle in(final StateHandle written) {
            return known != null
                    ? known
                    : new StateHandle(written.file(), written.offset() + offset, length);
        }
    }

    private static void writePieces(
            final List<ByteBuffer> pieces, final StateOutput out, final List<Slice> slices)
            throws IOException {
        if (pieces.isEmpty()) {
            return;
        }
        final long from = out.position();
        for (final ByteBuffer piece : pieces) {
            out.write(piece);
        }
        slices.add(new Slice(null, from, out.position() - from));
    }

    /**
     * Reads the index of a part.
     *
     * @param part written by {@link #write}
     * @return slices of each channel
     */
    public static Map<ChannelId, List<StateHandle>> read(final StatePart part) {
        if (!part.format().equals(FORMAT)) {
            throw new IllegalArgumentException(
                    "channelStateFormat=" + part.format() + " readable=" + FORMAT);
        }
        final byte[] inline = part.inline().toArray();
        final RecordInput in =
                new RecordInput()
                        .wrap(
                                ByteBuffer.wrap(inline).order(ByteOrder.LITTLE_ENDIAN),
                                0,
                                inline.length);
        final Map<ChannelId, List<StateHandle>> channels = new LinkedHashMap<>();
        int next = 0;
        final int count = in.getVarInt();
        for (int i = 0; i < count; i++) {
            final ChannelId channel = ChannelId.read(in);
            final int slices = in.getVarInt();
            channels.put(channel, List.copyOf(part.handles().subList(next, next + slices)));
            next += slices;
        }
        return channels;
    }
}
