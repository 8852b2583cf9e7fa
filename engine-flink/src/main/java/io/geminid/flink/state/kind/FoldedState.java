package io.geminid.flink.state.kind;

import java.util.Collection;
import org.apache.flink.runtime.state.internal.InternalMergingState;

/**
 * One value that others are folded into.
 *
 * @param <K> type of the keys
 * @param <N> type of the namespaces
 * @param <I> type of what is added
 * @param <A> type of what is kept
 * @param <R> type of what is read
 */
abstract class FoldedState<K, N, I, A, R> extends AbstractKeyedState<K, N, A>
        implements InternalMergingState<K, N, I, A, R> {

    FoldedState(final StoredState<K, N, A> stored, final KeyedAccess<K> access) {
        super(stored, access);
    }

    /** Folds two of what is kept. */
    abstract A mergeKept(A kept, A other) throws Exception;

    @Override
    public final A getInternal() {
        return isQueried() ? call(() -> stored().value().get()) : stored().value().get();
    }

    @Override
    public final void updateInternal(final A valueToStore) {
        if (valueToStore == null) {
            clear();
        } else if (isQueried()) {
            run(() -> stored().value().update(valueToStore));
        } else {
            stored().value().update(valueToStore);
        }
    }

    @Override
    public final void mergeNamespaces(final N target, final Collection<N> sources)
            throws Exception {
        A merged = null;
        for (final N source : sources) {
            if (source != null) {
                setCurrentNamespace(source);
                final A found = getInternal();
                if (found != null) {
                    clear();
                    merged = merged == null ? found : mergeKept(merged, found);
                }
            }
        }
        setCurrentNamespace(target);
        if (merged != null) {
            final A kept = getInternal();
            updateInternal(kept == null ? merged : mergeKept(kept, merged));
        }
    }
}
