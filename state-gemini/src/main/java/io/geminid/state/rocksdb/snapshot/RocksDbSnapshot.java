package io.geminid.state.rocksdb.snapshot;

import io.geminid.state.base.Directories;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** A snapshot that was begun: links to files that nobody changes. One thread at a time. */
final class RocksDbSnapshot implements StoreSnapshot {

    private static final int COPY_BYTES = 128 << 10;

    private final Function<Map<String, StateHandle>, StatePart> onWritten;
    private final Path links;
    private final Map<String, StateHandle> referable;

    RocksDbSnapshot(
            final Function<Map<String, StateHandle>, StatePart> onWritten,
            final Path links,
            final Map<String, StateHandle> referable) {
        this.onWritten = onWritten;
        this.links = links;
        this.referable = referable;
    }

    @Override
    public List<StatePart> write(final SnapshotWriter writer) throws IOException {
        final Map<String, StateHandle> files = new TreeMap<>();
        final ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
        for (final Path file : files()) {
            final String name = file.getFileName().toString();
            final boolean isTable = name.endsWith(PartFiles.TABLE_SUFFIX);
            final StateHandle known = isTable ? referable.get(name) : null;
            final StateScope scope = isTable ? StateScope.SHARED : StateScope.EXCLUSIVE;
            files.put(name, known == null ? upload(file, writer.open(scope), buffer) : known);
        }
        return List.of(onWritten.apply(files));
    }

    private static StateHandle upload(
            final Path file, final StateOutput target, final ByteBuffer buffer) throws IOException {
        try (StateOutput out = target;
                FileChannel in = FileChannel.open(file)) {
            while (in.read(buffer.clear()) >= 0) {
                out.write(buffer.flip());
            }
            return out.finish();
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(links)) {
            return files.sorted().toList();
        }
    }

    @Override
    public void close() {
        Directories.delete(links);
    }
}
