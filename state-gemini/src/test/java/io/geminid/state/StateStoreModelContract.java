package io.geminid.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.Serializers;
import io.geminid.state.kind.AggregatingState;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.LongState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.ReducingState;
import io.geminid.state.kind.State;
import io.geminid.state.kind.ValueState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random operations on a {@link StateStore}, compared with maps after each. */
public abstract class StateStoreModelContract extends StateStoreContract {

    private static final int OPERATIONS = 100_000;
    private static final int KEYS = 40;
    private static final long NAMESPACES = 4;

    /** (state, key, namespace) to what is in the cell. */
    private final Map<List<Object>, Object> model = new HashMap<>();

    private final Map<String, NamespacedState<Long, ? extends State>> namespaced = new TreeMap<>();

    private Random random;
    private long key;
    private long namespace;

    /** For subclasses. */
    protected StateStoreModelContract() {}

    /**
     * How many operations a run has unless {@code geminid.test.operations} says so; 10^6 is a
     * matter of minutes.
     *
     * @return fewer for a store that is slow
     */
    protected int operations() {
        return OPERATIONS;
    }

    private int operationsWanted() {
        return Integer.getInteger("geminid.test.operations", operations());
    }

    // BL-02
    @Test
    void agreesWithAModel() {
        random = seed.random();
        final var values = open(StateDescriptor.value("value", Serializers.STRING));
        final var counters = open(StateDescriptor.ofLong("long"));
        final var lists = open(StateDescriptor.list("list", Serializers.LONG));
        final var maps = open(StateDescriptor.map("map", Serializers.STRING, Serializers.LONG));
        final var reducing =
                open(
                        StateDescriptor.reducing(
                                "reducing", (a, b) -> a + "," + b, Serializers.STRING));
        final var aggregating =
                open(StateDescriptor.aggregating("aggregating", new Sum(), Serializers.LONG));
        final List<Runnable> steps =
                List.of(
                        () -> stepOfValue(values.at(namespace)),
                        () -> stepOfLong(counters.at(namespace)),
                        () -> stepOfList(lists.at(namespace)),
                        () -> stepOfMap(maps.at(namespace)),
                        () -> stepOfReducing(reducing.at(namespace)),
                        () -> stepOfAggregating(aggregating.at(namespace)),
                        this::mergeSome,
                        this::listNamespaces);
        final int operations = operationsWanted();
        for (int i = 0; i < operations; i++) {
            key = key(random.nextInt(KEYS));
            namespace = random.nextLong(NAMESPACES);
            store().setCurrentKey(key);
            steps.get(random.nextInt(steps.size())).run();
        }
        for (int i = 0; i < KEYS; i++) {
            key = key(i);
            store().setCurrentKey(key);
            for (namespace = 0; namespace < NAMESPACES; namespace++) {
                assertThat(values.at(namespace).get()).isEqualTo(model.get(cell("value")));
                assertThat(lists.at(namespace).get())
                        .isEqualTo(model.getOrDefault(cell("list"), List.of()));
                assertThat(maps.at(namespace).toMap())
                        .isEqualTo(model.getOrDefault(cell("map"), Map.of()));
                assertThat(aggregating.at(namespace).get())
                        .isEqualTo(model.get(cell("aggregating")));
            }
        }
    }

    @Test
    void timersAgreeWithAModel() throws Exception {
        random = seed.random();
        final TimerQueue<Long, Long> timers = store().timers("timers", Serializers.LONG);
        final Set<List<Long>> pending = new HashSet<>();
        long now = 0;
        final int operations = operationsWanted();
        for (int i = 0; i < operations; i++) {
            key = key(random.nextInt(KEYS));
            namespace = random.nextLong(NAMESPACES);
            store().setCurrentKey(key);
            final long time = now + random.nextInt(200) - 20;
            final List<Long> timer = List.of(key, namespace, time);
            switch (random.nextInt(4)) {
                case 0, 1 ->
                        assertThat(timers.register(namespace, time)).isEqualTo(pending.add(timer));
                case 2 ->
                        assertThat(timers.delete(namespace, time)).isEqualTo(pending.remove(timer));
                default -> {
                    now += random.nextInt(10);
                    final long dueAt = now;
                    final List<List<Long>> fired = new ArrayList<>();
                    while (timers.pollDue(dueAt, (k, n, t) -> fired.add(List.of(k, n, t)))) {
                        assertThat(pending.remove(fired.get(fired.size() - 1))).isTrue();
                    }
                    assertThat(fired).isSortedAccordingTo((a, b) -> a.get(2).compareTo(b.get(2)));
                    assertThat(pending).noneMatch(t -> t.get(2) <= dueAt);
                }
            }
            assertThat(timers.size()).isEqualTo(pending.size());
        }
    }

    private <S extends State> NamespacedState<Long, S> open(final StateDescriptor<S> descriptor) {
        final NamespacedState<Long, S> state = store().state(descriptor, Serializers.LONG);
        namespaced.put(descriptor.name(), state);
        return state;
    }

    private List<Object> cell(final String state) {
        return List.of(state, key, namespace);
    }

    private boolean oneIn(final int n) {
        return random.nextInt(n) == 0;
    }

    private void clear(final String name, final State state) {
        state.clear();
        model.remove(cell(name));
    }

    private void stepOfValue(final ValueState<String> state) {
        assertThat(state.get()).isEqualTo(model.get(cell("value")));
        if (oneIn(3)) {
            clear("value", state);
        } else {
            final String value = "v" + random.nextInt();
            state.update(value);
            model.put(cell("value"), value);
        }
    }

    private void stepOfLong(final LongState state) {
        final Long expected = (Long) model.get(cell("long"));
        assertThat(state.isPresent()).isEqualTo(expected != null);
        assertThat(state.getOrDefault(-7)).isEqualTo(expected == null ? -7 : expected);
        if (oneIn(3)) {
            clear("long", state);
        } else {
            final long delta = random.nextLong();
            final long sum = delta + (expected == null ? 0 : expected);
            assertThat(state.add(delta)).isEqualTo(sum);
            model.put(cell("long"), sum);
        }
    }

    @SuppressWarnings("unchecked")
    private void stepOfList(final ListState<Long> state) {
        final List<Long> expected =
                new ArrayList<>((List<Long>) model.getOrDefault(cell("list"), List.of()));
        assertThat(state.isEmpty()).isEqualTo(expected.isEmpty());
        assertThat(state.get()).isEqualTo(expected);
        switch (random.nextInt(6)) {
            case 0 -> clear("list", state);
            case 1 -> {
                final List<Long> replacement = new ArrayList<>();
                random.longs(random.nextInt(4)).forEach(replacement::add);
                state.update(replacement);
                model.put(cell("list"), replacement);
                if (replacement.isEmpty()) {
                    model.remove(cell("list"));
                }
            }
            default -> {
                final long element = random.nextLong();
                state.add(element);
                expected.add(element);
                model.put(cell("list"), expected);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private void stepOfMap(final MapState<String, Long> state) {
        final Map<String, Long> expected =
                new HashMap<>((Map<String, Long>) model.getOrDefault(cell("map"), Map.of()));
        final String mapKey = "k" + random.nextInt(10);
        assertThat(state.isEmpty()).isEqualTo(expected.isEmpty());
        assertThat(state.contains(mapKey)).isEqualTo(expected.containsKey(mapKey));
        assertThat(state.get(mapKey)).isEqualTo(expected.get(mapKey));
        switch (random.nextInt(8)) {
            case 0 -> {
                clear("map", state);
                return;
            }
            case 1, 2 ->
                    assertThat(state.remove(mapKey))
                            .isEqualTo(Objects.nonNull(expected.remove(mapKey)));
            case 3 -> assertThat(state.toMap()).isEqualTo(expected);
            default -> {
                final long value = random.nextLong();
                state.put(mapKey, value);
                expected.put(mapKey, value);
            }
        }
        if (expected.isEmpty()) {
            model.remove(cell("map"));
        } else {
            model.put(cell("map"), expected);
        }
    }

    private void stepOfReducing(final ReducingState<String> state) {
        final String expected = (String) model.get(cell("reducing"));
        assertThat(state.get()).isEqualTo(expected);
        if (oneIn(4)) {
            clear("reducing", state);
        } else {
            final String value = "" + random.nextInt(100);
            state.add(value);
            model.put(cell("reducing"), expected == null ? value : expected + "," + value);
        }
    }

    private void stepOfAggregating(final AggregatingState<Long, Long> state) {
        final Long expected = (Long) model.get(cell("aggregating"));
        assertThat(state.get()).isEqualTo(expected);
        if (oneIn(4)) {
            clear("aggregating", state);
        } else {
            final long value = random.nextLong();
            state.add(value);
            model.put(cell("aggregating"), value + (expected == null ? 0 : expected));
        }
    }

    private void mergeSome() {
        final String state = List.of("list", "reducing", "aggregating").get(random.nextInt(3));
        final List<Long> sources = new ArrayList<>();
        for (long source = 0; source < NAMESPACES; source++) {
            if (source != namespace && oneIn(2)) {
                sources.add(source);
            }
        }
        namespaced.get(state).merge(namespace, sources);
        for (final long source : sources) {
            final Object moved = model.remove(List.<Object>of(state, key, source));
            if (moved != null) {
                model.merge(cell(state), moved, StateStoreModelContract::fold);
            }
        }
    }

    private void listNamespaces() {
        for (final String state : namespaced.keySet()) {
            final Set<Long> expected = new HashSet<>();
            for (long n = 0; n < NAMESPACES; n++) {
                if (model.containsKey(List.<Object>of(state, key, n))) {
                    expected.add(n);
                }
            }
            final List<Long> seen = new ArrayList<>();
            namespaced.get(state).forEachNamespace(seen::add);
            assertThat(seen).as(state).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static Object fold(final Object first, final Object second) {
        if (first instanceof Long a && second instanceof Long b) {
            return a + b;
        }
        if (first instanceof String a && second instanceof String b) {
            return a + "," + b;
        }
        final List<Object> both = new ArrayList<>((List<?>) first);
        both.addAll((List<?>) second);
        return both;
    }
}
