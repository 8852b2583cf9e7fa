package io.geminid.state.rocksdb.db;

import java.nio.ByteBuffer;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * A walk over entries whose keys begin alike. Sees the entries as they were when it began; whoever
 * walks may write.
 *
 * <p>Task thread only.
 */
public final class Scan implements AutoCloseable {

    private static final int BYTES_INITIAL = 512;

    private final Database database;
    private final RocksIterator iterator;
    private final Buffers buffers;
    private final int prefixBytes;
    private boolean started;

    Scan(
            final Database database,
            final RocksIterator iterator,
            final ByteBuffer from,
            final int prefixBytes) {
        this.database = database;
        this.iterator = iterator;
        this.buffers = database.takeScanBuffers();
        this.prefixBytes = prefixBytes;
        final int bytes = from.remaining();
        buffers.from = Database.grown(buffers.from, bytes).clear();
        buffers.from.put(0, from, from.position(), bytes).limit(bytes);
    }

    /**
     * Goes to the next entry.
     *
     * @return false if there is none
     */
    public boolean next() {
        if (started) {
            iterator.next();
        } else {
            started = true;
            iterator.seek(buffers.from);
            buffers.from.rewind();
        }
        if (!iterator.isValid()) {
            check();
            return false;
        }
        int length = iterator.key(buffers.key.clear());
        if (length > buffers.key.capacity()) {
            buffers.key = Database.grown(buffers.key, length);
            length = iterator.key(buffers.key.clear());
        }
        buffers.key.position(0).limit(length);
        return length >= prefixBytes && beginsAlike();
    }

    /** An iterator that is not valid has reached the end, or failed. */
    private void check() {
        try {
            iterator.status();
        } catch (final RocksDBException e) {
            throw database.failed("scan", e);
        }
    }

    private boolean beginsAlike() {
        for (int i = 0; i < prefixBytes; i++) {
            if (buffers.from.get(i) != buffers.key.get(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The entry's key.
     *
     * @return little-endian, from 0 to the length; valid until the next call of {@link #next}
     */
    public ByteBuffer key() {
        return buffers.key;
    }

    /**
     * Reads the entry's value.
     *
     * @return little-endian, from 0 to the length; valid until the next call of {@link #next}
     */
    public ByteBuffer value() {
        int length = iterator.value(buffers.value.clear());
        if (length > buffers.value.capacity()) {
            buffers.value = Database.grown(buffers.value, length);
            length = iterator.value(buffers.value.clear());
        }
        return buffers.value.position(0).limit(length);
    }

    @Override
    public void close() {
        iterator.close();
        database.giveBack(buffers);
    }

    /** Memory of a scan; reused, because direct memory is expensive to get. */
    static final class Buffers {
        private ByteBuffer from = Database.direct(BYTES_INITIAL);
        private ByteBuffer key = Database.direct(BYTES_INITIAL);
        private ByteBuffer value = Database.direct(BYTES_INITIAL);
    }
}
