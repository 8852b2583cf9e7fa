package io.geminid.state.rocksdb.snapshot;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStoreContext;
import io.geminid.state.base.Directories;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.rocksdb.db.Database;
import io.geminid.state.rocksdb.db.DatabaseHome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the database of a subtask out of parts that overlap its key groups. The part that has most
 * of them becomes the database, foreign groups are cut off; of the others the entries are copied.
 */
public final class RocksDbRestore {

    private static final int COPY_BYTES = 128 << 10;

    private final StateStoreContext<?> context;
    private final CheckpointStorage storage;
    private final DatabaseHome home;

    /**
     * Restores one store.
     *
     * @param context the store's
     * @param storage where the parts are
     * @param home where its database is to be
     */
    public RocksDbRestore(
            final StateStoreContext<?> context,
            final CheckpointStorage storage,
            final DatabaseHome home) {
        this.context = context;
        this.storage = storage;
        this.home = home;
    }

    /**
     * Refuses what cannot be restored, before anything is touched.
     *
     * @param parts of a checkpoint
     * @throws IllegalArgumentException if a part is another store's, or of other keys
     */
    public void check(final List<StatePart> parts) {
        parts.forEach(part -> PartFiles.of(part, context));
    }

    /**
     * Restores.
     *
     * @param parts of a checkpoint; those without a common key group are passed over
     * @return holds the entries of the context's key groups and no others; closed by the caller
     * @throws IOException if a file cannot be read; {@code CorruptStateException} names the damaged
     *     one. Nothing is left behind
     */
    public Database restore(final List<StatePart> parts) throws IOException {
        final List<StatePart> ours =
                parts.stream()
                        .filter(part -> overlap(part) > 0)
                        .sorted(Comparator.comparingInt(this::overlap).reversed())
                        .toList();
        final Path directory = home.next();
        if (!ours.isEmpty()) {
            download(ours.get(0), directory);
        }
        final Database database = home.open(directory);
        boolean restored = false;
        try {
            for (int i = 0; i < ours.size(); i++) {
                if (i == 0) {
                    cut(database, ours.get(i).keyGroups());
                } else {
                    copy(ours.get(i), database);
                }
            }
            restored = true;
            return database;
        } finally {
            if (!restored) {
                database.close();
            }
        }
    }

    /**
     * What the next snapshot may refer to: the files of the one part of the same key groups.
     *
     * @param parts that were restored
     * @return name to handle; empty if the files of the database are not those of one snapshot
     */
    public Optional<Map<String, StateHandle>> baseOf(final List<StatePart> parts) {
        return parts.stream()
                .filter(part -> part.keyGroups().equals(context.keyGroups()))
                .findFirst()
                .map(part -> PartFiles.of(part, context));
    }

    private int overlap(final StatePart part) {
        final KeyGroupRange owned = context.keyGroups();
        return Math.min(owned.last(), part.keyGroups().last())
                - Math.max(owned.first(), part.keyGroups().first())
                + 1;
    }

    /** A range deleted is not read; its space is free after the next compaction of it. */
    private void cut(final Database database, final KeyGroupRange there) {
        final KeyGroupRange owned = context.keyGroups();
        if (there.first() < owned.first()) {
            database.deleteGroups(
                    new KeyGroupRange(there.first(), owned.first() - 1), context.maxParallelism());
        }
        if (there.last() > owned.last()) {
            database.deleteGroups(
                    new KeyGroupRange(owned.last() + 1, there.last()), context.maxParallelism());
        }
    }

    private void copy(final StatePart part, final Database to) throws IOException {
        final Path directory = home.next();
        download(part, directory);
        try (Database from = home.open(directory)) {
            final KeyGroupRange owned = context.keyGroups();
            to.copyGroups(
                    from,
                    new KeyGroupRange(
                            Math.max(owned.first(), part.keyGroups().first()),
                            Math.min(owned.last(), part.keyGroups().last())),
                    context.maxParallelism());
        }
    }

    private void download(final StatePart part, final Path directory) throws IOException {
        final Map<String, StateHandle> files = PartFiles.of(part, context);
        boolean complete = false;
        try {
            Files.createDirectories(directory);
            final ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
            for (final Map.Entry<String, StateHandle> file : files.entrySet()) {
                download(file.getValue(), directory.resolve(file.getKey()), buffer);
            }
            complete = true;
        } finally {
            if (!complete) {
                Directories.delete(directory);
            }
        }
    }

    private void download(final StateHandle handle, final Path file, final ByteBuffer buffer)
            throws IOException {
        try (StateInput in = storage.open(handle);
                FileChannel out =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < in.length(); at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), in.length() - at));
                in.read(at, buffer);
                buffer.flip();
                final int length = buffer.limit();
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                buffer.limit(length);
            }
        }
    }
}
