package io.geminid.state.gemini.snapshot;

import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.log.RecordLog;
import io.geminid.state.gemini.table.RecordTable;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A snapshot that was begun: frames that nobody changes. Written by one thread, not the task's;
 * closed by any.
 */
public final class GeminiSnapshot implements StoreSnapshot {

    private static final int COPY_BYTES = 256 << 10;

    /** Records whose addresses are kept at once, to be written by key group. */
    private static final int RECORDS_MAX = 1 << 20;

    private final RecordTable table;
    private final Content content;
    private final Function<List<SnapshotFile>, StatePart> onWritten;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile List<SnapshotFile> files;

    /**
     * What it consists of: files of former snapshots, and frames of the epochs since then with the
     * end of the last record in each.
     */
    record Content(List<SnapshotFile> base, int[] frames, int[] ends, int after, int last) {}

    GeminiSnapshot(
            final RecordTable table,
            final Content content,
            final Function<List<SnapshotFile>, StatePart> onWritten) {
        this.table = table;
        this.content = content;
        this.onWritten = onWritten;
    }

    /** Uploads the records written since the snapshot that this one refers to. */
    @Override
    public List<StatePart> write(final SnapshotWriter writer) throws IOException {
        final List<SnapshotFile> all = new ArrayList<>(content.base);
        final TreeMap<Integer, Group> groups = groups();
        if (!groups.isEmpty()) {
            try (StateOutput out = writer.open(StateScope.SHARED)) {
                final StateHandle handle = write(groups, out);
                all.add(new SnapshotFile(handle, content.after, content.last));
            }
        }
        files = List.copyOf(all);
        return List.of(onWritten.apply(files));
    }

    /** What this snapshot consists of; null before it was written. */
    List<SnapshotFile> files() {
        return files;
    }

    /** How much there is of a key group. */
    private static final class Group {
        private long bytes;
        private long records;
    }

    private TreeMap<Integer, Group> groups() {
        final TreeMap<Integer, Group> groups = new TreeMap<>();
        forEachRecord(
                (memory, at, address) -> {
                    final Group group =
                            groups.computeIfAbsent(Record.group(memory, at), absent -> new Group());
                    group.bytes += Record.sizeBytes(memory, at);
                    group.records++;
                });
        return groups;
    }

    private StateHandle write(final TreeMap<Integer, Group> groups, final StateOutput out)
            throws IOException {
        final ByteBuffer copy =
                ByteBuffer.allocateDirect(Math.max(COPY_BYTES, table.recordBytesMax()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> batch = new ArrayList<>();
        long records = 0;
        for (final Map.Entry<Integer, Group> each : groups.entrySet()) {
            if (!batch.isEmpty() && records + each.getValue().records > RECORDS_MAX) {
                write(batch, groups, out, copy);
                batch = new ArrayList<>();
                records = 0;
            }
            batch.add(each.getKey());
            records += each.getValue().records;
        }
        write(batch, groups, out, copy);
        for (final Map.Entry<Integer, Group> each : groups.entrySet()) {
            if (copy.remaining() < SnapshotFile.ENTRY_BYTES) {
                flush(out, copy);
            }
            copy.putInt(each.getKey()).putLong(each.getValue().bytes);
        }
        flush(out, copy);
        copy.putInt(groups.size());
        flush(out, copy);
        return out.finish();
    }

    /** Writes some neighbouring groups: finds their records in one pass, group by group. */
    private void write(
            final List<Integer> batch,
            final TreeMap<Integer, Group> groups,
            final StateOutput out,
            final ByteBuffer copy)
            throws IOException {
        final int first = batch.get(0);
        final int last = batch.get(batch.size() - 1);
        final int[] next = new int[last - first + 1];
        int count = 0;
        for (final int group : batch) {
            next[group - first] = count;
            count += Math.toIntExact(groups.get(group).records);
        }
        final long[] addresses = new long[count];
        forEachRecord(
                (memory, at, address) -> {
                    final int group = Record.group(memory, at);
                    if (group >= first && group <= last) {
                        addresses[next[group - first]] = address;
                        next[group - first]++;
                    }
                });
        final Frames frames = table.frames();
        for (final long address : addresses) {
            final ByteBuffer memory = frames.buffer(address);
            final int at = frames.index(address);
            final int bytes = Record.sizeBytes(memory, at);
            if (copy.remaining() < bytes) {
                flush(out, copy);
            }
            copy.put(copy.position(), memory, at, bytes).position(copy.position() + bytes);
        }
        flush(out, copy);
    }

    private static void flush(final StateOutput out, final ByteBuffer copy) throws IOException {
        out.write(copy.flip());
        copy.clear();
    }

    @FunctionalInterface
    private interface RecordVisitor {
        void visit(ByteBuffer memory, int at, long address);
    }

    private void forEachRecord(final RecordVisitor visitor) {
        final Frames frames = table.frames();
        for (int i = 0; i < content.frames.length; i++) {
            final int frame = content.frames[i];
            final int end = content.ends[i];
            int at = RecordLog.firstOffset(frame);
            while (at < end) {
                final long address = frames.address(frame) + at;
                final ByteBuffer memory = frames.buffer(address);
                final int record = frames.index(address);
                visitor.visit(memory, record, address);
                at += Record.sizeBytes(memory, record);
            }
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            table.log().unpin(content.frames);
        }
    }
}
