package io.geminid.state.gemini.snapshot;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.gemini.log.DeadRecords;
import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.log.RecordLog;
import io.geminid.state.gemini.log.StoredRecord;
import io.geminid.state.gemini.table.RecordTable;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
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

    /** What most records' headers have in the log and not in a file; nothing is said of padding. */
    static final int SAVED_BYTES = 15;

    private static final int COPY_BYTES = 256 << 10;

    /** Records whose addresses are kept at once, to be written by key group. */
    private static final int RECORDS_MAX = 1 << 20;

    private final RecordTable table;
    private final List<Piece> pieces;
    private final BitSet timers;
    private final KeyGroupRange keyGroups;
    private final Function<List<SnapshotFile>, StatePart> onWritten;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A file of the base, or frames of some epochs: of each the end of the last record, and which
     * records were dead when the snapshot was begun.
     */
    record Piece(SnapshotFile kept, int[] frames, int[] ends, long[][] dead, int after, int last) {
        static Piece kept(final SnapshotFile file) {
            return new Piece(
                    file, new int[0], new int[0], new long[0][], file.after(), file.last());
        }
    }

    GeminiSnapshot(
            final RecordTable table,
            final List<Piece> pieces,
            final BitSet timers,
            final KeyGroupRange keyGroups,
            final Function<List<SnapshotFile>, StatePart> onWritten) {
        this.table = table;
        this.pieces = pieces;
        this.timers = timers;
        this.keyGroups = keyGroups;
        this.onWritten = onWritten;
    }

    /** Uploads the live records that no file of the base is to stand for. */
    @Override
    public List<StatePart> write(final SnapshotWriter writer) throws IOException {
        final List<SnapshotFile> all = new ArrayList<>();
        for (final Piece piece : pieces) {
            if (piece.kept != null) {
                all.add(piece.kept);
                continue;
            }
            final TreeMap<Integer, Section> sections = sections(piece);
            if (!sections.isEmpty()) {
                try (StateOutput out = writer.open(StateScope.SHARED)) {
                    final StateHandle handle = write(piece, sections, out);
                    all.add(
                            new SnapshotFile(
                                    handle,
                                    piece.after,
                                    piece.last,
                                    keyGroups,
                                    handle.length(),
                                    sections.values().stream().mapToLong(s -> s.logBytes).sum()));
                }
            }
        }
        return List.of(onWritten.apply(List.copyOf(all)));
    }

    /** How much there is of a key group: its timers, or all else. */
    private static final class Section {
        private final StoredRecord last = new StoredRecord();
        private long bytes;
        private long logBytes;
        private int records;

        void add(final ByteBuffer memory, final int at) {
            bytes += last.write(memory, at, null);
            logBytes += Record.sizeBytes(memory, at);
            records++;
        }
    }

    /** Where a record goes: even numbers are those of timers. */
    private int section(final ByteBuffer memory, final int at) {
        final int others = timers.get(Record.state(memory, at)) ? 0 : 1;
        return 2 * Record.group(memory, at) + others;
    }

    private TreeMap<Integer, Section> sections(final Piece piece) {
        final TreeMap<Integer, Section> sections = new TreeMap<>();
        final Section[] last = new Section[1];
        final int[] lastNumber = {-1};
        forEachRecord(
                piece,
                (memory, at, address) -> {
                    final int number = section(memory, at);
                    if (number != lastNumber[0]) {
                        lastNumber[0] = number;
                        last[0] = sections.computeIfAbsent(number, absent -> new Section());
                    }
                    last[0].add(memory, at);
                });
        return sections;
    }

    private StateHandle write(
            final Piece piece, final TreeMap<Integer, Section> sections, final StateOutput out)
            throws IOException {
        final ByteBuffer copy =
                ByteBuffer.allocateDirect(Math.max(COPY_BYTES, table.recordBytesMax()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> batch = new ArrayList<>();
        long records = 0;
        for (final Map.Entry<Integer, Section> each : sections.entrySet()) {
            if (!batch.isEmpty() && records + each.getValue().records > RECORDS_MAX) {
                write(piece, batch, sections, new Target(out, copy));
                batch = new ArrayList<>();
                records = 0;
            }
            batch.add(each.getKey());
            records += each.getValue().records;
        }
        final Target target = new Target(out, copy);
        write(piece, batch, sections, target);
        int groups = 0;
        for (Integer next = sections.firstKey(); next != null; groups++) {
            final int group = next / 2;
            target.room(SnapshotFile.ENTRY_BYTES).putInt(group);
            target.copy.putLong(bytes(sections.get(2 * group)));
            target.copy.putLong(bytes(sections.get(2 * group + 1)));
            next = sections.higherKey(2 * group + 1);
        }
        target.room(SnapshotFile.TRAILER_BYTES).putInt(groups);
        target.flush();
        return out.finish();
    }

    private static long bytes(final Section section) {
        return section == null ? 0 : section.bytes;
    }

    /** A file that is being written, through a buffer. */
    private record Target(StateOutput out, ByteBuffer copy) {
        ByteBuffer room(final int bytes) throws IOException {
            if (copy.remaining() < bytes) {
                flush();
            }
            return copy;
        }

        void flush() throws IOException {
            out.write(copy.flip());
            copy.clear();
        }
    }

    /** Writes some neighbouring sections: finds their records in one pass, section by section. */
    private void write(
            final Piece piece,
            final List<Integer> batch,
            final TreeMap<Integer, Section> sections,
            final Target target)
            throws IOException {
        final int first = batch.get(0);
        final int last = batch.get(batch.size() - 1);
        final int[] next = new int[last - first + 1];
        int count = 0;
        for (final int section : batch) {
            next[section - first] = count;
            count += sections.get(section).records;
        }
        final long[] addresses = new long[count];
        forEachRecord(
                piece,
                (memory, at, address) -> {
                    final int section = section(memory, at);
                    if (section >= first && section <= last) {
                        addresses[next[section - first]] = address;
                        next[section - first]++;
                    }
                });
        final Frames frames = table.frames();
        final StoredRecord record = new StoredRecord();
        int written = 0;
        for (final int section : batch) {
            record.restart();
            for (; written < next[section - first]; written++) {
                final ByteBuffer memory = frames.buffer(addresses[written]);
                final int at = frames.index(addresses[written]);
                record.write(memory, at, target.room(StoredRecord.sizeBytesMax(memory, at)));
            }
        }
    }

    @FunctionalInterface
    private interface RecordVisitor {
        void visit(ByteBuffer memory, int at, long address);
    }

    private void forEachRecord(final Piece piece, final RecordVisitor visitor) {
        final Frames frames = table.frames();
        for (int i = 0; i < piece.frames.length; i++) {
            final int frame = piece.frames[i];
            final int end = piece.ends[i];
            int at = RecordLog.firstOffset(frame);
            while (at < end) {
                final long address = frames.address(frame) + at;
                final ByteBuffer memory = frames.buffer(address);
                final int record = frames.index(address);
                if (!DeadRecords.contains(piece.dead[i], at)) {
                    visitor.visit(memory, record, address);
                }
                at += Record.sizeBytes(memory, record);
            }
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            pieces.forEach(piece -> table.log().unpin(piece.frames));
        }
    }
}
