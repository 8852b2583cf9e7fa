package io.geminid.state.gemini.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.gemini.log.ColdLog;
import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.log.PinnedFrames;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.spill.SpillDisk;
import io.geminid.state.gemini.spill.SpillFiles;
import io.geminid.state.gemini.spill.SpillSpace;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random writes, removals, snapshots that complete, fail or overlap, in a budget that is too small
 * to be careless: the table equals a map, and the files of every snapshot, replayed in their order,
 * are the map as it was when the snapshot began.
 */
class RecordTablePropertyTest {

    private static final int OPERATIONS = Integer.getInteger("geminid.test.operations", 200_000);
    private static final int KEYS = 3_000;
    private static final int SEGMENT_BYTES = 4096;
    private static final int SEGMENTS = 640;

    /** Of the records, next to none: index and what disks need take nearly all. */
    private static final int SEGMENTS_ON_DISK = 40;

    @RegisterExtension final Seed seed = new Seed();

    @TempDir private Path directory;

    private final SegmentPool pool =
            new SegmentPool(
                    new SegmentPoolContext(
                            SEGMENT_BYTES,
                            64 << 10,
                            SEGMENTS * (long) SEGMENT_BYTES,
                            DebugLevel.OFF,
                            new DirectSlabAllocator()));
    private Frames frames;
    private RecordTable table;
    private Cells cells;
    private SpillSpace disk;
    private final Probe probe = new Probe();
    private final Map<Integer, byte[]> model = new HashMap<>();

    /** What a completed or pending snapshot has written: records of some epochs, in their order. */
    private record File(int after, int last, List<byte[]> records) {}

    private record Snapshot(
            int last, List<File> files, PinnedFrames pinned, Map<Integer, byte[]> expected) {}

    private List<File> completed = List.of();
    private int completedEpoch = -1;

    @AfterEach
    void everySegmentIsBack() {
        table.close();
        assertThat(pool.heldByOwner()).isEmpty();
        pool.close();
    }

    private void open(final int segments, final long diskBytes) {
        frames =
                new Frames(
                        pool.createLocalPool(new LocalPoolContext("table", 0, segments, 0)),
                        pool.context());
        disk = new SpillSpace(directory, diskBytes, SpillDisk.ofHost());
        final int blockBytes = Frames.blockBytes(SEGMENT_BYTES);
        table =
                new RecordTable(
                        "table",
                        frames,
                        disk.isOpen()
                                ? new SpillFiles(disk, "table", "t", SEGMENT_BYTES, blockBytes)
                                : null);
        cells = new Cells(table);
    }

    // INV I3
    @Test
    void equalsAMapAndSoDoesEverySnapshot() {
        open(SEGMENTS, 0);
        run();
        // Two frames in hand, the tail, and not more than twice what is live.
        assertThat(table.log().usedTotal())
                .isLessThan(2 * table.log().liveTotal() + 16 * frames.frameBytes());
    }

    @Test
    void doesSoWithNextToNothingInMemory() throws IOException {
        open(SEGMENTS_ON_DISK, 1 << 30);
        run();
        final ColdLog cold = table.log().cold();
        assertThat(cold.liveTotal()).isGreaterThan(table.log().liveTotal() / 2);
        assertThat(cold.usedTotal()).isLessThan(2 * cold.liveTotal() + 16 * frames.frameBytes());
        table.log().freeUnpinned();
        assertThat(disk.usedBytes()).isLessThan(cold.usedTotal() + 16 * frames.frameBytes());
        table.close();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
        assertThat(disk.usedBytes()).isZero();
    }

    private void run() {
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
                done.pinned().close();
            }
            if (random.nextInt(5_000) == 0) {
                checkMemory();
            }
        }
        pending.forEach(each -> each.pinned().close());
        assertThat(snapshots).isGreaterThan(OPERATIONS / 10_000);
        checkAll();
        checkMemory();
    }

    /** What the table says that it uses is what the pool says that it has. */
    private void checkMemory() {
        final MemoryUse use = table.memoryUse();
        final Map<String, Integer> owned = new HashMap<>();
        pool.heldByOwner().forEach((owner, count) -> owned.put(owner.name(), count));
        assertThat(owned.getOrDefault("state-index", 0)).isEqualTo(use.index());
        assertThat(owned.getOrDefault("state-cache", 0)).isEqualTo(use.cache());
        assertThat(owned.getOrDefault("state-spill", 0)).isEqualTo(use.filling());
        assertThat(owned.getOrDefault("state-log", 0)).isEqualTo(use.records() + use.aside());
        assertThat(use.total()).isEqualTo(pool.capacity() - pool.free());
    }

    private void write(final Random random) {
        table.settle();
        final int n = random.nextInt(KEYS);
        key(n);
        final int kind = random.nextInt(10);
        if (kind < 2) {
            assertThat(cells.remove(probe)).isEqualTo(model.remove(n) != null);
        } else if (kind < 4) {
            final RecordInput in = cells.find(probe);
            assertThat(in == null ? null : bytes(in)).isEqualTo(model.get(n));
        } else {
            final byte[] value =
                    new byte[kind < 8 ? 8 : random.nextInt(random.nextInt(9) == 0 ? 1_500 : 200)];
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
        final PinnedFrames pinned = table.log().pin(completedEpoch, last);
        files.add(new File(completedEpoch, last, List.of()));
        assertThat(IntStream.range(0, pinned.count()).mapToLong(pinned::bytes).sum())
                .isEqualTo(table.log().liveBytes(completedEpoch, last));
        return new Snapshot(last, files, pinned, Map.copyOf(model));
    }

    /**
     * The asynchronous part: reads the pinned frames long after they were sealed. A key has but one
     * live record, wherever its older ones were.
     */
    private void check(final Snapshot snapshot) {
        final List<byte[]> records = new ArrayList<>();
        final Set<Integer> keys = new HashSet<>();
        final ByteBuffer memory = ByteBuffer.allocate(SEGMENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < snapshot.pinned().count(); i++) {
            snapshot.pinned().read(i, memory.clear());
            memory.flip();
            for (int at = 0; at < memory.limit(); ) {
                final byte[] record = new byte[Record.sizeBytes(memory, at)];
                memory.get(at, record);
                records.add(record);
                assertThat(keys.add(memory.getInt(Record.keyAt(at)))).isTrue();
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
        table.forEach((place, address) -> visited[0]++);
        assertThat(visited[0]).isEqualTo(model.size());
    }
}
