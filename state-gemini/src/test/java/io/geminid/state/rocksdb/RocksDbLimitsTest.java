package io.geminid.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.ValueState;
import io.geminid.state.rocksdb.db.RocksDbSettings;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special to the store on RocksDB: memory, sizes, files. */
class RocksDbLimitsTest {

    private static final long MEMORY_BYTES = 8 << 20;
    private static final int MANY_GROUPS = 1_000;

    @TempDir private Path directory;

    private long nowMillis;

    @Test
    void memoryStaysWithinItsBudgetHoweverMuchIsWritten() {
        try (RocksDbStores stores = open();
                StateStore<String> store = store(stores, "a");
                StateStore<String> other = store(stores, "b")) {
            final byte[] bytes = new byte[1_000];
            for (int i = 0; i < 20_000; i++) {
                for (final StateStore<String> each : List.of(store, other)) {
                    each.setCurrentKey("key" + i);
                    Arrays.fill(bytes, (byte) i);
                    values(each).update(bytes);
                }
                if (i % 1_000 == 0) {
                    assertThat(stores.usedBytes()).isLessThan(MEMORY_BYTES);
                }
            }
            for (int i = 0; i < 20_000; i++) {
                store.setCurrentKey("key" + i);
                assertThat(values(store).get()[999]).isEqualTo((byte) i);
            }
            assertThat(stores.usedBytes()).isLessThan(MEMORY_BYTES);
            assertThat(((RocksDbStateStore<?>) store).fileBytes()).isPositive();
        }
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void keysAndValuesMayBeEmptyOrLarge() {
        final String large = "x".repeat(3 << 20);
        try (RocksDbStores stores = open();
                StateStore<String> store = store(stores, "a")) {
            final NamespacedState<String, MapState<String, byte[]>> maps =
                    store.state(
                            StateDescriptor.map("map", Serializers.STRING, Serializers.BYTES),
                            Serializers.STRING);
            final ListState<String> list =
                    store.state(StateDescriptor.list("list", Serializers.STRING));
            for (final String key : List.of("", large, "y".repeat(255), "y".repeat(254))) {
                store.setCurrentKey(key);
                for (final String namespace : List.of("", large)) {
                    final MapState<String, byte[]> map = maps.at(namespace);
                    map.put("", new byte[0]);
                    map.put(large, new byte[] {1});
                    assertThat(map.toMap()).containsOnlyKeys("", large);
                    assertThat(map.get("")).isEmpty();
                    assertThat(map.get(large)).containsExactly(1);
                }
                list.add("");
                list.add(large);
                assertThat(list.get()).containsExactly("", large);
            }
            store.setCurrentKey("y");
            assertThat(maps.at("").isEmpty()).isTrue();
        }
    }

    @Test
    void timersOfManyKeyGroupsComeInOrder() throws Exception {
        try (RocksDbStores stores = open();
                StateStore<String> store = store(stores, "a")) {
            final TimerQueue<String, String> timers = store.timers("timers", Serializers.STRING);
            for (int i = 0; i < 500; i++) {
                store.setCurrentKey("key" + i);
                timers.register("", (i * 7_919L) % 500 - 250);
            }
            long last = Long.MIN_VALUE;
            for (int left = 500; left > 0; left--) {
                assertThat(timers.size()).isEqualTo(left);
                final long expected = timers.nextTimestampMillis();
                assertThat(expected).isGreaterThanOrEqualTo(last);
                assertThat(
                                timers.pollDue(
                                        expected,
                                        (key, namespace, at) -> assertThat(at).isEqualTo(expected)))
                        .isTrue();
                last = expected;
            }
            assertThat(timers.pollDue(Long.MAX_VALUE, (key, namespace, at) -> {})).isFalse();
        }
    }

    @Test
    void whatIsTooOldIsRemovedWhenItIsMet() {
        try (RocksDbStores stores = open();
                StateStore<String> store = store(stores, "a")) {
            final ListState<String> list =
                    store.state(StateDescriptor.list("list", Serializers.STRING).withTtlMillis(10));
            store.setCurrentKey("k");
            list.add("old");
            nowMillis = 5;
            list.add("young");
            nowMillis = 10;
            assertThat(list.get()).containsExactly("young");
            nowMillis = 0; // had it only been passed over, it would be seen again
            assertThat(list.get()).containsExactly("young");
        }
    }

    @Test
    void aFactoryIsNotClosedUnderItsStores() {
        final RocksDbStores stores = open();
        final StateStore<String> store = store(stores, "a");
        assertThatThrownBy(stores::close).hasMessageContaining("openStores=1");
        store.close();
        stores.close();
        stores.close();
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamed() throws Exception {
        Files.writeString(directory.resolve("state"), "a file");
        final RocksDbStores stores = open();
        assertThatThrownBy(() -> store(stores, "a"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("store=a call=open directory=" + directory);
        Files.delete(directory.resolve("state"));
        stores.close();
    }

    private RocksDbStores open() {
        return new RocksDbStores(directory.resolve("state"), new RocksDbSettings(MEMORY_BYTES, 2));
    }

    private StateStore<String> store(final RocksDbStores stores, final String name) {
        return stores.create(
                new StateStoreContext<>(
                        name,
                        Serializers.STRING,
                        new KeyGroupRange(0, MANY_GROUPS - 1),
                        MANY_GROUPS,
                        () -> Instant.ofEpochMilli(nowMillis)));
    }

    private static ValueState<byte[]> values(final StateStore<String> store) {
        return store.state(StateDescriptor.value("value", Serializers.BYTES));
    }
}
