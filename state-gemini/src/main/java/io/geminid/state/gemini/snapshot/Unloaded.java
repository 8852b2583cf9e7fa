package io.geminid.state.gemini.snapshot;

import io.geminid.state.gemini.log.StoredRecord;
import io.geminid.state.gemini.table.RecordTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What of a restored snapshot is not in the table yet: whole key groups, but for their timers. A
 * key group is loaded when it is asked for, and the others little by little.
 *
 * <p>A key group that is not loaded has not been changed either. Until all are, the files stay part
 * of every snapshot.
 *
 * <p>Task thread only. Reading blocks.
 */
public final class Unloaded {

    private static final int CHUNK_BYTES = 64 << 10;

    /** Open files are few on most hosts. */
    static final int OPEN_MAX = 64;

    private final String store;
    private final RecordTable table;
    private final ReadAhead ahead;

    /** Of the section that is being read. */
    private StoredRecord record = new StoredRecord();

    /** In the order of their records. */
    private List<StoredFile> files = List.of();

    /** What was read last: records, the last of which may not be whole. */
    private ByteBuffer chunk = allocate(0);

    private final BitSet missing = new BitSet();
    private int openFiles;

    // The key group that has been begun: how far its records are in the table.
    private int begun = -1;
    private int beforeFile;
    private long position;

    private RuntimeException failure;

    /**
     * Nothing is missing.
     *
     * @param store for messages
     * @param table to load into
     * @param readers read what is going to be loaded next; null: nobody does
     */
    public Unloaded(final String store, final RecordTable table, final Executor readers) {
        this.store = store;
        this.table = table;
        this.ahead = new ReadAhead(readers);
    }

    /** Loads the timers of some files; all else is missing from now on. */
    void begin(final List<StoredFile> stored) throws IOException {
        files = new ArrayList<>(stored);
        for (final StoredFile file : files) {
            missing.set(file.groups().first(), file.groups().last() + 1);
        }
        openFiles = (int) files.stream().filter(StoredFile::isOpen).count();
        table.expectOlder(true);
        for (int group = missing.nextSetBit(0); group >= 0; group = missing.nextSetBit(group + 1)) {
            for (final StoredFile file : files) {
                record.restart();
                for (long at = file.begin(group, true); at < file.end(group, true); ) {
                    at = replay(file, group, at, file.end(group, true));
                }
            }
        }
        endIfAllIsLoaded();
    }

    /**
     * @return whether nothing is missing
     */
    public boolean isEmpty() {
        return missing.isEmpty();
    }

    /**
     * Loads a key group, if it is missing.
     *
     * @param group which
     * @return whether it was missing: addresses got before are void then
     * @throws UncheckedIOException names the file that is damaged or gone; the store can then only
     *     be closed
     */
    public boolean load(final int group) {
        if (!missing.get(group)) {
            return false;
        }
        final int interrupted = begun == group ? -1 : begun;
        final int interruptedFile = beforeFile;
        final long interruptedAt = position;
        final StoredRecord interruptedRecord = record;
        if (interrupted >= 0) {
            record = new StoredRecord();
        }
        ahead.begin(group, files, begun == group ? beforeFile + 1 : 0);
        while (missing.get(group)) {
            step(group);
        }
        ahead.end();
        if (interrupted >= 0) {
            begun = interrupted;
            beforeFile = interruptedFile;
            position = interruptedAt;
            record = interruptedRecord;
        }
        return true;
    }

    /**
     * Loads everything.
     *
     * @throws UncheckedIOException see {@link #load}
     */
    public void loadAll() {
        while (!missing.isEmpty()) {
            loadMore();
        }
    }

    /**
     * Loads a little of what is missing.
     *
     * @throws UncheckedIOException see {@link #load}
     */
    public void loadMore() {
        step(begun >= 0 ? begun : missing.nextSetBit(0));
    }

    private void step(final int group) {
        if (failure != null) {
            throw failure;
        }
        try {
            loadChunk(group);
        } catch (final IOException e) {
            failure =
                    new UncheckedIOException(
                            "store="
                                    + store
                                    + " keyGroup="
                                    + group
                                    + " cannot be restored: "
                                    + e.getMessage(),
                            e);
            throw failure;
        }
    }

    private void loadChunk(final int group) throws IOException {
        if (begun != group) {
            begun = group;
            beforeFile = 0;
            table.expect(group, bytes(group));
            record.restart();
            position = beforeFile < files.size() ? files.get(0).begin(group, false) : 0;
        }
        while (beforeFile < files.size()) {
            final StoredFile file = files.get(beforeFile);
            if (position < file.end(group, false)) {
                final ByteBuffer whole = ahead.take(file);
                position =
                        whole == null
                                ? replay(file, group, position, file.end(group, false))
                                : replay(file, group, whole);
                return;
            }
            beforeFile++;
            record.restart();
            position = beforeFile < files.size() ? files.get(beforeFile).begin(group, false) : 0;
        }
        missing.clear(group);
        begun = -1;
        endIfAllIsLoaded();
    }

    private long bytes(final int group) {
        long sum = 0;
        for (final StoredFile file : files) {
            sum += file.end(group, false) - file.begin(group, false);
        }
        return sum;
    }

    private void endIfAllIsLoaded() throws IOException {
        if (missing.isEmpty()) {
            table.expectOlder(false);
            for (final StoredFile file : files) {
                file.close();
            }
            files = List.of();
            chunk = allocate(0);
            ahead.close();
        }
    }

    private static ByteBuffer allocate(final int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Replays what was read ahead: all there is of a key group. */
    private long replay(final StoredFile file, final int group, final ByteBuffer whole)
            throws IOException {
        final long from = file.begin(group, false);
        replay(file, group, whole, from);
        if (whole.hasRemaining()) {
            throw file.damaged("half a record at=" + (from + whole.position()));
        }
        ahead.giveBack(whole);
        return file.end(group, false);
    }

    /** Replays the whole records of a buffer. */
    private void replay(
            final StoredFile file, final int group, final ByteBuffer records, final long from)
            throws IOException {
        try {
            while (record.read(group, records)) {
                table.replay(record, file.epoch(), file.numbers());
            }
        } catch (final IllegalArgumentException e) {
            throw file.damaged(
                    "keyGroup="
                            + group
                            + " at="
                            + (from + records.position())
                            + ": "
                            + e.getMessage());
        }
    }

    /** Replays a chunk; returns where the next one begins. */
    private long replay(final StoredFile file, final int group, final long from, final long to)
            throws IOException {
        final boolean wasOpen = file.isOpen();
        for (int room = CHUNK_BYTES; ; room *= 2) {
            final int bytes = (int) Math.min(room, to - from);
            if (chunk.capacity() < bytes) {
                chunk = allocate(room);
            }
            file.read(from, chunk.clear().limit(bytes));
            replay(file, group, chunk, from);
            if (chunk.position() > 0) {
                closeIfTooMany(file, wasOpen);
                return from + chunk.position();
            }
            if (bytes == to - from) {
                throw file.damaged("half a record at=" + from);
            }
        }
    }

    private void closeIfTooMany(final StoredFile file, final boolean wasOpen) throws IOException {
        if (!wasOpen && openFiles == OPEN_MAX) {
            file.close();
        } else if (!wasOpen) {
            openFiles++;
        }
    }

    /** Gives up what is missing. */
    public void close() {
        missing.clear();
        ahead.close();
        for (final StoredFile file : files) {
            try {
                file.close();
            } catch (final IOException e) {
                // Nothing was written: there is nothing to lose.
                continue;
            }
        }
        files = List.of();
    }
}
