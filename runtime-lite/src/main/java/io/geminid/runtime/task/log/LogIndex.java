package io.geminid.runtime.task.log;

import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.state.checkpoint.StateHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Where the bytes of one channel are in the files of a log: pieces without a gap between them (INV
 * O1), oldest first, in arrays that go round and grow. The log's thread only.
 */
final class LogIndex {

    private static final int PIECES_MIN = 16;

    private final ChannelId id;
    private LogFile[] files = new LogFile[PIECES_MIN];
    private int[] offsets = new int[PIECES_MIN];
    private int[] lengths = new int[PIECES_MIN];
    private int head;
    private int count;
    private long start;
    private long end;

    LogIndex(final ChannelId id) {
        this.id = id;
    }

    ChannelId id() {
        return id;
    }

    /** Bytes between the oldest piece and the end. */
    long bytes() {
        return end - start;
    }

    long end() {
        return end;
    }

    /** Adds what was written at the end of a file. */
    void add(final LogFile file, final long offset, final int length) {
        final int last = head + count - 1 & lengths.length - 1;
        if (count > 0 && files[last] == file && offsets[last] + lengths[last] == offset) {
            lengths[last] += length;
        } else {
            if (count == lengths.length) {
                grow();
            }
            final int at = head + count & lengths.length - 1;
            files[at] = file;
            offsets[at] = Math.toIntExact(offset);
            lengths[at] = length;
            count++;
            file.addPiece();
        }
        end += length;
    }

    private void grow() {
        final int size = lengths.length;
        final LogFile[] moreFiles = new LogFile[2 * size];
        final int[] moreOffsets = new int[2 * size];
        final int[] moreLengths = new int[2 * size];
        for (int i = 0; i < count; i++) {
            final int at = head + i & size - 1;
            moreFiles[i] = files[at];
            moreOffsets[i] = offsets[at];
            moreLengths[i] = lengths[at];
        }
        files = moreFiles;
        offsets = moreOffsets;
        lengths = moreLengths;
        head = 0;
    }

    /** Forgets pieces that end at or before a position; gives the files that were their last. */
    void truncate(final long position, final Collection<LogFile> unused) {
        while (count > 0 && start + lengths[head] <= position) {
            removeFirst(unused);
        }
    }

    private void removeFirst(final Collection<LogFile> unused) {
        final LogFile file = files[head];
        start += lengths[head];
        files[head] = null;
        head = head + 1 & lengths.length - 1;
        count--;
        if (file.removePiece()) {
            unused.add(file);
        }
    }

    /** Forgets all pieces, and so many bytes that were sent besides and not written. */
    void skip(final int length) {
        Arrays.fill(files, null);
        head = 0;
        count = 0;
        end += length;
        start = end;
    }

    /** Adds the files that pieces are in. */
    void addFiles(final LinkedHashSet<LogFile> into) {
        for (int i = 0; i < count; i++) {
            into.add(files[head + i & lengths.length - 1]);
        }
    }

    LoggedOutput.Channel channel() {
        final List<StateHandle> pieces = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            final int at = head + i & lengths.length - 1;
            pieces.add(files[at].piece(offsets[at], lengths[at]));
        }
        return new LoggedOutput.Channel(id, start, end, pieces);
    }
}
