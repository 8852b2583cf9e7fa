package io.geminid.state.rocksdb.db;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.base.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.MergeOperator;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.StringAppendOperator;
import org.rocksdb.WriteOptions;

/**
 * A RocksDB database on a local directory. Without a write-ahead log: what is not in a checkpoint
 * is lost with the process, as state should be.
 *
 * <p>Task thread only.
 */
public final class Database implements AutoCloseable {

    /** A state's write buffer at most; a third of them all if that is less. */
    private static final long WRITE_BUFFER_BYTES_MAX = 64L << 20;

    private static final int VALUE_BYTES_INITIAL = 4096;

    private final String name;
    private final Path directory;
    private final MergeOperator append = new StringAppendOperator("");
    private final DBOptions options;
    private final ColumnFamilyOptions tableOptions;
    private final ReadOptions readOptions = new ReadOptions();
    private final WriteOptions writeOptions = new WriteOptions().setDisableWAL(true);
    private final RocksDB rocks;
    private final List<ColumnFamilyHandle> handles = new ArrayList<>();
    private final Map<String, Table> tables = new LinkedHashMap<>();
    private final Deque<Scan.Buffers> scanBuffers = new ArrayDeque<>();
    private int openScans;
    private ByteBuffer value = direct(VALUE_BYTES_INITIAL);
    private boolean closed;

    /**
     * Opens the database in a directory, or makes an empty one.
     *
     * @param name for messages
     * @param directory made if it is not there; deleted with everything in it by {@link #close()}
     * @param memory closed by the caller, later
     * @param settings as configured
     */
    public Database(
            final String name,
            final Path directory,
            final NativeMemory memory,
            final RocksDbSettings settings) {
        this.name = name;
        this.directory = directory;
        options =
                new DBOptions()
                        .setCreateIfMissing(true)
                        .setMaxBackgroundJobs(settings.backgroundThreads())
                        .setMaxOpenFiles(-1)
                        .setAvoidUnnecessaryBlockingIO(true)
                        .setInfoLogLevel(InfoLogLevel.HEADER_LEVEL)
                        .setStatsDumpPeriodSec(0)
                        .setWriteBufferManager(memory.writeBuffers());
        tableOptions =
                new ColumnFamilyOptions()
                        .setTableFormatConfig(memory.tableConfig())
                        .setCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setLevelCompactionDynamicLevelBytes(true)
                        .setWriteBufferSize(
                                Math.min(WRITE_BUFFER_BYTES_MAX, memory.writeBufferBytes() / 3))
                        .setMergeOperator(append);
        try {
            Files.createDirectories(directory);
            final List<ColumnFamilyDescriptor> there = tablesIn(directory);
            rocks = RocksDB.open(options, directory.toString(), there, handles);
            for (int i = 1; i < there.size(); i++) {
                final String table = new String(there.get(i).getName(), StandardCharsets.UTF_8);
                tables.put(table, new Table(this, table, handles.get(i)));
            }
        } catch (final RocksDBException | IOException e) {
            closeOptions();
            throw failed("open", e);
        }
    }

    /** The table that every database has, and which is not used, comes first. */
    private List<ColumnFamilyDescriptor> tablesIn(final Path path) throws RocksDBException {
        final List<ColumnFamilyDescriptor> found = new ArrayList<>();
        found.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, tableOptions));
        if (Files.exists(path.resolve("CURRENT"))) {
            try (Options anyOptions = new Options()) {
                for (final byte[] table : RocksDB.listColumnFamilies(anyOptions, path.toString())) {
                    if (!Arrays.equals(table, RocksDB.DEFAULT_COLUMN_FAMILY)) {
                        found.add(new ColumnFamilyDescriptor(table, tableOptions));
                    }
                }
            }
        }
        return found;
    }

    /**
     * The table of a name; made if it is not there.
     *
     * @param table its name
     * @return closed with this
     */
    public Table table(final String table) {
        check();
        final Table known = tables.get(table);
        if (known != null) {
            return known;
        }
        try {
            final ColumnFamilyHandle handle =
                    rocks.createColumnFamily(
                            new ColumnFamilyDescriptor(
                                    table.getBytes(StandardCharsets.UTF_8), tableOptions));
            handles.add(handle);
            final Table made = new Table(this, table, handle);
            tables.put(table, made);
            return made;
        } catch (final RocksDBException e) {
            throw failed("createTable " + table, e);
        }
    }

    /**
     * Flushes what is in memory and links to all files that make up the database now.
     *
     * @param links a directory that does not exist, on the same disk
     */
    public void linkFiles(final Path links) {
        check();
        try (Checkpoint checkpoint = Checkpoint.create(rocks)) {
            checkpoint.createCheckpoint(links.toString());
        } catch (final RocksDBException e) {
            throw failed("linkFiles", e);
        }
    }

    /**
     * Deletes all entries of some key groups, in all tables.
     *
     * @param groups which
     * @param maxParallelism number of all key groups
     */
    public void deleteGroups(final KeyGroupRange groups, final int maxParallelism) {
        check();
        final byte[] from = KeyBytes.firstOf(groups.first(), maxParallelism);
        final byte[] to = KeyBytes.firstOf(groups.last() + 1, maxParallelism);
        try {
            for (int i = 1; i < handles.size(); i++) {
                rocks.deleteRange(handles.get(i), writeOptions, from, to);
            }
        } catch (final RocksDBException e) {
            throw failed("deleteGroups " + groups, e);
        }
    }

    /**
     * Copies all entries of some key groups, in all tables.
     *
     * @param from another database
     * @param groups which; none of their entries is here
     * @param maxParallelism number of all key groups
     */
    public void copyGroups(
            final Database from, final KeyGroupRange groups, final int maxParallelism) {
        final KeyBytes first = new KeyBytes(maxParallelism).group(groups.first());
        final KeyInput input = new KeyInput(maxParallelism);
        for (final String each : from.tables.keySet()) {
            final Table target = table(each);
            try (Scan scan = from.tables.get(each).scan(first.buffer(), 0)) {
                while (scan.next() && input.wrap(scan.key()).group() <= groups.last()) {
                    target.write(scan.key(), scan.value());
                }
            }
        }
    }

    /**
     * What lies on the disk.
     *
     * @return bytes of all sorted files, obsolete ones among them as long as somebody reads them
     */
    public long fileBytes() {
        check();
        try {
            return rocks.getAggregatedLongProperty("rocksdb.total-sst-files-size");
        } catch (final RocksDBException e) {
            throw failed("property", e);
        }
    }

    RocksDB rocks() {
        check();
        return rocks;
    }

    ReadOptions readOptions() {
        return readOptions;
    }

    WriteOptions writeOptions() {
        return writeOptions;
    }

    /** What {@link Table#read} read last. */
    ByteBuffer value() {
        return value;
    }

    /** Makes room for a value. */
    ByteBuffer value(final int bytes) {
        value = grown(value, bytes);
        return value;
    }

    /** A scan in a scan needs buffers of its own. */
    Scan.Buffers takeScanBuffers() {
        openScans++;
        return scanBuffers.isEmpty() ? new Scan.Buffers() : scanBuffers.pop();
    }

    void giveBack(final Scan.Buffers buffers) {
        openScans--;
        scanBuffers.push(buffers);
    }

    UncheckedIOException failed(final String call, final Exception e) {
        return new UncheckedIOException(
                new IOException(
                        "store="
                                + name
                                + " call="
                                + call
                                + " directory="
                                + directory
                                + ": "
                                + e.getMessage(),
                        e));
    }

    private void check() {
        if (closed) {
            throw new IllegalStateException("store=" + name + " closed=true");
        }
    }

    /** Closes everything and deletes the directory. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        assert openScans == 0 : "store=" + name + " openScans=" + openScans;
        closed = true;
        rocks.cancelAllBackgroundWork(true);
        handles.forEach(ColumnFamilyHandle::close);
        rocks.close();
        closeOptions();
        Directories.delete(directory);
    }

    private void closeOptions() {
        readOptions.close();
        writeOptions.close();
        tableOptions.close();
        options.close();
        append.close();
    }

    static ByteBuffer direct(final int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The buffer, or a larger one that holds nothing. */
    static ByteBuffer grown(final ByteBuffer buffer, final int bytes) {
        if (bytes <= buffer.capacity()) {
            return buffer;
        }
        return direct((int) Math.min(Math.max(bytes, 2L * buffer.capacity()), Integer.MAX_VALUE));
    }
}
