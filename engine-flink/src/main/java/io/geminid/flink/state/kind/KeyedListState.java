package io.geminid.flink.state.kind;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.flink.runtime.state.internal.InternalListState;

/** A list. */
final class KeyedListState<K, N, E> extends AbstractKeyedState<K, N, List<E>>
        implements InternalListState<K, N, E> {

    private static final String NO_LIST = "List of values to add cannot be null.";
    private static final String NO_ELEMENT = "You cannot add null to a ListState.";

    KeyedListState(final StoredState<K, N, List<E>> stored, final KeyedAccess<K> access) {
        super(stored, access);
    }

    @Override
    public Iterable<E> get() {
        return getInternal();
    }

    @Override
    public List<E> getInternal() {
        return call(stored()::get);
    }

    @Override
    public void add(final E value) {
        Objects.requireNonNull(value, NO_ELEMENT);
        if (isQueried()) {
            run(() -> stored().<E>list().add(value));
        } else {
            stored().<E>list().add(value);
        }
    }

    @Override
    public void addAll(final List<E> values) {
        check(values);
        run(() -> values.forEach(stored().<E>list()::add));
    }

    @Override
    public void update(final List<E> values) {
        check(values);
        updateInternal(values);
    }

    /** Before anything is changed. */
    private static void check(final List<?> values) {
        Objects.requireNonNull(values, NO_LIST);
        for (final Object value : values) {
            Objects.requireNonNull(value, NO_ELEMENT);
        }
    }

    @Override
    public void updateInternal(final List<E> valueToStore) {
        if (valueToStore == null || valueToStore.isEmpty()) {
            clear();
        } else {
            run(() -> stored().put(valueToStore));
        }
    }

    @Override
    public void mergeNamespaces(final N target, final Collection<N> sources) {
        run(() -> stored().merge(target, new ArrayList<>(sources)));
    }
}
