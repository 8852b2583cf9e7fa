package io.geminid.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.serial.Serializers;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.kind.AggregatingState;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.LongState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.ValueState;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the snapshots of every {@link StateStore} must be: examples. A subclass says only how to
 * make a store. Random operations are in {@link StateStoreSnapshotModelContract}.
 */
public abstract class StateStoreSnapshotContract {

    static final StateDescriptor<LongState> COUNTER = StateDescriptor.ofLong("counter");
    static final StateDescriptor<ListState<Long>> LIST =
            StateDescriptor.list("list", Serializers.LONG);
    static final StateDescriptor<MapState<String, Long>> MAP =
            StateDescriptor.map("map", Serializers.STRING, Serializers.LONG);
    static final StateDescriptor<AggregatingState<Long, Long>> TOTAL =
            StateDescriptor.aggregating("total", new MutableTotal(), MutableTotal.SERIALIZER);

    private static final UUID JOB = new UUID(0, 7);

    /** Seeds the tests of the subclasses too. */
    @RegisterExtension protected final Seed seed = new Seed();

    /** The time of day that the stores are told; tests set it. */
    protected long nowMillis = 1_000_000;

    private final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);

    private final CheckpointStorage storage =
            new BlobCheckpointStorage(blobs, this::nextFileId, 4096);

    private final List<StoreFleet<?>> fleets = new ArrayList<>();
    private long fileIds;

    /** For subclasses. */
    protected StateStoreSnapshotContract() {}

    /**
     * The stores under test.
     *
     * @return makes an empty one
     */
    protected abstract StateStoreFactory factory();

    @AfterEach
    void closeStores() {
        fleets.forEach(StoreFleet::close);
    }

    private synchronized UUID nextFileId() {
        return new UUID(1, ++fileIds);
    }

    static CheckpointId id(final long number) {
        return new CheckpointId(JOB, number, 0);
    }

    final <K> StoreFleet<K> fleet(final RecordSerializer<K> keys, final int parallelism) {
        final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis);
        final StoreFleet<K> fleet = new StoreFleet<>(factory(), keys, parallelism, clock, storage);
        fleets.add(fleet);
        return fleet;
    }

    /** Closes a fleet and forgets it, with the buffers that it has for its longest records. */
    final void discard(final StoreFleet<?> fleet) {
        fleet.close();
        fleets.remove(fleet);
    }

    /** Deletes all that a checkpoint does not refer to: nobody may need it any more. */
    final void keepOnly(final StoreFleet.Checkpoint checkpoint) {
        final Set<String> needed = new HashSet<>();
        checkpoint
                .parts()
                .forEach(part -> part.handles().forEach(each -> needed.add(each.file().name())));
        try {
            for (final BlobEntry blob : blobs.list("")) {
                if (!needed.contains(blob.name())) {
                    blobs.delete(blob.name());
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // MS-15, MS-16: what was removed stays removed, whatever older files still say
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyCheckpointIsItsMoment(final boolean incremental) {
        final StoreFleet<String> fleet = fleet(Serializers.STRING, 1);
        final List<String> moments = List.of("ABCD", "AFCDE", "GHCDIE");
        final List<StoreFleet.Checkpoint> checkpoints = new ArrayList<>();
        String before = "";
        for (final String moment : moments) {
            for (final String gone : before.split("")) {
                if (!gone.isEmpty() && !moment.contains(gone)) {
                    fleet.at(gone).state(COUNTER).clear();
                }
            }
            for (final String added : moment.split("")) {
                if (!before.contains(added)) {
                    fleet.at(added).state(COUNTER).update(added.charAt(0));
                }
            }
            before = moment;
            final int taken = checkpoints.size();
            checkpoints.add(fleet.checkpoint(id(taken + 1), incremental ? taken : 0));
        }
        for (int i = 0; i < moments.size(); i++) {
            final StoreFleet<String> restored = fleet(Serializers.STRING, 1);
            restored.restore(checkpoints.get(i));
            final Set<String> expected = new TreeSet<>(Arrays.asList(moments.get(i).split("")));
            final Set<String> seen = new TreeSet<>();
            restored.stores()
                    .get(0)
                    .forEachKey(
                            COUNTER,
                            (key, counter) -> {
                                assertThat(counter.getOrDefault(0)).isEqualTo(key.charAt(0));
                                seen.add(key);
                            });
            assertThat(seen).isEqualTo(expected);
        }
    }

    // MS-14
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void severalSnapshotsAreOpenAtOnceAndWrittenInAnyOrder(final boolean incremental) {
        final StoreFleet<Long> fleet = fleet(Serializers.LONG, 2);
        final List<StoreFleet.Begun> begun = new ArrayList<>();
        fleet.checkpoint(id(1), 0);
        for (int round = 2; round <= 4; round++) {
            for (long key = 0; key < 200; key++) {
                addToAll(fleet, key, round);
            }
            begun.add(fleet.begin(id(round), incremental ? 1 : 0));
        }
        addToAll(fleet, 0, 1000);
        for (final int round : new int[] {3, 4, 2}) {
            final StoreFleet.Checkpoint written = fleet.write(begun.get(round - 2));
            addToAll(fleet, 1, 1000);
            final StoreFleet<Long> restored = fleet(Serializers.LONG, 3);
            restored.restore(written);
            for (long key = 0; key < 200; key++) {
                requireAll(restored, key, round);
            }
        }
    }

    @Test
    void aSnapshotThatIsGivenUpLeavesNoTrace() {
        final StoreFleet<Long> fleet = fleet(Serializers.LONG, 1);
        addToAll(fleet, 5, 1);
        final StoreFleet.Begun begun = fleet.begin(id(1), 0);
        addToAll(fleet, 5, 2);
        begun.close();
        begun.close();
        final StoreFleet.Checkpoint next = fleet.checkpoint(id(2), 0);
        final StoreFleet<Long> restored = fleet(Serializers.LONG, 1);
        requireAll(restored.restore(next), 5, 2);
    }

    // INV I3, decision 010: what completed between the base and now is not what one may refer to
    @Test
    void aSnapshotIsRelativeToItsBaseAndToNothingElse() {
        final StoreFleet<Long> fleet = fleet(Serializers.LONG, 1);
        final List<StoreFleet.Checkpoint> written = new ArrayList<>();
        final long[] bases = {0, 1, 1, 2, 2, 0, 6, 6};
        for (int i = 0; i < bases.length; i++) {
            addToAll(fleet, 10 + i, 1);
            addToAll(fleet, 5, i);
            written.add(fleet.checkpoint(id(i + 1), bases[i]));
        }
        for (int i = 0; i < bases.length; i++) {
            final StoreFleet<Long> restored = fleet(Serializers.LONG, 1).restore(written.get(i));
            requireAll(restored, 5, i);
            for (int j = 0; j <= i; j++) {
                requireAll(restored, 10 + j, 1);
            }
        }
    }

    @Test
    void aBaseThatTheStoreDoesNotKnowGivesAFullSnapshot() {
        final StoreFleet<Long> fleet = fleet(Serializers.LONG, 1);
        addToAll(fleet, 5, 1);
        final StoreFleet.Begun neverWritten = fleet.begin(id(3), 0);
        addToAll(fleet, 6, 1);
        final StoreFleet.Checkpoint unknown = fleet.checkpoint(id(4), 2);
        final StoreFleet.Checkpoint lost = fleet.checkpoint(id(5), 3);
        neverWritten.close();
        for (final StoreFleet.Checkpoint checkpoint : List.of(unknown, lost)) {
            final StoreFleet<Long> restored = fleet(Serializers.LONG, 2).restore(checkpoint);
            requireAll(restored, 5, 1);
            requireAll(restored, 6, 1);
        }
    }

    @Test
    void whatNobodyAskedForIsInTheNextSnapshot() {
        final StoreFleet<Long> fleet = fleet(Serializers.LONG, 2);
        for (long key = 0; key < 100; key++) {
            addToAll(fleet, key, 1);
        }
        StoreFleet.Checkpoint checkpoint = fleet.checkpoint(id(1), 0);
        for (int parallelism = 1; parallelism <= 8; parallelism++) {
            final StoreFleet<Long> untouched = fleet(Serializers.LONG, parallelism);
            untouched.restore(checkpoint);
            checkpoint = untouched.checkpoint(id(1 + parallelism), parallelism);
        }
        final StoreFleet<Long> restored = fleet(Serializers.LONG, 3);
        restored.restore(checkpoint);
        for (long key = 0; key < 100; key++) {
            requireAll(restored, key, 1);
        }
    }

    @Test
    void whatCannotBeUnderstoodIsRefused() {
        final StoreFleet<Long> fleet = fleet(Serializers.LONG, 1);
        addToAll(fleet, 5, 1);
        final StoreFleet.Checkpoint checkpoint = fleet.checkpoint(id(1), 0);
        final StateStore<Long> restored = fleet(Serializers.LONG, 1).restore(checkpoint).at(5L);
        assertThatThrownBy(
                        () -> restored.state(StateDescriptor.value("counter", Serializers.STRING)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("counter")
                .hasMessageContaining("utf8@1")
                .hasMessageContaining("long");
        assertThatThrownBy(() -> fleet.restore(checkpoint))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in use");
    }

    /** Bytes of another format are refused with both names, never misread. */
    @Test
    void whatAnotherSerializerWroteIsRefused() {
        final StoreFleet<Long> fleet = fleet(Serializers.LONG, 1);
        final StateDescriptor<ValueState<Long>> first =
                StateDescriptor.value("v", new VersionedLong(1));
        fleet.at(5L).state(first).update(7L);
        final StoreFleet.Checkpoint checkpoint = fleet.checkpoint(id(1), 0);

        assertThatThrownBy(() -> fleet(Serializers.STRING, 1).restore(checkpoint))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keySerializer=" + idOf(Serializers.LONG))
                .hasMessageContaining(idOf(Serializers.STRING));
        final StateStore<Long> value = fleet(Serializers.LONG, 1).restore(checkpoint).at(5L);
        assertThatThrownBy(() -> value.state(StateDescriptor.value("v", new VersionedLong(2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("versioned@1")
                .hasMessageContaining("versioned@2");
        assertThat(value.state(first).get()).isEqualTo(7L);
    }

    private static String idOf(final RecordSerializer<?> serializer) {
        return serializer.id() + "@" + serializer.version();
    }

    /** A serializer whose format has changed since. */
    private record VersionedLong(int version) implements RecordSerializer<Long> {
        @Override
        public void write(final Long value, final RecordOutput out) {
            out.putLong(value + version);
        }

        @Override
        public Long read(final RecordInput in) {
            return in.getLong() - version;
        }

        @Override
        public String id() {
            return "versioned";
        }
    }

    @Test
    void timeToLiveGoesOnAndTimersAreThere() throws Exception {
        final StateDescriptor<ValueState<String>> shortLived =
                StateDescriptor.value("value", Serializers.STRING).withTtlMillis(100);
        final StoreFleet<Long> fleet = fleet(Serializers.LONG, 2);
        for (long key = 0; key < 20; key++) {
            fleet.at(key).state(shortLived).update("v" + key);
            fleet.at(key).timers("timers", Serializers.STRING).register("n" + key, key);
            nowMillis += 5;
        }
        final StoreFleet.Checkpoint checkpoint = fleet.checkpoint(id(1), 0);
        final StoreFleet<Long> restored = fleet(Serializers.LONG, 3);
        restored.restore(checkpoint);
        for (long key = 0; key < 20; key++) {
            assertThat(restored.at(key).state(shortLived).get())
                    .isEqualTo(key < 1 ? null : "v" + key);
        }
        int timers = 0;
        for (final StateStore<Long> store : restored.stores()) {
            final TimerQueue<Long, String> queue = store.timers("timers", Serializers.STRING);
            timers += queue.size();
            while (queue.pollDue(
                    Long.MAX_VALUE,
                    (key, namespace, time) -> {
                        assertThat(time).isEqualTo(key);
                        assertThat(namespace).isEqualTo("n" + key);
                        assertThat(store.currentKey()).isEqualTo(key);
                    })) {
                assertThat(queue.size()).isLessThan(20);
            }
        }
        assertThat(timers).isEqualTo(20);
    }

    // MS-13
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void writingGoesOnWhileAnotherThreadWrites(final boolean incremental) {
        final StoreFleet<Long> fleet = fleet(Serializers.LONG, 1);
        final int keys = 500;
        for (int round = 1; round <= 5; round++) {
            for (long key = 0; key < keys; key++) {
                addToAll(fleet, key, round);
            }
            final StoreFleet.Begun begun = fleet.begin(id(round), incremental ? round - 1 : 0);
            final CompletableFuture<StoreFleet.Checkpoint> written =
                    CompletableFuture.supplyAsync(() -> fleet.write(begun));
            final long other = seed.random().nextInt(keys);
            final Map<Long, Integer> changed = new HashMap<>();
            for (long key = other; !written.isDone() || key < other + 100; key++) {
                addToAll(fleet, key % keys, 1000);
                changed.put(key % keys, round);
            }
            final StoreFleet<Long> restored = fleet(Serializers.LONG, 2);
            restored.restore(written.join());
            for (long key = 0; key < keys; key++) {
                requireAll(restored, key, round);
            }
            changed.forEach((key, value) -> addToAll(fleet, key, value));
        }
    }

    @Test
    @Tag("long")
    void keysAndValuesUpTo64MiB() {
        final StateDescriptor<ValueState<byte[]>> descriptor =
                StateDescriptor.value("bytes", Serializers.BYTES);
        final StoreFleet<String> fleet = fleet(Serializers.STRING, 2);
        final int[] sizes = {0, 1, 7, 8, 1 << 10, 40_000, 1 << 20, 64 << 20};
        for (final int size : sizes) {
            fleet.at("k".repeat(size)).state(descriptor).update(filled(size));
            fleet.at("k".repeat(size)).state(descriptor).update(filled(size));
        }
        final StoreFleet.Checkpoint checkpoint = fleet.checkpoint(id(1), 0);
        final StoreFleet<String> restored = fleet(Serializers.STRING, 3);
        restored.restore(checkpoint);
        for (final int size : sizes) {
            final byte[] value = restored.at("k".repeat(size)).state(descriptor).get();
            assertThat(Arrays.equals(value, filled(size))).as("bytes=" + size).isTrue();
        }
    }

    private static byte[] filled(final int size) {
        final byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) size);
        if (size > 0) {
            bytes[size - 1] = 9;
        }
        return bytes;
    }

    /** Makes every kind of cell of a key what {@link #requireAll} wants, by small steps. */
    static void addToAll(final StoreFleet<Long> fleet, final long key, final long round) {
        final StateStore<Long> store = fleet.at(key);
        store.state(COUNTER).update(key + round);
        store.state(LIST).update(List.of(key));
        store.state(LIST).add(round);
        store.state(MAP).put("round", round);
        store.state(MAP).put("key", key);
        final AggregatingState<Long, Long> total = store.state(TOTAL);
        final Long before = total.get();
        total.add(round - (before == null ? 0 : before));
    }

    static void requireAll(final StoreFleet<Long> fleet, final long key, final long round) {
        final StateStore<Long> store = fleet.at(key);
        assertThat(store.state(COUNTER).getOrDefault(-1)).isEqualTo(key + round);
        assertThat(store.state(LIST).get()).containsExactly(key, round);
        assertThat(store.state(MAP).toMap()).isEqualTo(Map.of("round", round, "key", key));
        assertThat(store.state(TOTAL).get()).isEqualTo(round);
    }
}
