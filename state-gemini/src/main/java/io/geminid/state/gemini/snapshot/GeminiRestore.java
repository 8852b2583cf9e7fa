package io.geminid.state.gemini.snapshot;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.table.RecordTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fills a table with what snapshots wrote, of its own key groups. Task thread; blocks. */
public final class GeminiRestore {

    private static final int CHUNK_BYTES = 256 << 10;

    private final StateStoreContext<?> context;
    private final CheckpointStorage storage;
    private final RecordTable table;
    private final StateNames names;

    /**
     * Restores one store.
     *
     * @param context the store's
     * @param storage where the parts are
     * @param table empty
     * @param names empty
     */
    public GeminiRestore(
            final StateStoreContext<?> context,
            final CheckpointStorage storage,
            final RecordTable table,
            final StateNames names) {
        this.context = context;
        this.storage = storage;
        this.table = table;
        this.names = names;
    }

    /**
     * Restores.
     *
     * @param checkpoint its number
     * @param parts of a checkpoint; those without a common key group are passed over
     * @param snapshots is told what later snapshots may refer to
     * @throws IOException if a file cannot be read; {@code CorruptStateException} names the damaged
     *     one. The table is to be closed then
     * @throws IllegalArgumentException if a part is another store's, or of other keys
     */
    public void restore(
            final long checkpoint, final List<StatePart> parts, final GeminiSnapshots snapshots)
            throws IOException {
        final List<GeminiPart> decoded = new ArrayList<>();
        parts.forEach(part -> decoded.add(GeminiPart.decode(part, context)));
        for (int i = 0; i < parts.size(); i++) {
            final StatePart part = parts.get(i);
            final List<SnapshotFile> restored =
                    restore(decoded.get(i), renumbered(part, decoded.get(i)));
            if (part.keyGroups().equals(context.keyGroups())) {
                snapshots.restoredFrom(checkpoint, restored);
            }
        }
    }

    /** The numbers that the part's states have here, by the number they have in the part. */
    private Map<Integer, Integer> renumbered(final StatePart part, final GeminiPart decoded) {
        final Map<Integer, Integer> numbers = new HashMap<>();
        for (int i = 0; i < part.schemas().size(); i++) {
            final StateSchema schema = part.schemas().get(i);
            final int here = names.numberOf(schema.name(), schema.schema());
            final int there = decoded.numbers().get(i);
            numbers.put(there, here);
            numbers.put(there + 1, here + 1);
        }
        return numbers;
    }

    /** Each file gets epochs of its own, so that it can be told when nothing is left of it. */
    private List<SnapshotFile> restore(final GeminiPart part, final Map<Integer, Integer> numbers)
            throws IOException {
        final List<SnapshotFile> here = new ArrayList<>();
        int after = table.log().seal();
        for (final SnapshotFile file : part.files()) {
            try (StateInput in = storage.open(file.handle())) {
                restore(in, file, numbers);
            }
            final int last = table.log().seal();
            here.add(new SnapshotFile(file.handle(), after, last));
            after = last;
        }
        return here;
    }

    private void restore(
            final StateInput in, final SnapshotFile file, final Map<Integer, Integer> numbers)
            throws IOException {
        final KeyGroupRange wanted = context.keyGroups();
        final long countAt = in.length() - SnapshotFile.TRAILER_BYTES;
        if (countAt < 0) {
            throw damaged(file, "length=" + in.length());
        }
        final int groups = read(in, countAt, SnapshotFile.TRAILER_BYTES).getInt(0);
        final long indexBytes = (long) groups * SnapshotFile.ENTRY_BYTES;
        if (groups < 0 || groups > context.maxParallelism() || indexBytes > countAt) {
            throw damaged(file, "groups=" + groups);
        }
        final ByteBuffer index = read(in, countAt - indexBytes, (int) indexBytes);
        long at = 0;
        for (int i = 0; i < groups; i++) {
            final int group = index.getInt();
            final long bytes = index.getLong();
            if (bytes < 0 || bytes > countAt - indexBytes - at) {
                throw damaged(file, "group=" + group + " bytes=" + bytes);
            }
            if (wanted.contains(group)) {
                restore(in, file, at, at + bytes, numbers);
            }
            at += bytes;
        }
    }

    private void restore(
            final StateInput in,
            final SnapshotFile file,
            final long from,
            final long to,
            final Map<Integer, Integer> numbers)
            throws IOException {
        long position = from;
        while (position < to) {
            final int bytes =
                    (int) Math.min(Math.max(CHUNK_BYTES, table.recordBytesMax()), to - position);
            final ByteBuffer chunk = read(in, position, bytes);
            int at = 0;
            while (at + Record.HEADER_BYTES <= bytes) {
                final long size = size(chunk, at);
                if (size < 0) {
                    throw damaged(file, "recordBytes=" + size + " at=" + (position + at));
                }
                if (size > table.recordBytesMax()) {
                    throw new IllegalArgumentException(
                            "store="
                                    + context.name()
                                    + " recordBytes="
                                    + size
                                    + " max="
                                    + table.recordBytesMax()
                                    + ": the snapshot was written with a larger"
                                    + " geminid.memory.segment-bytes; use that");
                }
                if (at + size > bytes) {
                    break;
                }
                table.replay(chunk, at, numbers);
                at += (int) size;
            }
            if (at == 0) {
                throw damaged(file, "half a record at=" + position);
            }
            position += at;
        }
    }

    private static long size(final ByteBuffer chunk, final int at) {
        final int keyBytes = Record.keyBytes(chunk, at);
        final int valueBytes = Record.valueBytes(chunk, at);
        return keyBytes < 0 || valueBytes < 0 || keyBytes > 1 << 30 || valueBytes > 1 << 30
                ? -1
                : Record.sizeBytes(keyBytes, valueBytes);
    }

    private static ByteBuffer read(final StateInput in, final long position, final int bytes)
            throws IOException {
        final ByteBuffer target = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        in.read(position, target);
        return target.flip();
    }

    private static CorruptStateException damaged(final SnapshotFile file, final String what) {
        return new CorruptStateException(file.handle().file().name(), file.handle().offset(), what);
    }
}
