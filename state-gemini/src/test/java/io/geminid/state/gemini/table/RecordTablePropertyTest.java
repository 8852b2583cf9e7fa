package io.geminid.state.gemini.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.log.RecordLog;
import io.geminid.testing.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random writes, removals, snapshots that complete, fail or overlap, in a budget that is too small
 * to be careless: the table equals a map, and the files of every snapshot, replayed in their order,
 * are the map as it was when the snapshot began.
 */
class RecordTablePropertyTest {

    private static final int OPERATIONS = Integer.getInteger("geminid.test.operations", 200_000);
    private static final int KEYS = 3_000;
    private static final int SEGMENTS = 320;

    @RegisterExtension final Seed seed = new Seed();

    private final SegmentPool pool =
            new SegmentPool(
                    new SegmentPoolContext(
                            4096,
                            64 << 10,
                            SEGMENTS * 4096L,
                            DebugLevel.OFF,
                            new DirectSlabAllocator()));
    private final Frames frames =
            new Frames(
                    pool.createLocalPool(new LocalPoolContext("table", 0, SEGMENTS, 0)),
                    4096,
                    pool.context().segmentsPerSlab());
    private final RecordTable table = new RecordTable("table", frames);
    private final Cells cells = new Cells(table);
    private final Probe probe = new Probe();
    private final Map<Integer, byte[]> model = new HashMap<>();

    /** What a completed or pending snapshot has written: records of some epochs, in their order. */
    private record File(int after, int last, List<byte[]> records) {}

    private record Snapshot(
            int last, List<File> files, int[] pinned, int[] ends, Map<Integer, byte[]> expected) {}

    private List<File> completed = List.of();
    private int completedEpoch = -1;

    @AfterEach
    void everySegmentIsBack() {
        table.close();
        assertThat(pool.heldByOwner()).isEmpty();
        pool.close();
    }

    // INV I3
    @Test
    void equalsAMapAndSoDoesEverySnapshot() {
        final Random random = seed.random();
        final Deque<Snapshot> pending = new ArrayDeque<>();
        long snapshots = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            write(random);
            if (random.nextInt(2_000) == 0 && pending.size() < 3) {
                pending.addLast(begin());
            }
            if (random.nextInt(1_500) == 0 && !pending.isEmpty()) {
                final Snapshot done =
                        random.nextBoolean() ? pending.pollFirst() : pending.pollLast();
                if (random.nextInt(4) != 0 && done.last() > completedEpoch) {
                    check(done);
                    completed = done.files();
                    completedEpoch = done.last();
                    snapshots++;
                }
                table.log().unpin(done.pinned());
            }
        }
        assertThat(snapshots).isGreaterThan(OPERATIONS / 10_000);
        checkAll();
        // Two frames in hand, the tail, and not more than twice what is live.
        assertThat(table.log().usedTotal())
                .isLessThan(2 * table.log().liveTotal() + 16 * frames.frameBytes());
    }

    private void write(final Random random) {
        final int n = random.nextInt(KEYS);
        key(n);
        final int kind = random.nextInt(10);
        if (kind < 2) {
            assertThat(cells.remove(probe)).isEqualTo(model.remove(n) != null);
        } else if (kind < 4) {
            final RecordInput in = cells.find(probe);
            assertThat(in == null ? null : bytes(in)).isEqualTo(model.get(n));
        } else {
            final byte[] value = new byte[kind < 8 ? 8 : random.nextInt(200)];
            random.nextBytes(value);
            put(value);
            model.put(n, value);
        }
    }

    private void put(final byte[] value) {
        cells.begin(probe).putBytes(value, 0, value.length);
        cells.end(probe, 0);
    }

    private void key(final int n) {
        final RecordOutput out = probe.begin();
        out.putInt(n);
        for (int i = 0; i < n % 5; i++) {
            out.putInt(i);
        }
        probe.end(n % 16, 1);
    }

    private static byte[] bytes(final RecordInput in) {
        final byte[] bytes = new byte[in.remaining()];
        in.getBytes(bytes, 0, bytes.length);
        return bytes;
    }

    /** The synchronous part of a snapshot, and at once what its files will hold. */
    private Snapshot begin() {
        final int last = table.log().seal();
        final List<File> files = new ArrayList<>();
        for (final File file : completed) {
            if (table.log().liveBytes(file.after(), file.last()) > 0) {
                files.add(file);
            }
        }
        final int[] pinned = table.log().pin(completedEpoch, last);
        final int[] ends = Arrays.stream(pinned).map(table.log()::usedBytes).toArray();
        files.add(new File(completedEpoch, last, List.of()));
        return new Snapshot(last, files, pinned, ends, Map.copyOf(model));
    }

    /** The asynchronous part: reads the pinned frames long after they were sealed. */
    private void check(final Snapshot snapshot) {
        final List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < snapshot.pinned().length; i++) {
            final int frame = snapshot.pinned()[i];
            int at = RecordLog.firstOffset(frame);
            while (at < snapshot.ends()[i]) {
                final long address = frames.address(frame) + at;
                final ByteBuffer memory = frames.buffer(address);
                final byte[] record = new byte[Record.sizeBytes(memory, frames.index(address))];
                memory.get(frames.index(address), record);
                records.add(record);
                at += record.length;
            }
        }
        final File own = snapshot.files().remove(snapshot.files().size() - 1);
        snapshot.files().add(new File(own.after(), own.last(), records));
        final Map<Integer, byte[]> replayed = new HashMap<>();
        for (final File file : snapshot.files()) {
            file.records().forEach(record -> replay(record, replayed));
        }
        assertThat(replayed.keySet()).isEqualTo(snapshot.expected().keySet());
        replayed.forEach((n, value) -> assertThat(value).isEqualTo(snapshot.expected().get(n)));
    }

    private static void replay(final byte[] record, final Map<Integer, byte[]> into) {
        final ByteBuffer memory = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        final int n = memory.getInt(Record.keyAt(0));
        if ((Record.flags(memory, 0) & Record.TOMBSTONE) != 0) {
            into.remove(n);
        } else {
            final byte[] value = new byte[Record.valueBytes(memory, 0)];
            memory.get(Record.valueAt(memory, 0), value);
            into.put(n, value);
        }
    }

    private void checkAll() {
        for (int n = 0; n < KEYS; n++) {
            key(n);
            final RecordInput in = cells.find(probe);
            assertThat(in == null ? null : bytes(in)).isEqualTo(model.get(n));
        }
        final int[] visited = {0};
        table.forEach(address -> visited[0]++);
        assertThat(visited[0]).isEqualTo(model.size());
    }
}
