package io.geminid.state;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.kind.State;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.util.List;
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

    /**
     * Begins a snapshot of all states and timers. Returns at once: what is written to the store
     * from now on is not in it.
     *
     * <p>It may refer to what this store's snapshot for the {@link BegunCheckpoint#base base}
     * referred to, or to what the store was restored from if that was the base, and to nothing else
     * that it does not write itself. A store that does not know the base, or has none, writes all.
     * Nobody tells a store what became of a checkpoint: the bases say it.
     *
     * @param checkpoint with a larger number and no smaller base than those before
     * @return the caller's, to be written on another thread and closed
     */
    StoreSnapshot snapshot(BegunCheckpoint checkpoint);

    /**
     * Puts back what snapshots of the operator's stores wrote, whatever their key groups were;
     * other stores' key groups are passed over. States and timers are there when they are asked for
     * again under their names. Only an empty store of which no state was asked for can be restored.
     *
     * @param checkpoint the number under which later checkpoints may name it as their base; 0 if
     *     its files belong to others
     * @param parts of all stores whose key groups this one takes over, each store's in its order
     * @param storage where their files are
     * @throws IOException names the file that is damaged or gone; the store can then only be closed
     * @throws IllegalArgumentException if another kind of store wrote a part
     * @throws IllegalStateException if the store is in use
     */
    void restore(long checkpoint, List<StatePart> parts, CheckpointStorage storage)
            throws IOException;

    /** Frees all. The store and its handles must not be used afterwards. Idempotent. */
    @Override
    void close();
}
