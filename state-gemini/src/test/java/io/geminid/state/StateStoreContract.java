package io.geminid.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.serial.Serializers;
import io.geminid.state.kind.AggregatingState;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.LongState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.ReducingState;
import io.geminid.state.kind.ValueState;
import io.geminid.testing.Seed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What every {@link StateStore} must do. A subclass says only how to make one. Random operations
 * against a model are in {@link StateStoreModelContract}.
 */
public abstract class StateStoreContract {

    static final int MAX_PARALLELISM = 16;
    static final KeyGroupRange OWNED = new KeyGroupRange(4, 11);

    /** Seeds the tests of the subclasses too. */
    @RegisterExtension protected final Seed seed = new Seed();

    /** The time of day that the store is told; tests set it. */
    protected long nowMillis = 1_000_000;

    private StateStore<Long> store;

    /** For subclasses. */
    protected StateStoreContract() {}

    /**
     * The stores under test.
     *
     * @return makes an empty one
     */
    protected abstract StateStoreFactory factory();

    @BeforeEach
    void makeStore() {
        final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis);
        store =
                factory()
                        .create(
                                new StateStoreContext<>(
                                        "test", Serializers.LONG, OWNED, MAX_PARALLELISM, clock));
    }

    @AfterEach
    void closeStore() {
        store.close();
        store.close();
    }

    StateStore<Long> store() {
        return store;
    }

    static boolean isOwned(final long key) {
        return OWNED.contains(KeyGroup.of(key, MAX_PARALLELISM));
    }

    /** The n-th owned key. */
    static long key(final int n) {
        long key = -1;
        for (int found = 0; found <= n; ) {
            key++;
            if (isOwned(key)) {
                found++;
            }
        }
        return key;
    }

    @Test
    void refusesKeysOfOthersAndCallsWithoutKey() {
        final ValueState<Long> state = store.state(StateDescriptor.value("v", Serializers.LONG));
        assertThatThrownBy(state::get).isInstanceOf(IllegalStateException.class);
        long foreign = 0;
        while (isOwned(foreign)) {
            foreign++;
        }
        final long key = foreign;
        assertThatThrownBy(() -> store.setCurrentKey(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key=" + key);
    }

    @Test
    void aNameHasOneSchema() {
        store.state(StateDescriptor.value("v", Serializers.LONG));
        store.timers("t", Serializers.LONG);
        assertThatThrownBy(() -> store.state(StateDescriptor.value("v", Serializers.STRING)))
                .hasMessageContaining("registered=");
        assertThatThrownBy(
                        () ->
                                store.state(
                                        StateDescriptor.value("v", Serializers.LONG),
                                        Serializers.LONG))
                .hasMessageContaining("registered=");
        assertThatThrownBy(() -> store.timers("v", Serializers.LONG))
                .hasMessageContaining("registered=");
        assertThatThrownBy(() -> store.state(StateDescriptor.ofLong("t")))
                .hasMessageContaining("registered=");
        assertThat(store.state(StateDescriptor.value("v", Serializers.LONG)))
                .isSameAs(store.state(StateDescriptor.value("v", Serializers.LONG)));
    }

    @Test
    void cellsBelongToTheirKey() {
        final ValueState<String> value =
                store.state(StateDescriptor.value("value", Serializers.STRING));
        final LongState counter = store.state(StateDescriptor.ofLong("counter"));
        for (int i = 0; i < 100; i++) {
            store.setCurrentKey(key(i));
            assertThat(value.get()).isNull();
            assertThat(counter.isPresent()).isFalse();
            value.update("v" + i);
            assertThat(counter.add(i)).isEqualTo(i);
        }
        for (int i = 0; i < 100; i++) {
            store.setCurrentKey(key(i));
            assertThat(value.get()).isEqualTo("v" + i);
            assertThat(counter.getOrDefault(-1)).isEqualTo(i);
            value.clear();
            counter.clear();
            assertThat(value.get()).isNull();
            assertThat(counter.getOrDefault(-1)).isEqualTo(-1);
        }
    }

    @Test
    void nothingIsSharedWithTheUser() {
        store.setCurrentKey(key(0));
        final ValueState<byte[]> value =
                store.state(StateDescriptor.value("value", Serializers.BYTES));
        final ListState<byte[]> list = store.state(StateDescriptor.list("list", Serializers.BYTES));
        final MapState<String, byte[]> map =
                store.state(StateDescriptor.map("map", Serializers.STRING, Serializers.BYTES));
        final ReducingState<byte[]> last =
                store.state(StateDescriptor.reducing("last", (a, b) -> b, Serializers.BYTES));
        final AggregatingState<byte[], byte[]> held =
                store.state(
                        StateDescriptor.aggregating("held", new LastValue(), Serializers.BYTES));
        final byte[] given = {1};
        value.update(given);
        list.add(given);
        map.put("k", given);
        last.add(given);
        last.add(given);
        held.add(given);
        given[0] = 9;
        for (int i = 0; i < 2; i++) {
            final List<byte[]> got = new ArrayList<>();
            got.add(value.get());
            got.add(list.get().get(0));
            got.add(map.get("k"));
            got.add(map.toMap().get("k"));
            got.add(last.get());
            got.add(held.get());
            for (final byte[] bytes : got) {
                assertThat(bytes).containsExactly(1);
                bytes[0] = 9; // must not be seen in the second round
            }
        }
        final List<byte[]> before = list.get();
        list.add(given);
        assertThat(before).hasSize(1);
        assertThatThrownBy(() -> before.remove(0))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.toMap().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void namespacesAreApartAndListed() {
        final NamespacedState<String, LongState> counters =
                store.state(StateDescriptor.ofLong("counter"), Serializers.STRING);
        store.setCurrentKey(key(0));
        counters.at("a").update(1);
        counters.at("b").update(2);
        store.setCurrentKey(key(1));
        assertThat(counters.at("a").isPresent()).isFalse();
        counters.at("c").update(3);
        store.setCurrentKey(key(0));
        assertThat(counters.at("a").getOrDefault(0)).isEqualTo(1);
        assertThat(counters.at("b").getOrDefault(0)).isEqualTo(2);
        final List<String> seen = new ArrayList<>();
        counters.forEachNamespace(
                namespace -> {
                    seen.add(namespace);
                    counters.at(namespace).clear();
                });
        assertThat(seen).containsExactlyInAnyOrder("a", "b");
        counters.forEachNamespace(namespace -> assertThat(namespace).isNull());
        assertThatThrownBy(
                        () -> {
                            counters.at("a").update(1);
                            counters.merge("b", List.of("a"));
                        })
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> counters.merge("a", List.of("a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mergingMovesWhatFolds() {
        final NamespacedState<Long, ListState<String>> lists =
                store.state(StateDescriptor.list("list", Serializers.STRING), Serializers.LONG);
        final NamespacedState<Long, ReducingState<String>> folded =
                store.state(
                        StateDescriptor.reducing("reduce", (a, b) -> a + b, Serializers.STRING),
                        Serializers.LONG);
        final NamespacedState<Long, AggregatingState<Long, Long>> sums =
                store.state(
                        StateDescriptor.aggregating("sum", new Sum(), Serializers.LONG),
                        Serializers.LONG);
        store.setCurrentKey(key(0));
        for (long namespace = 1; namespace <= 3; namespace++) {
            lists.at(namespace).add("x" + namespace);
            folded.at(namespace).add("x" + namespace);
            sums.at(namespace).add(namespace);
        }
        lists.merge(1L, List.of(3L, 9L, 2L));
        folded.merge(1L, List.of(3L, 9L, 2L));
        sums.merge(7L, List.of(3L, 9L, 2L));
        assertThat(lists.at(1L).get()).containsExactly("x1", "x3", "x2");
        assertThat(folded.at(1L).get()).isEqualTo("x1x3x2");
        assertThat(sums.at(7L).get()).isEqualTo(5);
        assertThat(sums.at(1L).get()).isEqualTo(1);
        for (final long gone : new long[] {2, 3}) {
            assertThat(lists.at(gone).isEmpty()).isTrue();
            assertThat(folded.at(gone).get()).isNull();
            assertThat(sums.at(gone).get()).isNull();
        }
    }

    @Test
    void visitsEachKeyOnceByKeyGroupAndAllowsWriting() {
        final StateDescriptor<LongState> descriptor = StateDescriptor.ofLong("counter");
        final LongState counter = store.state(descriptor);
        final Map<Long, Long> written = new LinkedHashMap<>();
        for (int i = 0; i < 200; i++) {
            store.setCurrentKey(key(i));
            counter.update(i);
            written.put(key(i), (long) i);
        }
        store.setCurrentKey(key(3));
        counter.clear();
        written.remove(key(3));
        final Map<Long, Long> seen = new LinkedHashMap<>();
        store.forEachKey(
                descriptor,
                (key, state) -> {
                    assertThat(store.currentKey()).isEqualTo(key);
                    seen.put(key, state.getOrDefault(-1));
                    state.clear();
                });
        assertThat(seen).containsExactlyInAnyOrderEntriesOf(written);
        assertThat(seen.keySet().stream().map(key -> KeyGroup.of(key, MAX_PARALLELISM))).isSorted();
        assertThat(store.currentKey()).isEqualTo(key(3));
        store.forEachKey(descriptor, (key, state) -> assertThat(key).isNull());
    }

    @Test
    void whatIsTooOldIsNeverSeen() {
        final StateDescriptor<ValueState<String>> descriptor =
                StateDescriptor.value("value", Serializers.STRING).withTtlMillis(100);
        final ValueState<String> value = store.state(descriptor);
        final LongState counter = store.state(StateDescriptor.ofLong("counter").withTtlMillis(100));
        final ReducingState<Long> sum =
                store.state(
                        StateDescriptor.reducing("sum", Long::sum, Serializers.LONG)
                                .withTtlMillis(100));
        final AggregatingState<Long, Long> aggregate =
                store.state(
                        StateDescriptor.aggregating("aggregate", new Sum(), Serializers.LONG)
                                .withTtlMillis(100));
        store.setCurrentKey(key(0));
        value.update("a");
        counter.update(1);
        sum.add(1L);
        aggregate.add(1L);
        nowMillis += 99;
        assertThat(value.get()).isEqualTo("a");
        assertThat(counter.add(1)).isEqualTo(2);
        sum.add(1L);
        assertThat(sum.get()).isEqualTo(2);
        assertThat(aggregate.get()).isEqualTo(1);
        nowMillis += 1;
        assertThat(value.get()).isNull();
        assertThat(aggregate.get()).isNull();
        assertThat(counter.isPresent()).isTrue();
        store.forEachKey(descriptor, (key, state) -> assertThat(key).isNull());
        nowMillis += 99;
        assertThat(counter.isPresent()).isFalse();
        sum.add(5L);
        assertThat(sum.get()).isEqualTo(5);
    }

    @Test
    void elementsOfListsAndMapsAgeOneByOne() {
        final ListState<String> list =
                store.state(StateDescriptor.list("list", Serializers.STRING).withTtlMillis(100));
        final MapState<String, Long> map =
                store.state(
                        StateDescriptor.map("map", Serializers.STRING, Serializers.LONG)
                                .withTtlMillis(100));
        store.setCurrentKey(key(0));
        list.add("old");
        map.put("old", 1L);
        map.put("renewed", 1L);
        nowMillis += 60;
        list.add("new");
        map.put("renewed", 2L);
        nowMillis += 40;
        assertThat(list.get()).containsExactly("new");
        assertThat(map.contains("old")).isFalse();
        assertThat(map.toMap()).isEqualTo(Map.of("renewed", 2L));
        nowMillis += 60;
        assertThat(list.isEmpty()).isTrue();
        assertThat(map.isEmpty()).isTrue();
    }

    @Test
    void timersFireInOrderOnceEachWithTheirKey() throws Exception {
        final TimerQueue<Long, String> timers = store.timers("timers", Serializers.STRING);
        assertThat(timers.nextTimestampMillis()).isEqualTo(Long.MAX_VALUE);
        store.setCurrentKey(key(0));
        assertThat(timers.register("a", 20)).isTrue();
        assertThat(timers.register("a", 20)).isFalse();
        assertThat(timers.register("b", 20)).isTrue();
        assertThat(timers.register("a", Long.MAX_VALUE)).isTrue();
        assertThat(timers.register("a", 30)).isTrue();
        store.setCurrentKey(key(1));
        assertThat(timers.register("a", 10)).isTrue();
        assertThat(timers.delete("a", 30)).isFalse();
        assertThat(timers.size()).isEqualTo(5);
        store.setCurrentKey(key(0));
        assertThat(timers.delete("a", 30)).isTrue();
        assertThat(timers.delete("a", 30)).isFalse();
        final List<String> fired = new ArrayList<>();
        final TimerQueue.Action<Long, String> action =
                (key, namespace, timestamp) -> {
                    assertThat(store.currentKey()).isEqualTo(key);
                    fired.add(key + namespace + timestamp);
                    if (timestamp == 10) {
                        timers.register("again", 20);
                    }
                };
        assertThat(timers.nextTimestampMillis()).isEqualTo(10);
        assertThat(timers.pollDue(9, action)).isFalse();
        while (timers.pollDue(20, action)) {
            assertThat(fired).hasSizeLessThan(5);
        }
        assertThat(fired.get(0)).isEqualTo(key(1) + "a10");
        assertThat(fired.subList(1, 4))
                .containsExactlyInAnyOrder(key(0) + "a20", key(0) + "b20", key(1) + "again20");
        assertThat(timers.size()).isEqualTo(1);
        assertThat(timers.nextTimestampMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(timers.pollDue(Long.MAX_VALUE, action)).isTrue();
        assertThat(timers.register("a", Long.MAX_VALUE)).isTrue();
        store.setCurrentKey(key(0));
        assertThat(timers.register("a", 20)).isTrue();
    }

    @Test
    void aClosedStoreRefuses() {
        final ValueState<Long> state = store.state(StateDescriptor.value("v", Serializers.LONG));
        store.setCurrentKey(key(0));
        state.update(1L);
        store.close();
        assertThatThrownBy(state::get).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.state(StateDescriptor.ofLong("other")))
                .isInstanceOf(IllegalStateException.class);
    }
}
