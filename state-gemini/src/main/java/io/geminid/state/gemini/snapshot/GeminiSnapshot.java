package io.geminid.state.gemini.snapshot;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.gemini.log.PinnedFrames;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.log.StoredRecord;
import io.geminid.state.gemini.table.RecordTable;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
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

    private final RecordTable table;
    private final List<Piece> pieces;
    private final BitSet timers;
    private final KeyGroupRange keyGroups;
    private final Function<List<SnapshotFile>, StatePart> onWritten;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A file of the base, or what is live of some epochs. */
    record Piece(SnapshotFile kept, PinnedFrames frames, int after, int last) {
        static Piece kept(final SnapshotFile file) {
            return new Piece(file, null, file.after(), file.last());
        }

        /** What all records together take, in memory; and room for a whole frame. */
        long bytes() {
            long sum = frames.frameBytes();
            for (int i = 0; i < frames.count(); i++) {
                sum += frames.bytes(i);
            }
            return sum;
        }

        /** Copies all records: where they are now, they may not be for long. */
        void copyTo(final ByteBuffer memory) {
            memory.clear();
            for (int i = 0; i < frames.count(); i++) {
                frames.read(i, memory);
            }
            memory.flip();
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
        final ByteBuffer memory = memory();
        for (final Piece piece : pieces) {
            if (piece.kept != null) {
                all.add(piece.kept);
                continue;
            }
            piece.copyTo(memory);
            leaveOut(memory);
            final TreeMap<Integer, Section> sections = sections(memory);
            if (!sections.isEmpty()) {
                try (StateOutput out = writer.open(StateScope.SHARED)) {
                    final StateHandle handle = write(memory, sections, out);
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

    /** For the largest piece. */
    private ByteBuffer memory() {
        long bytes = 0;
        for (final Piece piece : pieces) {
            bytes = Math.max(bytes, piece.kept == null ? piece.bytes() : 0);
        }
        return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How much there is of a key group: its timers, or all else. */
    private static final class Section {
        private final StoredRecord last = new StoredRecord();
        private long bytes;
        private long logBytes;
        private int records;

        /** Where its first record is in their order, then where the next one will be. */
        private int next;

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

    /** Makes gaps of the records that are too old; which these are must not change meanwhile. */
    private void leaveOut(final ByteBuffer memory) {
        int bytes;
        for (int at = 0; at < memory.limit(); at += bytes) {
            bytes = Record.sizeBytes(memory, at);
            if (!Record.isGap(memory, at) && table.isOver(memory, at)) {
                Record.gap(memory, at, bytes);
            }
        }
    }

    private TreeMap<Integer, Section> sections(final ByteBuffer memory) {
        final TreeMap<Integer, Section> sections = new TreeMap<>();
        forEachRecord(memory, sections, (section, at) -> section.add(memory, at));
        return sections;
    }

    private StateHandle write(
            final ByteBuffer memory,
            final TreeMap<Integer, Section> sections,
            final StateOutput out)
            throws IOException {
        final ByteBuffer copy =
                ByteBuffer.allocateDirect(Math.max(COPY_BYTES, table.recordBytesMax()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        final Target target = new Target(out, copy);
        final int[] places = inOrder(memory, sections);
        final StoredRecord record = new StoredRecord();
        int written = 0;
        for (final Section section : sections.values()) {
            record.restart();
            for (; written < section.next; written++) {
                final int at = places[written];
                record.write(memory, at, target.room(StoredRecord.sizeBytesMax(memory, at)));
            }
        }
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

    /** Where the records are, section by section. */
    private int[] inOrder(final ByteBuffer memory, final TreeMap<Integer, Section> sections) {
        int count = 0;
        for (final Section section : sections.values()) {
            section.next = count;
            count += section.records;
        }
        final int[] places = new int[count];
        forEachRecord(
                memory,
                sections,
                (section, at) -> {
                    places[section.next] = at;
                    section.next++;
                });
        return places;
    }

    @FunctionalInterface
    private interface RecordVisitor {
        void visit(Section section, int at);
    }

    private void forEachRecord(
            final ByteBuffer memory,
            final TreeMap<Integer, Section> sections,
            final RecordVisitor visitor) {
        Section last = null;
        int lastNumber = -1;
        for (int at = 0; at < memory.limit(); at += Record.sizeBytes(memory, at)) {
            if (Record.isGap(memory, at)) {
                continue;
            }
            final int number = section(memory, at);
            if (number != lastNumber) {
                lastNumber = number;
                last = sections.computeIfAbsent(number, absent -> new Section());
            }
            visitor.visit(last, at);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            for (final Piece piece : pieces) {
                if (piece.kept == null) {
                    piece.frames.close();
                }
            }
        }
    }
}
