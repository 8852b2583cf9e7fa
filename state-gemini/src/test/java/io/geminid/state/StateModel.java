package io.geminid.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * What a store should hold, in the plainest way: cells by (state, key, namespace), and timers. What
 * is too old is looked over, never removed. Values are not changed, so a copy may share them.
 */
final class StateModel {

    private final Map<List<Object>, Aged> cells;
    private final Set<List<Long>> timers;
    private final LongSupplier clock;

    /** Empty; {@code clock} tells milliseconds. */
    StateModel(final LongSupplier clock) {
        this.clock = clock;
        cells = new LinkedHashMap<>();
        timers = newTimers();
    }

    private StateModel(final StateModel other) {
        cells = new LinkedHashMap<>(other.cells);
        timers = newTimers();
        timers.addAll(other.timers);
        clock = other.clock;
    }

    /** A value and when it is too old. */
    private record Aged(Object value, long endMillis) {}

    private static Set<List<Long>> newTimers() {
        return new TreeSet<>(
                (a, b) -> {
                    int order = 0;
                    for (int i = 0; i < 3 && order == 0; i++) {
                        order = a.get(i).compareTo(b.get(i));
                    }
                    return order;
                });
    }

    /** The same at this moment. */
    StateModel copy() {
        return new StateModel(this);
    }

    Set<List<Long>> timers() {
        return timers;
    }

    Object value(final List<Object> cell) {
        return alive(cells.get(cell));
    }

    void put(final List<Object> cell, final Object value, final long ttlMillis) {
        cells.put(cell, aged(value, ttlMillis));
        if (value instanceof List<?> list && list.isEmpty()) {
            cells.remove(cell);
        }
    }

    void clear(final List<Object> cell) {
        cells.remove(cell);
    }

    List<List<Object>> cells(final String state) {
        return cells.keySet().stream().filter(cell -> cell.get(0).equals(state)).toList();
    }

    /** A list's elements, to be changed and put again. */
    List<Object> list(final List<Object> cell) {
        final Object value = value(cell);
        return value == null ? new ArrayList<>() : new ArrayList<>((List<?>) value);
    }

    /** A map's entries that are not too old. */
    Map<Object, Object> map(final List<Object> cell) {
        final Map<Object, Object> alive = new LinkedHashMap<>();
        entries(cell)
                .forEach(
                        (key, aged) -> {
                            if (alive(aged) != null) {
                                alive.put(key, aged.value());
                            }
                        });
        return alive;
    }

    void putEntry(
            final List<Object> cell, final Object key, final Object value, final long ttlMillis) {
        final Map<Object, Aged> entries = entries(cell);
        entries.put(key, aged(value, ttlMillis));
        cells.put(cell, aged(entries, 0));
    }

    boolean removeEntry(final List<Object> cell, final Object key) {
        final Map<Object, Aged> entries = entries(cell);
        final Aged removed = entries.remove(key);
        cells.put(cell, aged(entries, 0));
        return alive(removed) != null;
    }

    @SuppressWarnings("unchecked") // putEntry put it
    private Map<Object, Aged> entries(final List<Object> cell) {
        final Aged aged = cells.get(cell);
        return aged == null
                ? new LinkedHashMap<>()
                : new LinkedHashMap<>((Map<Object, Aged>) aged.value());
    }

    private Aged aged(final Object value, final long ttlMillis) {
        return new Aged(value, ttlMillis == 0 ? Long.MAX_VALUE : clock.getAsLong() + ttlMillis);
    }

    private Object alive(final Aged aged) {
        return aged == null || aged.endMillis() <= clock.getAsLong() ? null : aged.value();
    }
}
