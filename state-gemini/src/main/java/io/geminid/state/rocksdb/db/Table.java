package io.geminid.state.rocksdb.db;

import java.nio.ByteBuffer;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;

/**
 * Entries of one state, ordered by the bytes of their keys. Buffers given are read from position to
 * limit, must be direct, and keep their contents; their position moves.
 *
 * <p>Task thread only.
 */
public final class Table {

    /** What {@link #read} returns if there is no entry. */
    public static final int ABSENT = -1;

    private final Database database;
    private final String name;
    private final ColumnFamilyHandle handle;
    private final ByteBuffer nothing = Database.direct(0);

    Table(final Database database, final String name, final ColumnFamilyHandle handle) {
        this.database = database;
        this.name = name;
        this.handle = handle;
    }

    /**
     * Reads an entry into {@link #value()}.
     *
     * @param key whole
     * @return length of the value, or {@link #ABSENT}
     */
    public int read(final ByteBuffer key) {
        final int length = read(key, database.value().clear());
        if (length > database.value().capacity()) {
            return read(key.rewind(), database.value(length).clear());
        }
        return length;
    }

    private int read(final ByteBuffer key, final ByteBuffer target) {
        try {
            return database.rocks().get(handle, database.readOptions(), key, target);
        } catch (final RocksDBException e) {
            throw failed("read", e);
        }
    }

    /**
     * The value read last, by any table of the database.
     *
     * @return little-endian; from 0 to the length; valid until the next read
     */
    public ByteBuffer value() {
        return database.value();
    }

    /**
     * Whether there is an entry.
     *
     * @param key whole
     * @return true if so
     */
    public boolean contains(final ByteBuffer key) {
        return read(key, nothing) >= 0;
    }

    /**
     * Writes an entry, over what is there.
     *
     * @param key whole
     * @param value may be empty
     */
    public void write(final ByteBuffer key, final ByteBuffer value) {
        try {
            database.rocks().put(handle, database.writeOptions(), key, value);
        } catch (final RocksDBException e) {
            throw failed("write", e);
        }
    }

    /**
     * Writes an entry without a value.
     *
     * @param key whole
     */
    public void write(final ByteBuffer key) {
        write(key, nothing);
    }

    /**
     * Adds to the end of an entry's value without reading it.
     *
     * @param key whole
     * @param value what to add
     */
    public void append(final ByteBuffer key, final ByteBuffer value) {
        try {
            database.rocks().merge(handle, database.writeOptions(), key, value);
        } catch (final RocksDBException e) {
            throw failed("append", e);
        }
    }

    /**
     * Deletes an entry, if there is one.
     *
     * @param key whole
     */
    public void delete(final ByteBuffer key) {
        try {
            database.rocks().delete(handle, database.writeOptions(), key);
        } catch (final RocksDBException e) {
            throw failed("delete", e);
        }
    }

    /**
     * Visits the entries whose keys begin alike, as they are now.
     *
     * @param from where to begin; copied
     * @param prefixBytes of {@code from} that all keys have in common
     * @return stands before the first; the caller closes it
     */
    public Scan scan(final ByteBuffer from, final int prefixBytes) {
        return new Scan(
                database,
                database.rocks().newIterator(handle, database.readOptions()),
                from,
                prefixBytes);
    }

    /**
     * Visits the entries whose keys begin alike, as they are now.
     *
     * @param prefix may be empty; copied
     * @return stands before the first; the caller closes it
     */
    public Scan scan(final ByteBuffer prefix) {
        return scan(prefix, prefix.remaining());
    }

    private RuntimeException failed(final String call, final RocksDBException e) {
        return database.failed(call + " state=" + name, e);
    }
}
