package io.geminid.state.rocksdb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.Serializers;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.TimerQueue;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.ValueState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a few states hold, key by key, and the operations that change store and model alike. */
final class SnapshotModel {

    static final int KEYS = 60;

    private final Map<Long, String> values = new TreeMap<>();
    private final Map<Long, List<Long>> lists = new TreeMap<>();
    private final Map<Long, Map<String, Long>> maps = new TreeMap<>();
    private final TreeSet<String> timers = new TreeSet<>();

    SnapshotModel() {}

    SnapshotModel copy() {
        final SnapshotModel copy = new SnapshotModel();
        copy.values.putAll(values);
        lists.forEach((key, list) -> copy.lists.put(key, new ArrayList<>(list)));
        maps.forEach((key, map) -> copy.maps.put(key, new HashMap<>(map)));
        copy.timers.addAll(timers);
        return copy;
    }

    /** Does something with a key, which the store owns. */
    void step(final StateStore<Long> store, final long key, final Random random) {
        store.setCurrentKey(key);
        final long number = random.nextInt(50);
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                final String value = "v" + random.nextInt();
                values(store).update(value);
                values.put(key, value);
            }
            case 2 -> {
                values(store).clear();
                values.remove(key);
            }
            case 3 -> {
                lists(store).add(number);
                lists.computeIfAbsent(key, k -> new ArrayList<>()).add(number);
            }
            case 4 -> {
                maps(store).put("m" + number, number);
                maps.computeIfAbsent(key, k -> new HashMap<>()).put("m" + number, number);
            }
            case 5 -> {
                lists(store).clear();
                maps(store).clear();
                lists.remove(key);
                maps.remove(key);
            }
            case 6 ->
                    assertThat(timers(store).register("n", number))
                            .isEqualTo(timers.add(timer(key, number)));
            default ->
                    assertThat(timers(store).delete("n", number))
                            .isEqualTo(timers.remove(timer(key, number)));
        }
    }

    /** Compares a key. */
    void check(final StateStore<Long> store, final long key) {
        store.setCurrentKey(key);
        assertThat(values(store).get()).isEqualTo(values.get(key));
        assertThat(lists(store).get()).isEqualTo(lists.getOrDefault(key, List.of()));
        assertThat(maps(store).toMap()).isEqualTo(maps.getOrDefault(key, Map.of()));
    }

    /** Compares what can only be compared of all stores together; takes the timers out. */
    void checkAndDrain(final List<StateStore<Long>> stores) throws Exception {
        final List<Long> keys = new ArrayList<>();
        final TreeSet<String> drained = new TreeSet<>();
        for (final StateStore<Long> store : stores) {
            store.forEachKey(
                    StateDescriptor.value("values", Serializers.STRING),
                    (key, state) -> keys.add(key));
            final TimerQueue<Long, String> queue = timers(store);
            long last = Long.MIN_VALUE;
            while (queue.size() > 0) {
                final long next = queue.nextTimestampMillis();
                assertThat(next).isGreaterThanOrEqualTo(last);
                last = next;
                assertThat(
                                queue.pollDue(
                                        next,
                                        (key, namespace, at) ->
                                                assertThat(drained.add(timer(key, at))).isTrue()))
                        .isTrue();
            }
        }
        assertThat(keys).containsExactlyInAnyOrderElementsOf(values.keySet());
        assertThat(drained).isEqualTo(timers);
    }

    private static String timer(final long key, final long at) {
        return key + "@" + at;
    }

    private static ValueState<String> values(final StateStore<Long> store) {
        return store.state(StateDescriptor.value("values", Serializers.STRING));
    }

    private static ListState<Long> lists(final StateStore<Long> store) {
        return store.state(StateDescriptor.list("lists", Serializers.LONG));
    }

    private static MapState<String, Long> maps(final StateStore<Long> store) {
        final NamespacedState<String, MapState<String, Long>> maps =
                store.state(
                        StateDescriptor.map("maps", Serializers.STRING, Serializers.LONG),
                        Serializers.STRING);
        return maps.at("n");
    }

    private static TimerQueue<Long, String> timers(final StateStore<Long> store) {
        return store.timers("timers", Serializers.STRING);
    }
}
