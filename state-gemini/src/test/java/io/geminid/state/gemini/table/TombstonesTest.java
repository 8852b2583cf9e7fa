package io.geminid.state.gemini.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.state.gemini.log.Frames;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To be rid of tombstones costs every write little, however much there is that stays. */
class TombstonesTest {

    private static final int SEGMENT_BYTES = 4096;
    private static final int KEYS_THAT_STAY = 12_000;
    private static final int RECORD_BYTES = 48;
    private static final int TOMBSTONE_BYTES = 32;
    private static final int KEYS_OF_A_WINDOW = 400;
    private static final int WINDOWS = 200;

    private SegmentPool pool;
    private Frames frames;
    private RecordTable table;
    private final Probe probe = new Probe();
    private final long[] addresses = new long[KEYS_THAT_STAY];

    private void create(final int segments) {
        pool =
                new SegmentPool(
                        new SegmentPoolContext(
                                SEGMENT_BYTES,
                                16 * SEGMENT_BYTES,
                                (long) segments * SEGMENT_BYTES,
                                DebugLevel.OFF,
                                new DirectSlabAllocator()));
        frames =
                new Frames(
                        pool.createLocalPool(new LocalPoolContext("table", 0, segments, 0)),
                        pool.context());
        table = new RecordTable("table", frames, null);
    }

    @AfterEach
    void everySegmentIsBack() {
        table.close();
        assertThat(pool.heldByOwner()).isEmpty();
        pool.close();
    }

    private Probe key(final long n) {
        probe.begin().putLong(n);
        probe.end((int) Math.floorMod(n, 16L), 1);
        return probe;
    }

    private void put(final long n) {
        final long address = table.put(key(n), 16);
        table.buffer(address).putLong(table.valueAt(address), n);
        table.buffer(address).putLong(table.valueAt(address) + Long.BYTES, -n);
    }

    /** Records that stay and were moved since the last call. */
    private int moved() {
        int count = 0;
        for (int i = 0; i < KEYS_THAT_STAY; i++) {
            final long now = table.find(key(-1 - i));
            count += now == addresses[i] ? 0 : 1;
            addresses[i] = now;
        }
        return count;
    }

    /** With 256 segments memory is tight: 141 are full of what stays, 64 are the index. */
    @ParameterizedTest
    @ValueSource(ints = {1024, 256})
    void noWriteMovesMuch(final int segments) {
        create(segments);
        for (int i = 0; i < KEYS_THAT_STAY; i++) {
            put(-1 - i);
        }
        moved();
        long movedInAll = 0;
        int movedAtOnce = 0;
        long highestUsed = 0;
        for (long window = 0; window < WINDOWS; window++) {
            final long first = window * KEYS_OF_A_WINDOW;
            table.log().seal();
            for (long n = first; n < first + KEYS_OF_A_WINDOW; n++) {
                final int[] before = table.log().frames();
                put(n);
                final int[] between = table.log().frames();
                final int byPut = Arrays.equals(before, between) ? 0 : moved();
                if (n >= KEYS_OF_A_WINDOW) {
                    assertThat(table.remove(key(n - KEYS_OF_A_WINDOW))).isTrue();
                }
                final int byRemove = Arrays.equals(between, table.log().frames()) ? 0 : moved();
                movedInAll += byPut + byRemove;
                movedAtOnce = Math.max(movedAtOnce, Math.max(byPut, byRemove));
            }
            highestUsed = Math.max(highestUsed, table.log().usedTotal());
        }
        final boolean tight = segments < 1024;
        final int recordsOfFrame = SEGMENT_BYTES / RECORD_BYTES;
        assertThat(movedAtOnce).isLessThanOrEqualTo((tight ? 10 : 4) * recordsOfFrame);
        final long tombstoneBytes = (long) WINDOWS * KEYS_OF_A_WINDOW * TOMBSTONE_BYTES;
        assertThat(movedInAll * RECORD_BYTES).isLessThan((tight ? 16 : 4) * tombstoneBytes);
        final long alive = (long) (KEYS_THAT_STAY + KEYS_OF_A_WINDOW) * RECORD_BYTES;
        assertThat(highestUsed).isLessThan(alive * 5 / 2);
        for (long n = -KEYS_THAT_STAY; n < 0; n++) {
            final long address = table.find(key(n));
            assertThat(table.buffer(address).getLong(table.valueAt(address))).isEqualTo(n);
        }
    }
}
