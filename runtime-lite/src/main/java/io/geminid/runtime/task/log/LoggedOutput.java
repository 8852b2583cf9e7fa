package io.geminid.runtime.task.log;

import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a producer puts into a checkpoint: where its log has what it sent over its channels. The
 * part's handles are all files of the log, each once and whole; its inline bytes are
 *
 * <pre>
 *  count, { channel, start (8 bytes), end (8 bytes), pieces, { file, offset, length } }
 * </pre>
 *
 * @param channels all that are logged
 */
public record LoggedOutput(List<Channel> channels) {

    private static final String FORMAT = "logged/1";

    /** Copies the list. */
    public LoggedOutput {
        channels = List.copyOf(channels);
    }

    /**
     * One channel.
     *
     * @param id which
     * @param start position of the first byte that the log has
     * @param end where the barrier is
     * @param pieces what is between, in its order (INV O1)
     */
    public record Channel(ChannelId id, long start, long end, List<StateHandle> pieces) {

        /** Checks that nothing is missing. */
        public Channel {
            pieces = List.copyOf(pieces);
            final long bytes = pieces.stream().mapToLong(StateHandle::length).sum();
            if (start < 0 || bytes != end - start) {
                throw new IllegalArgumentException(
                        id + " start=" + start + " end=" + end + " loggedBytes=" + bytes);
            }
        }

        /**
         * What was sent between a position and the barrier.
         *
         * @param from the position, from {@link #start} to {@link #end}
         * @return ranges of files
         */
        public List<StateHandle> from(final long from) {
            final List<StateHandle> rest = new ArrayList<>();
            long at = start;
            for (final StateHandle piece : pieces) {
                final long skipped = Math.max(0, Math.min(piece.length(), from - at));
                at += piece.length();
                if (skipped < piece.length()) {
                    rest.add(
                            new StateHandle(
                                    piece.file(),
                                    piece.offset() + skipped,
                                    piece.length() - skipped));
                }
            }
            return rest;
        }
    }

    /**
     * As part of a snapshot.
     *
     * @param files all files of the log, each once and whole
     * @return refers to them
     */
    StatePart part(final List<StateHandle> files) {
        final List<Object> ids = files.stream().<Object>map(StateHandle::file).toList();
        final RecordOutput out = new RecordOutput();
        out.beginInScratch();
        out.putVarInt(channels.size());
        for (final Channel channel : channels) {
            channel.id.write(out);
            out.putLong(channel.start);
            out.putLong(channel.end);
            out.putVarInt(channel.pieces.size());
            int file = 0;
            for (final StateHandle piece : channel.pieces) {
                if (!ids.get(file).equals(piece.file())) {
                    file = ids.indexOf(piece.file());
                }
                out.putVarInt(file);
                out.putVarInt(Math.toIntExact(piece.offset()));
                out.putVarInt(Math.toIntExact(piece.length()));
            }
        }
        final byte[] inline = new byte[out.length()];
        out.scratch().get(0, inline);
        return StatePart.of(PartKind.OUTPUT_CHANNELS, FORMAT, files, Bytes.copyOf(inline));
    }

    /**
     * Whether a part is one of these.
     *
     * @param part of a snapshot
     * @return true if {@link #read} reads it
     */
    public static boolean is(final StatePart part) {
        return part.kind() == PartKind.OUTPUT_CHANNELS && part.format().equals(FORMAT);
    }

    /**
     * Reads what a producer wrote.
     *
     * @param part of a snapshot
     * @return what the producer said
     */
    public static LoggedOutput read(final StatePart part) {
        final byte[] inline = part.inline().toArray();
        final RecordInput in =
                new RecordInput()
                        .wrap(
                                ByteBuffer.wrap(inline).order(ByteOrder.LITTLE_ENDIAN),
                                0,
                                inline.length);
        final int count = in.getVarInt();
        final List<Channel> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final ChannelId id = ChannelId.read(in);
            final long start = in.getLong();
            final long end = in.getLong();
            channels.add(new Channel(id, start, end, readPieces(part.handles(), in)));
        }
        return new LoggedOutput(channels);
    }

    private static List<StateHandle> readPieces(
            final List<StateHandle> files, final RecordInput in) {
        final int count = in.getVarInt();
        final List<StateHandle> pieces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int file = in.getVarInt();
            final long offset = in.getVarInt();
            final long length = in.getVarInt();
            if (file < 0 || file >= files.size() || offset + length > files.get(file).length()) {
                throw new RecordFormatException(
                        "logFile=" + file + " offset=" + offset + " length=" + length);
            }
            pieces.add(new StateHandle(files.get(file).file(), offset, length));
        }
        return pieces;
    }
}
