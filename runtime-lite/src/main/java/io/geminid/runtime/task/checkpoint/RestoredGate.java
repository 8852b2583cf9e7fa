package io.geminid.runtime.task.checkpoint;

import io.geminid.runtime.task.log.SliceReader;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.gate.InputElement;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.StateHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A gate that first gives back what a checkpoint had kept of its channels. Each restored channel is
 * a channel of its own, behind those of the gate itself: records may have been spread over other
 * channels then. Priority events come at any time, everything else of the gate after all restored
 * data (INV U9).
 *
 * <p>Reads from the storage on the task's thread, a piece at a time. Task thread only.
 */
public final class RestoredGate implements InputGate {

    private static final int PIECE_BYTES = 32 * 1024;

    private final InputGate gate;
    private final CheckpointStorage storage;
    private final List<RestoredChannel> channels;
    private final long[] delivered;
    private int current;
    private int slice;
    private SliceReader reader;
    private long sliceDelivered;
    private Runnable whenDone = () -> {};
    private boolean done;

    /**
     * Puts restored data before a gate.
     *
     * @param gate everything new; from now on closed by this
     * @param storage where the restored data is
     * @param channels what is restored, at least one
     */
    private RestoredGate(
            final InputGate gate,
            final CheckpointStorage storage,
            final List<RestoredChannel> channels) {
        this.gate = gate;
        this.storage = storage;
        this.channels = List.copyOf(channels);
        this.delivered = new long[channels.size()];
    }

    /**
     * Puts restored data before a gate, once all of it was found to be what was written: before a
     * byte reaches an operator (INV U15). Blocks on the storage.
     *
     * @param gate everything new; from now on closed by this, also if it throws
     * @param storage where the restored data is
     * @param channels what is restored, at least one
     * @return the gate
     * @throws UncheckedIOException if it cannot be read; caused by {@link CorruptStateException} if
     *     it is not what was written
     */
    public static RestoredGate checked(
            final InputGate gate,
            final CheckpointStorage storage,
            final List<RestoredChannel> channels) {
        final ByteBuffer scratch = ByteBuffer.allocate(PIECE_BYTES);
        for (final RestoredChannel channel : channels) {
            try (SliceReader reader = new SliceReader(storage, channel.slices())) {
                for (final StateHandle slice : channel.slices()) {
                    check(reader, slice, scratch);
                }
            } catch (final IOException e) {
                gate.close();
                throw new UncheckedIOException(
                        "in flight in " + channel.id() + ": " + e.getMessage(), e);
            }
        }
        return new RestoredGate(gate, storage, channels);
    }

    private static void check(
            final SliceReader reader, final StateHandle slice, final ByteBuffer scratch)
            throws IOException {
        for (long at = 0; at < slice.length(); at += scratch.limit()) {
            final int length = (int) Math.min(PIECE_BYTES, slice.length() - at);
            reader.read(slice, at, scratch.clear().limit(length));
        }
    }

    /**
     * @return restored bytes that were taken so far
     */
    public long bytesTaken() {
        long taken = 0;
        for (final long bytes : delivered) {
            taken += bytes;
        }
        return taken;
    }

    /**
     * Says whom to tell when the last restored piece was read to its end, before anything new.
     *
     * @param listener on the task's thread, once
     */
    public void whenDone(final Runnable listener) {
        whenDone = listener;
    }

    /**
     * @return whether everything restored was taken
     */
    public boolean isDone() {
        return done;
    }

    /**
     * @return channels of the gate itself, which come first
     */
    public int ownChannelCount() {
        return gate.channelCount();
    }

    /**
     * @return the restored channels, which come behind
     */
    public List<RestoredChannel> restored() {
        return channels;
    }

    /**
     * What is left of a restored channel.
     *
     * @param index in {@link #restored}
     * @param unreadBytes taken from here, but not made into records yet
     * @return slices of the files that they are in
     */
    public List<StateHandle> rest(final int index, final int unreadBytes) {
        long skip = delivered[index] - unreadBytes;
        final List<StateHandle> rest = new ArrayList<>();
        for (final StateHandle handle : channels.get(index).slices()) {
            final long skipped = Math.min(skip, handle.length());
            skip -= skipped;
            if (skipped < handle.length()) {
                rest.add(
                        new StateHandle(
                                handle.file(),
                                handle.offset() + skipped,
                                handle.length() - skipped));
            }
        }
        return rest;
    }

    @Override
    public boolean poll(final InputElement into) throws IOException {
        if (done) {
            return gate.poll(into);
        }
        if (gate.pollPriority(into) || pollRestored(into)) {
            return true;
        }
        done = true;
        whenDone.run();
        return gate.poll(into);
    }

    private boolean pollRestored(final InputElement into) throws IOException {
        while (current < channels.size()) {
            final List<StateHandle> handles = channels.get(current).slices();
            if (slice == handles.size()) {
                closeReader();
                current++;
                slice = 0;
                continue;
            }
            final StateHandle handle = handles.get(slice);
            if (sliceDelivered == handle.length()) {
                slice++;
                sliceDelivered = 0;
                continue;
            }
            final int length = (int) Math.min(PIECE_BYTES, handle.length() - sliceDelivered);
            final ByteBuffer piece = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            if (reader == null) {
                reader = new SliceReader(storage, handles);
            }
            reader.read(handle, sliceDelivered, piece);
            sliceDelivered += length;
            delivered[current] += length;
            into.set(gate.channelCount() + current, new HeapBuffer(piece.clear()));
            return true;
        }
        return false;
    }

    private void closeReader() throws IOException {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    @Override
    public int channelCount() {
        return gate.channelCount() + channels.size();
    }

    @Override
    public String describe(final int channel) {
        final int own = gate.channelCount();
        return channel < own
                ? gate.describe(channel)
                : "restored " + channels.get(channel - own).id();
    }

    @Override
    public long dataBytesMax() {
        return gate.dataBytesMax();
    }

    @Override
    public void updateChannel(final int channel, final ShuffleDescriptor producer) {
        gate.updateChannel(channel, producer);
    }

    @Override
    public void requestPartitions() {
        gate.requestPartitions();
    }

    @Override
    public boolean pollPriority(final InputElement into) throws IOException {
        return gate.pollPriority(into);
    }

    @Override
    public void onPriority(final Runnable listener) {
        gate.onPriority(listener);
    }

    @Override
    public List<Buffer> queuedBefore(final int channel, final long checkpoint) {
        return gate.queuedBefore(channel, checkpoint);
    }

    @Override
    public void overtake(final int channel, final long checkpoint) {
        gate.overtake(channel, checkpoint);
    }

    @Override
    public boolean awaitAvailable(final Runnable listener) {
        return done && gate.awaitAvailable(listener);
    }

    @Override
    public void resumeConsumption(final int channel) {
        gate.resumeConsumption(channel);
    }

    @Override
    public void acknowledgeAllRecordsProcessed(final int channel) {
        gate.acknowledgeAllRecordsProcessed(channel);
    }

    @Override
    public boolean isFinished() {
        return done && gate.isFinished();
    }

    @Override
    public void close() {
        try {
            closeReader();
        } catch (final IOException e) {
            reader = null; // what was read from it was right
        }
        gate.close();
    }
}
