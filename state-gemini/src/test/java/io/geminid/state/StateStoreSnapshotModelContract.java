package io.geminid.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.Serializers;
import io.geminid.state.StoreFleet.Begun;
import io.geminid.state.StoreFleet.Checkpoint;
import io.geminid.state.kind.AggregatingState;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.LongState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.ReducingState;
import io.geminid.state.kind.State;
import io.geminid.state.kind.ValueState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Random operations on a fleet of stores, compared with a {@link StateModel} after each: every kind
 * of state, namespaces, time to live, timers, keys and values of any length, and at random moments
 * snapshots that are open at the same time, are written in any order, some by another thread,
 * complete, get lost, and are restored with another number of stores.
 */
public abstract class StateStoreSnapshotModelContract extends StateStoreSnapshotContract {

    private static final int OPERATIONS = 100_000;

    private static final int KEYS = 60;
    private static final int NAMESPACES = 3;
    private static final int PARALLELISM_MAX = 8;
    private static final int OPEN_MAX = 3;
    private static final long TTL_MILLIS = 500;
    private static final int VALUE_BYTES_LARGE = 100_000;

    /** Keys of these lengths come first, all others are short. */
    private static final int[] KEY_BYTES = {0, 1, 300, 5_000, 40_000};

    /** Largest key and value; 64 MiB with {@code geminid.test.bytes-max=67108864}. */
    private static final int BYTES_MAX = Integer.getInteger("geminid.test.bytes-max", 1 << 20);

    /** Of so many steps one writes such a key and value; they do not stay for long. */
    private static final int HUGE_RARE = 4_000;

    private static final int HUGE_STAYS = 300;

    /** What the model knows the huge key's name by. */
    private static final List<Object> HUGE_NAME = List.of("huge");

    private static final List<Object> HUGE_CELL = List.of("huge", "value");

    private static final String[] KEY = new String[KEYS];
    private static final Map<String, Long> NUMBER = new HashMap<>();

    static {
        for (int i = 0; i < KEYS; i++) {
            KEY[i] = i < KEY_BYTES.length ? "k".repeat(KEY_BYTES[i]) : "key" + i;
            NUMBER.put(KEY[i], (long) i);
        }
    }

    /** Of 10,000 steps, how many begin or write a snapshot, and how many restore. */
    private static final int SNAPSHOTS = 60;

    private static final int RESTORES = 10;

    private static final StateDescriptor<ValueState<byte[]>> VALUES =
            StateDescriptor.value("value", Serializers.BYTES);
    private static final StateDescriptor<LongState> LONGS =
            StateDescriptor.ofLong("long").withTtlMillis(TTL_MILLIS);
    private static final StateDescriptor<ListState<String>> LISTS =
            StateDescriptor.list("strings", Serializers.STRING);
    private static final StateDescriptor<MapState<Long, String>> MAPS =
            StateDescriptor.map("entries", Serializers.LONG, Serializers.STRING)
                    .withTtlMillis(TTL_MILLIS);
    private static final StateDescriptor<ReducingState<String>> REDUCING =
            StateDescriptor.reducing("reducing", (a, b) -> a + b, Serializers.STRING);

    private final List<Open> open = new ArrayList<>();
    private StateModel model = new StateModel(() -> nowMillis);
    private StoreFleet<String> fleet;
    private Moment lastCompleted;
    private Random random;
    private long nextId = 1;
    private int restores;
    private long key;
    private long namespace;

    /** For subclasses. */
    protected StateStoreSnapshotModelContract() {}

    /**
     * How many operations a run has unless {@code geminid.test.operations} says so; 10^6 is a
     * matter of minutes, see the module's README.
     *
     * @return fewer for a store whose snapshots take long
     */
    protected int operations() {
        return OPERATIONS;
    }

    /**
     * A snapshot that is not written, or by another thread, and what was true when it was begun.
     */
    private record Open(Begun begun, StateModel then, CompletableFuture<Checkpoint> writing) {
        void giveUp() {
            if (writing == null) {
                begun.close();
            } else {
                writing.join();
            }
        }
    }

    /** A completed checkpoint, and what was true when it was begun. */
    private record Moment(Checkpoint checkpoint, StateModel then) {}

    // INV I4, BL-05
    @Test
    void everyCheckpointIsTheModelAtItsMoment() throws Exception {
        random = seed.random();
        fleet = fleet(Serializers.STRING, 1 + random.nextInt(PARALLELISM_MAX));
        lastCompleted = new Moment(fleet.checkpoint(id(nextId++), 0), model.copy());
        final int operations = Integer.getInteger("geminid.test.operations", operations());
        for (int i = 0; i < operations; i++) {
            final int dice = random.nextInt(10_000);
            if (i == operations / 2) {
                removeHuge();
                writeHuge(BYTES_MAX, BYTES_MAX);
            } else if (dice < RESTORES) {
                restore();
            } else if (dice < RESTORES + SNAPSHOTS) {
                snapshot();
            } else {
                operate();
            }
        }
        restore();
        System.out.printf(
                "%s: operations=%d snapshots=%d restores=%d bytesMax=%d seed=%d%n",
                getClass().getSimpleName(),
                operations,
                nextId - 1,
                restores,
                BYTES_MAX,
                seed.value());
    }

    private void snapshot() {
        if (open.size() < OPEN_MAX && random.nextBoolean()) {
            final StoreFleet<String> of = fleet;
            final Begun begun = of.begin(id(nextId++), base());
            open.add(
                    new Open(
                            begun,
                            model.copy(),
                            random.nextBoolean()
                                    ? CompletableFuture.supplyAsync(() -> of.write(begun))
                                    : null));
        } else if (!open.isEmpty()) {
            write(open.remove(random.nextInt(open.size())));
        }
    }

    private long base() {
        return random.nextInt(6) == 0 ? 0 : lastCompleted.checkpoint().id().checkpoint();
    }

    private void write(final Open snapshot) {
        final long number = snapshot.begun().id().checkpoint();
        switch (random.nextInt(5)) {
            case 0 -> snapshot.giveUp();
            case 1 -> written(snapshot);
            default -> {
                final Checkpoint written = written(snapshot);
                if (number > lastCompleted.checkpoint().id().checkpoint()) {
                    lastCompleted = new Moment(written, snapshot.then());
                }
                if (open.isEmpty()) {
                    keepOnly(lastCompleted.checkpoint());
                }
            }
        }
    }

    private Checkpoint written(final Open snapshot) {
        return snapshot.writing == null ? fleet.write(snapshot.begun()) : snapshot.writing.join();
    }

    private void restore() {
        restores++;
        open.forEach(Open::giveUp);
        open.clear();
        discard(fleet);
        keepOnly(lastCompleted.checkpoint());
        fleet = fleet(Serializers.STRING, 1 + random.nextInt(PARALLELISM_MAX));
        fleet.restore(lastCompleted.checkpoint());
        model = lastCompleted.then().copy();
        if (random.nextBoolean()) {
            return; // states are then asked for one by one, some after the next snapshot
        }
        for (key = 0; key < KEYS; key++) {
            for (namespace = 0; namespace < NAMESPACES; namespace++) {
                requireValue();
                requireLong();
                requireList();
                requireMap();
                assertThat(at(REDUCING).get()).isEqualTo(model.value(cell(REDUCING)));
            }
        }
        requireHuge();
        long timers = 0;
        for (final StateStore<String> store : fleet.stores()) {
            timers += store.timers("timers", Serializers.LONG).size();
        }
        assertThat(timers).isEqualTo(model.timers().size());
    }

    private void operate() throws Exception {
        final boolean there = model.value(HUGE_NAME) != null;
        if (random.nextInt(there ? HUGE_STAYS : HUGE_RARE) == 0) {
            requireHuge();
            if (!removeHuge()) {
                writeHuge(anySize(), anySize());
            }
            return;
        }
        key = random.nextInt(KEYS);
        namespace = random.nextInt(NAMESPACES);
        switch (random.nextInt(9)) {
            case 0 -> value();
            case 1 -> longs();
            case 2 -> list();
            case 3 -> map();
            case 4 -> reducing();
            case 5 -> total();
            case 6 -> merge();
            case 7 -> timer();
            default -> keys();
        }
        nowMillis += random.nextInt(50) == 0 ? random.nextInt(100) : 0;
    }

    private <S extends State> S at(final StateDescriptor<S> descriptor) {
        return atKey().state(descriptor, Serializers.LONG).at(namespace);
    }

    private StateStore<String> atKey() {
        return fleet.at(KEY[(int) key]);
    }

    private List<Object> cell(final StateDescriptor<?> descriptor) {
        return List.of(descriptor.name(), key, namespace);
    }

    private boolean clears(final StateDescriptor<?> descriptor) {
        if (random.nextInt(5) != 0) {
            return false;
        }
        at(descriptor).clear();
        model.clear(cell(descriptor));
        return true;
    }

    private void requireValue() {
        final byte[] expected = (byte[]) model.value(cell(VALUES));
        assertThat(Arrays.equals(at(VALUES).get(), expected)).as("%s", cell(VALUES)).isTrue();
    }

    private void value() {
        requireValue();
        if (!clears(VALUES)) {
            final boolean large = random.nextInt(200) == 0;
            final byte[] bytes = new byte[random.nextInt(large ? VALUE_BYTES_LARGE : 40)];
            random.nextBytes(bytes);
            at(VALUES).update(bytes);
            model.put(cell(VALUES), bytes, 0);
        }
    }

    /** Any order of magnitude is as likely as any other. */
    private int anySize() {
        final int magnitude =
                1 << random.nextInt(Integer.SIZE - Integer.numberOfLeadingZeros(BYTES_MAX));
        return random.nextBoolean() ? magnitude : random.nextInt(magnitude);
    }

    private boolean removeHuge() {
        final String name = (String) model.value(HUGE_NAME);
        if (name != null) {
            fleet.at(name).state(VALUES, Serializers.LONG).at(0L).clear();
            model.clear(HUGE_CELL);
            model.clear(HUGE_NAME);
        }
        return name != null;
    }

    private void writeHuge(final int keyBytes, final int valueBytes) {
        final String name = "h" + "k".repeat(Math.max(0, keyBytes - 1));
        final byte[] bytes = new byte[valueBytes];
        random.nextBytes(bytes);
        fleet.at(name).state(VALUES, Serializers.LONG).at(0L).update(bytes);
        model.put(HUGE_CELL, bytes, 0);
        model.put(HUGE_NAME, name, 0);
    }

    private void requireHuge() {
        final String name = (String) model.value(HUGE_NAME);
        if (name != null) {
            final byte[] expected = (byte[]) model.value(HUGE_CELL);
            final byte[] found = fleet.at(name).state(VALUES, Serializers.LONG).at(0L).get();
            assertThat(Arrays.equals(found, expected)).as("keyBytes=%s", name.length()).isTrue();
        }
    }

    private void requireLong() {
        final Long expected = (Long) model.value(cell(LONGS));
        assertThat(at(LONGS).isPresent()).isEqualTo(expected != null);
        assertThat(at(LONGS).getOrDefault(-7)).isEqualTo(expected == null ? -7 : expected);
    }

    private void longs() {
        requireLong();
        if (!clears(LONGS)) {
            final Long before = (Long) model.value(cell(LONGS));
            final long delta = random.nextLong();
            final long sum = delta + (before == null ? 0 : before);
            assertThat(at(LONGS).add(delta)).isEqualTo(sum);
            model.put(cell(LONGS), sum, TTL_MILLIS);
        }
    }

    private void requireList() {
        assertThat(at(LISTS).get()).isEqualTo(model.list(cell(LISTS)));
    }

    private void list() {
        requireList();
        if (clears(LISTS)) {
            return;
        }
        final List<Object> elements = model.list(cell(LISTS));
        if (elements.size() > 30) {
            at(LISTS).update(List.of("a", "b"));
            elements.clear();
            elements.addAll(List.of("a", "b"));
        } else {
            final String added = "e".repeat(random.nextInt(30)) + random.nextInt();
            at(LISTS).add(added);
            elements.add(added);
        }
        model.put(cell(LISTS), elements, 0);
    }

    private void requireMap() {
        assertThat(at(MAPS).toMap()).isEqualTo(model.map(cell(MAPS)));
        assertThat(at(MAPS).isEmpty()).isEqualTo(model.map(cell(MAPS)).isEmpty());
    }

    private void map() {
        requireMap();
        if (clears(MAPS)) {
            return;
        }
        final long mapKey = random.nextInt(40);
        assertThat(at(MAPS).get(mapKey)).isEqualTo(model.map(cell(MAPS)).get(mapKey));
        if (random.nextInt(4) == 0) {
            assertThat(at(MAPS).remove(mapKey)).isEqualTo(model.removeEntry(cell(MAPS), mapKey));
        } else {
            final String value = "m" + random.nextInt();
            at(MAPS).put(mapKey, value);
            model.putEntry(cell(MAPS), mapKey, value, TTL_MILLIS);
        }
    }

    private void reducing() {
        final String before = (String) model.value(cell(REDUCING));
        assertThat(at(REDUCING).get()).isEqualTo(before);
        if (!clears(REDUCING)) {
            final String value = before != null && before.length() > 50 ? "" : "r" + key;
            at(REDUCING).add(value);
            model.put(cell(REDUCING), before == null ? value : before + value, 0);
        }
    }

    private void total() {
        final AggregatingState<Long, Long> total = at(TOTAL);
        final Long before = (Long) model.value(cell(TOTAL));
        assertThat(total.get()).isEqualTo(before);
        if (!clears(TOTAL)) {
            final long value = random.nextLong();
            total.add(value);
            model.put(cell(TOTAL), value + (before == null ? 0 : before), 0);
        }
    }

    private void merge() {
        final long source = (namespace + 1) % NAMESPACES;
        final List<Object> from = List.of(LISTS.name(), key, source);
        atKey().state(LISTS, Serializers.LONG).merge(namespace, List.of(source));
        final List<Object> moved = model.list(from);
        if (!moved.isEmpty()) {
            final List<Object> all = model.list(cell(LISTS));
            all.addAll(moved);
            model.put(cell(LISTS), all, 0);
            model.clear(from);
        }
    }

    private void timer() throws Exception {
        final TimerQueue<String, Long> timers = atKey().timers("timers", Serializers.LONG);
        final long time = nowMillis + random.nextInt(300) - 50;
        final List<Long> timer = List.of(key, namespace, time);
        switch (random.nextInt(4)) {
            case 0, 1 ->
                    assertThat(timers.register(namespace, time))
                            .isEqualTo(model.timers().add(timer));
            case 2 -> {
                final List<Long> chosen =
                        model.timers().stream().skip(random.nextInt(5)).findFirst().orElse(timer);
                final boolean there = model.timers().remove(chosen);
                final TimerQueue<String, Long> queue =
                        fleet.at(KEY[chosen.get(0).intValue()]).timers("timers", Serializers.LONG);
                assertThat(queue.delete(chosen.get(1), chosen.get(2))).isEqualTo(there);
            }
            default -> fire(timers);
        }
    }

    private void fire(final TimerQueue<String, Long> timers) throws Exception {
        final long[] last = {Long.MIN_VALUE};
        final int owner = fleet.ownerOf(KEY[(int) key]);
        while (timers.pollDue(
                nowMillis,
                (k, n, t) -> {
                    assertThat(model.timers().remove(List.of(NUMBER.get(k), n, t))).isTrue();
                    assertThat(t).isGreaterThanOrEqualTo(last[0]);
                    last[0] = t;
                })) {
            assertThat(last[0]).isLessThanOrEqualTo(nowMillis);
        }
        assertThat(model.timers())
                .noneMatch(
                        t ->
                                t.get(2) <= nowMillis
                                        && fleet.ownerOf(KEY[t.get(0).intValue()]) == owner);
    }

    /** The one state without namespaces, and iteration. */
    private void keys() {
        final List<Object> cell = List.of(COUNTER.name(), key);
        final LongState counter = atKey().state(COUNTER);
        final Long before = (Long) model.value(cell);
        assertThat(counter.getOrDefault(-1)).isEqualTo(before == null ? -1 : before);
        if (random.nextInt(5) == 0) {
            counter.clear();
            model.clear(cell);
        } else {
            counter.update(key + 1);
            model.put(cell, key + 1, 0);
        }
        if (random.nextInt(20) == 0) {
            final List<Object> seen = new ArrayList<>();
            for (final StateStore<String> store : fleet.stores()) {
                store.forEachKey(
                        COUNTER, (k, c) -> seen.add(List.of(COUNTER.name(), NUMBER.get(k))));
            }
            assertThat(seen).containsExactlyInAnyOrderElementsOf(model.cells(COUNTER.name()));
        }
    }
}
