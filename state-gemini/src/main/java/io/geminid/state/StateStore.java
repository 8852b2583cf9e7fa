package io.geminid.state;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.kind.State;
import java.util.function.BiConsumer;

/**
 * The keyed state and the timers of one subtask of one operator. Holds the keys of the subtask's
 * {@link #keyGroups()} and no others.
 *
 * <p>The operator sets the current key before it touches state; handles then stand for that key's
 * cell. All calls come from the task thread of the subtask. Nothing that a handle returns is shared
 * with the store, so that a store may keep bytes as well as objects, and may be snapshotted between
 * any two calls.
 *
 * @param <K> type of the keys; see {@link KeyGroup} for what a key must be like
 */
public interface StateStore<K> extends AutoCloseable {

    /**
     * Chooses the key for the calls that follow.
     *
     * @param key not null; not changed by anybody as long as it is current
     * @throws IllegalArgumentException if another subtask owns the key
     */
    void setCurrentKey(K key);

    /**
     * The key last set.
     *
     * @return the key
     * @throws IllegalStateException if none was set
     */
    K currentKey();

    /**
     * The key groups that this store holds.
     *
     * @return the subtask's range
     */
    KeyGroupRange keyGroups();

    /**
     * A state without namespaces.
     *
     * @param descriptor which
     * @param <S> the kind of handle
     * @return the handle; the same for an equal name
     * @throws IllegalArgumentException if the name is in use with another schema
     */
    <S extends State> S state(StateDescriptor<S> descriptor);

    /**
     * A state with namespaces: for each key one cell a namespace, for example a window.
     *
     * @param descriptor which
     * @param namespaceSerializer how namespaces become bytes; they need {@code equals} and a {@code
     *     hashCode} like a key's
     * @param <N> type of the namespaces
     * @param <S> the kind of handle
     * @return the states; the same for an equal name
     * @throws IllegalArgumentException if the name is in use with another schema
     */
    <N, S extends State> NamespacedState<N, S> state(
            StateDescriptor<S> descriptor, RecordSerializer<N> namespaceSerializer);

    /**
     * A queue of timers. The service above it knows the clock; the store only keeps them.
     *
     * @param name unique within the operator, also among the names of states
     * @param namespaceSerializer see {@link #state(StateDescriptor, RecordSerializer)}
     * @param <N> type of the namespaces
     * @return the queue; the same for an equal name
     * @throws IllegalArgumentException if the name is in use with another schema
     */
    <N> TimerQueue<K, N> timers(String name, RecordSerializer<N> namespaceSerializer);

    /**
     * Visits every key that has a cell in a state without namespaces. The keys are collected first
     * and the current key is set for each call, so the visitor may read and write any state.
     * Afterwards the current key is what it was before. Order: by key group; within a group
     * depending only on the calls made before.
     *
     * @param descriptor which state
     * @param visitor gets the key and the state's handle
     * @param <S> the kind of handle
     */
    <S extends State> void forEachKey(
            StateDescriptor<S> descriptor, BiConsumer<? super K, ? super S> visitor);

    /** Frees all. The store and its handles must not be used afterwards. Idempotent. */
    @Override
    void close();
}
