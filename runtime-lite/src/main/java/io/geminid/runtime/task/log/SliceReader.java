package io.geminid.runtime.task.log;

import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the slices of one channel. A file with many of them, as logs have, is opened once. One
 * thread at a time.
 */
public final class SliceReader implements Closeable {

    /**
     * More slices of a file than this are pieces of a log. Fewer are what the two ends of a channel
     * have kept: ranges of their own, of which a worker may have copies.
     */
    private static final int KEPT_MAX = 2;

    private final CheckpointStorage storage;
    private final Map<StateFile, StateHandle> ranges = new HashMap<>();
    private final Map<StateFile, Integer> counts = new HashMap<>();
    private StateHandle range;
    private StateInput input;

    /**
     * Opens nothing yet.
     *
     * @param storage where the files are
     * @param slices all that may be read
     */
    public SliceReader(final CheckpointStorage storage, final List<StateHandle> slices) {
        this.storage = storage;
        for (final StateHandle slice : slices) {
            ranges.merge(slice.file(), slice, SliceReader::both);
            counts.merge(slice.file(), 1, Integer::sum);
        }
    }

    private static StateHandle both(final StateHandle one, final StateHandle other) {
        final long from = Math.min(one.offset(), other.offset());
        final long to = Math.max(one.offset() + one.length(), other.offset() + other.length());
        return new StateHandle(one.file(), from, to - from);
    }

    /**
     * Fills what remains of a buffer.
     *
     * @param slice one of those given
     * @param position of the first byte, in the slice
     * @param into gets the bytes
     * @throws IOException if they cannot be read, or are not what was written
     */
    public void read(final StateHandle slice, final long position, final ByteBuffer into)
            throws IOException {
        final StateHandle wanted =
                counts.get(slice.file()) > KEPT_MAX ? ranges.get(slice.file()) : slice;
        if (!wanted.equals(range)) {
            close();
            input = storage.open(wanted);
            range = wanted;
        }
        input.read(slice.offset() - range.offset() + position, into);
    }

    @Override
    public void close() throws IOException {
        final StateInput open = input;
        input = null;
        range = null;
        if (open != null) {
            open.close();
        }
    }
}
